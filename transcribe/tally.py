"""Compares the sound that arrived with the clock: no driver's flag can be trusted to say what was lost."""

from __future__ import annotations

from transcribe.recording import FRAMES_PER_MS

LATE_MS = 300.0
CATCH_UP_MS = 2_000.0
DRIFT_MS = 30_000.0
"""Over this time the difference between a sound card's clock and the computer's is forgiven."""


class Tally:
    """Counts what is due and what came, in milliseconds of one clock, while sound is wanted."""

    def __init__(self) -> None:
        self._due_from: float | None = None
        self._got_ms = 0.0
        self._late_since: float | None = None

    def heard(self, frames: int, now_ms: float, *, fresh: bool = False) -> int:
        """A block has arrived; gives the milliseconds before it that are lost for certain, else 0.

        What is late may still come (a frozen sound server gives everything afterwards), so it counts as lost only
        after two seconds, at once where the stream is a new one.
        """
        length_ms = frames / FRAMES_PER_MS
        if self._due_from is None:
            self._due_from = now_ms - length_ms
        self._got_ms += length_ms
        late_ms = self._late(now_ms)
        if late_ms <= LATE_MS:
            self._late_since = None
            self._got_ms += late_ms * min(1.0, length_ms / DRIFT_MS)
            return 0
        self._late_since = self._late_since or now_ms
        if fresh or now_ms - self._late_since >= CATCH_UP_MS:
            return self._lose(late_ms)
        return 0

    def rest(self, now_ms: float) -> int:
        """Sound is not wanted from now on (pause, stop); gives what was lost until now."""
        late_ms = 0.0 if self._due_from is None else self._late(now_ms)
        self._due_from, self._got_ms, self._late_since = None, 0.0, None
        return int(late_ms) if late_ms > LATE_MS else 0

    def _late(self, now_ms: float) -> float:
        return now_ms - (self._due_from or 0.0) - self._got_ms

    def _lose(self, late_ms: float) -> int:
        self._got_ms += late_ms
        self._late_since = None
        return int(late_ms)
