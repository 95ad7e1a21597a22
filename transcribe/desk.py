"""What the scribe has to do, and what comes first."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from transcribe.errors import WireError
from transcribe.wire import Attribute, Forget, Glance, Hear, Message, Reread, Scan, TakePrint

_PATIENT_WINDOWS = 2  # as many may wait for a calm moment; with more, captions wait too
_STILL_S = 2.0  # a stretch of which nobody wants a caption for so long does not grow

Work = Hear | Reread | Scan | Glance | TakePrint | Forget | Attribute


class Desk:
    """What waits to be done, and what comes first.

    Closed stretches in order, then scans, then the newest caption, then whole windows, which can wait, and at last the
    voices. A closed stretch is always heard alone, however many wait: its words must not depend on what it waited with.
    A window takes as long as several stretches and can be laid aside only between its steps, so it waits for a moment
    in which none is about to close: after a stretch has closed, or right after its first caption.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._open: str | None = None
        self._begun = False
        self._grew_s = now_s()
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
                self._open = None
            case Reread():
                self._windows.append(command)
            case Glance():
                self._glance = command
                self._grew_s = self._now_s()
            case Scan():
                self._scans.append(command)
            case TakePrint() | Forget() | Attribute():
                self._voices.append(command)
            case _:
                raise WireError("the scribe was told something that is not for it")

    def take(self) -> Work | None:
        """The next thing to do. None: nothing waits."""
        if self._scans and not self._finals:
            return self._scans.popleft()
        urgent = self.take_urgent()
        if urgent is not None:
            return urgent
        if self._windows and (self._calm or len(self._windows) > _PATIENT_WINDOWS):
            self._begun = False
            return self._windows.popleft()
        return self._voices.popleft() if self._voices else None

    def take_urgent(self) -> Hear | Glance | None:
        """What somebody waits for who looks at the screen: for whoever can lay aside what they are at."""
        if self._finals:
            return self._finals.popleft()
        if self._glance is None or len(self._windows) > _PATIENT_WINDOWS:
            return None
        glance, self._glance = self._glance, None
        self._begun, self._open = glance.id != self._open, glance.id
        return glance

    @property
    def wait_s(self) -> float | None:
        """How long to wait for more before asking again; None when nothing is here that waits for a calm moment."""
        return _STILL_S if self._windows else None

    @property
    def _calm(self) -> bool:
        return self._open is None or self._begun or self._now_s() - self._grew_s > _STILL_S

    def put_back(self, rest: Scan) -> None:
        """The part of a scan that is still to be done; it goes on before other scans."""
        self._scans.appendleft(rest)
