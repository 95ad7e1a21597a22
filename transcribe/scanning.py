"""Finds the speech in a part of a recording to which nobody has listened yet, a block at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from transcribe.errors import RecordingError
from transcribe.recording import Samples
from transcribe.segmenter import Listener
from transcribe.stretchwise import attempt
from transcribe.voice import detector
from transcribe.wire import Scan, Scanned, ScribeReport, Span

_BLOCK_MS = 30_000
_LEAST_BLOCK_MS = 1_000


class Scanning:
    """Listens to what ``read`` gives of a recording, from one time in ms to another, and reports closed spans.

    A block that can't be read is tried in ever smaller parts. The part that is left over in the end is reported as a
    span: it counts as speech, and whoever asks to hear it learns why that is not possible.
    """

    def __init__(self, read: Callable[[int, int], Samples], report: Callable[[ScribeReport], None]) -> None:
        self._read, self._report = read, report
        self._listener: Listener | None = None
        self._block_ms = _BLOCK_MS

    def go_on(self, scan: Scan) -> Scan | None:
        """One block of a scan, so that what is found first can be heard first; gives what is left of it."""
        listener = self._listener = self._listener or Listener(detector(), scan.start_ms)
        end_ms = min(scan.start_ms + self._block_ms, scan.end_ms)
        found = self._spans(listener, scan.start_ms, end_ms)
        if found is None:
            self._let_go(scan.start_ms)
            if self._block_ms > _LEAST_BLOCK_MS:
                self._block_ms //= 2
                return scan
            found = [Span(scan.start_ms, end_ms, closed=True)]
        self._tell(found)
        self._block_ms = min(2 * self._block_ms, _BLOCK_MS)
        if end_ms < scan.end_ms:
            return Scan(end_ms, scan.end_ms)
        self._let_go(end_ms)
        self._report(Scanned(end_ms))
        return None

    def _spans(self, listener: Listener, start_ms: int, end_ms: int) -> list[Span] | None:
        try:
            return attempt(lambda: list(listener.hear(self._read(start_ms, end_ms))))
        except RecordingError:
            return None

    def _let_go(self, at_ms: int) -> None:
        """The sound breaks off here, for whoever listens."""
        if self._listener is not None:
            self._tell(self._listener.finish(at_ms))
            self._listener = None

    def _tell(self, spans: Iterable[Span]) -> None:
        for span in spans:
            if span.closed:
                self._report(span)
