"""What the scribe has to do, and what comes first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from transcribe.errors import WireError
from transcribe.wire import Glance, Hear, Message, Scan

_BATCH_MS = 28_000  # taken at once when behind: a full window; a processor gains nothing by more (measured)

Work = list[Hear] | Scan | Glance


class Desk:
    """What waits to be done, and what comes first: closed stretches in order, then scans, then the newest caption."""

    def __init__(self) -> None:
        self._finals: deque[Hear] = deque()
        self._scans: deque[Scan] = deque()
        self._glance: Glance | None = None

    def put(self, command: Message) -> None:
        """Lay a command on the desk; raises WireError for what is none of a scribe's."""
        match command:
            case Hear():
                self._finals.append(command)
            case Glance():
                self._glance = command
            case Scan():
                self._scans.append(command)
            case _:
                raise WireError("the scribe was told something that is not for it")

    def take(self) -> Work | None:
        """The next thing to do; of the closed stretches as many as are read in one go. None: nothing waits."""
        if self._finals:
            return list(self._batch())
        if self._scans:
            return self._scans.popleft()
        glance, self._glance = self._glance, None
        return glance

    def put_back(self, rest: Scan) -> None:
        """The part of a scan that is still to be done; it goes on before other scans."""
        self._scans.appendleft(rest)

    def _batch(self) -> Iterator[Hear]:
        taken_ms = 0
        while self._finals and (not taken_ms or taken_ms + _length_ms(self._finals[0]) <= _BATCH_MS):
            taken_ms += max(1, _length_ms(self._finals[0]))
            yield self._finals.popleft()


def _length_ms(job: Hear) -> int:
    return job.end_ms - job.start_ms
