"""What the scribe has to do, and what comes first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from transcribe.errors import WireError
from transcribe.wire import Attribute, Forget, Glance, Hear, Message, Reread, Scan, TakePrint

_BATCH_MS = 28_000  # taken at once when behind: a full window; a processor gains nothing by more (measured)
_PATIENT_WINDOWS = 2  # as many may wait for an idle moment; with more, captions wait too

Work = list[Hear] | Reread | Scan | Glance | TakePrint | Forget | Attribute


class Desk:
    """What waits to be done, and what comes first.

    Closed stretches in order, then scans, then the newest caption, then whole windows, which can wait, and at last the
    voices. A window takes over what of it is not yet heard: so a scribe that is far behind reads each sound once, in
    whole windows.
    """

    def __init__(self) -> None:
        self._finals: deque[Hear] = deque()
        self._scans: deque[Scan] = deque()
        self._windows: deque[Reread] = deque()
        self._urgent: set[str] = set()
        self._glance: Glance | None = None
        self._voices: deque[TakePrint | Forget | Attribute] = deque()

    def put(self, command: Message) -> None:
        """Lay a command on the desk; raises WireError for what is none of a scribe's."""
        match command:
            case Hear():
                self._finals.append(command)
            case Reread():
                self._take_over(command)
            case Glance():
                self._glance = command
            case Scan():
                self._scans.append(command)
            case TakePrint() | Forget() | Attribute():
                self._voices.append(command)
            case _:
                raise WireError("the scribe was told something that is not for it")

    def take(self) -> Work | None:
        """The next thing to do; of the closed stretches as many as are read in one go. None: nothing waits."""
        if self._windows and (self._windows[0].id in self._urgent or self._crowded):
            return self._window()
        if self._finals:
            return list(self._batch())
        if self._scans:
            return self._scans.popleft()
        if self._glance is not None:
            glance, self._glance = self._glance, None
            return glance
        if self._windows:
            return self._window()
        return self._voices.popleft() if self._voices else None

    def put_back(self, rest: Scan) -> None:
        """The part of a scan that is still to be done; it goes on before other scans."""
        self._scans.appendleft(rest)

    @property
    def _crowded(self) -> bool:
        return not self._finals and len(self._windows) > _PATIENT_WINDOWS

    def _window(self) -> Reread:
        window = self._windows.popleft()
        self._urgent.discard(window.id)
        return window

    def _take_over(self, window: Reread) -> None:
        held = {stretch.id for stretch in window.stretches}
        unheard = {job.id for job in self._finals} & held
        self._finals = deque(job for job in self._finals if job.id not in held)
        self._windows.append(window)
        if unheard:
            self._urgent.update(waiting.id for waiting in self._windows)

    def _batch(self) -> Iterator[Hear]:
        taken_ms = 0
        while self._finals and (not taken_ms or taken_ms + _length_ms(self._finals[0]) <= _BATCH_MS):
            taken_ms += max(1, _length_ms(self._finals[0]))
            yield self._finals.popleft()


def _length_ms(job: Hear) -> int:
    return job.end_ms - job.start_ms
