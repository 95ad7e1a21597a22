"""Writes that may have to wait, as on a full disk: nothing of a session is lost that can be written later."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from store import NotNow

Write = Callable[[], None]


class Backlog:
    """Does each write at once, or keeps it and does it later, in order; ``say`` gets the reason, once.

    ``insist`` (of the study) does a write. What is refused for good (any other StoreError) is raised, and not kept.
    """

    def __init__(self, say: Callable[[str], None], insist: Callable[[Write], None] = lambda write: write()) -> None:
        self._say, self._insist = say, insist
        self._kept: deque[Write] = deque()
        self._said = ""

    def do(self, write: Write) -> None:
        """Do this after what is kept, or keep it too."""
        self._kept.append(write)
        self.go_on()

    def attempt(self, write: Write) -> None:
        """Do this now or never: what comes next will say the same."""
        try:
            self._insist(write)
            self.catch_up()
        except NotNow as fault:
            self._tell(fault)

    def go_on(self) -> None:
        """Do what is kept, as far as it goes."""
        try:
            self.catch_up()
        except NotNow as fault:
            self._tell(fault)

    def catch_up(self) -> None:
        """Do all that is kept; raises NotNow where something has to stay."""
        while self._kept:
            write = self._kept.popleft()
            try:
                self._insist(write)
            except NotNow:
                self._kept.appendleft(write)
                raise
        self._said = ""

    def clear(self) -> None:
        """Nothing of what is kept is wanted any more."""
        self._kept.clear()

    def _tell(self, fault: NotNow) -> None:
        if str(fault) != self._said:
            self._said = str(fault)
            self._say(self._said)
