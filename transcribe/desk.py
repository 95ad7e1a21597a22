"""What the scribe has to do, and what comes first."""

from __future__ import annotations

from collections import deque

from transcribe.errors import WireError
from transcribe.wire import Attribute, Forget, Glance, Hear, Message, Reread, Scan, TakePrint

_PATIENT_WINDOWS = 2  # as many may wait for an idle moment; with more, captions wait too

Work = Hear | Reread | Scan | Glance | TakePrint | Forget | Attribute


class Desk:
    """What waits to be done, and what comes first.

    Closed stretches in order, then scans, then the newest caption, then whole windows, which can wait, and at last the
    voices. A closed stretch is always heard alone, however many wait: its words must not depend on what it waited with.
    """

    def __init__(self) -> None:
        self._finals: deque[Hear] = deque()
        self._scans: deque[Scan] = deque()
        self._windows: deque[Reread] = deque()
        self._glance: Glance | None = None
        self._voices: deque[TakePrint | Forget | Attribute] = deque()

    def put(self, command: Message) -> None:
        """Lay a command on the desk; raises WireError for what is none of a scribe's."""
        match command:
            case Hear():
                self._finals.append(command)
            case Reread():
                self._windows.append(command)
            case Glance():
                self._glance = command
            case Scan():
                self._scans.append(command)
            case TakePrint() | Forget() | Attribute():
                self._voices.append(command)
            case _:
                raise WireError("the scribe was told something that is not for it")

    def take(self) -> Work | None:
        """The next thing to do. None: nothing waits."""
        if self._finals:
            return self._finals.popleft()
        if self._scans:
            return self._scans.popleft()
        if self._glance is not None and len(self._windows) <= _PATIENT_WINDOWS:
            glance, self._glance = self._glance, None
            return glance
        if self._windows:
            return self._windows.popleft()
        return self._voices.popleft() if self._voices else None

    def put_back(self, rest: Scan) -> None:
        """The part of a scan that is still to be done; it goes on before other scans."""
        self._scans.appendleft(rest)
