"""Neighbouring stretches of speech put together into windows that are read once more, cut by the sound alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from transcribe.wire import Hear

WINDOW_MS = 28_000
"""Longest window: what fits Whisper's 30 s."""

LIVE_MS = 20_000
"""Longest window in a session that goes on: to encode one of 28 s takes 92 MB, one of 20 s 42 (tiny.en)."""

QUIET_MS = 400
"""How much of the quiet between two neighbours is read with either of them at most, beyond the quarter of a second that
belongs to a stretch anyway, in a session that goes on. Silence made instead is taken for the end of what is said.

Measured with tiny.en on what was unsure, in windows of 20 s, meetings begun at six places a few samples apart: of their
307 words 80 were wrong on average without it, 75 with 250 ms, 73 so (74 heard alone). Where all is read in windows of
28 s, meetings gain less (80 to 78), and demo and prompts lose: 57 words wrong instead of 46.
"""

SURE = 0.9
"""Neighbours whose words have a lower mean probability, each heard alone, are worth reading together.

Measured with tiny.en on prompts, read speech, the demo and meetings: of 3,293 words 165 were wrong heard alone, 153 so,
148 at 0.93, where twice as many windows are read.
"""


def worth_reading_together(probabilities: Sequence[float]) -> bool:
    """Whether neighbours should be read once more, by the probabilities of all their words; not if none was heard."""
    return bool(probabilities) and sum(probabilities) / len(probabilities) < SURE


class Windows:
    """Closed stretches in, whole windows out, as soon as the next stretch no longer fits.

    Only a stretch that is longer by itself makes a longer one. What a window holds depends on the stretches alone and
    on nothing that happens meanwhile, so the same recording is always read in the same windows.
    """

    def __init__(self, longest_ms: int = WINDOW_MS, quiet_ms: int = 0) -> None:
        self._longest_ms, self._quiet_ms = longest_ms, quiet_ms
        self._open: list[Hear] = []

    @property
    def open(self) -> tuple[Hear, ...]:
        """What the next window holds by now."""
        return with_quiet(self._open, self._quiet_ms)

    def add(self, stretch: Hear) -> tuple[Hear, ...]:
        """The window that this stretch closes, if it does. One that is earlier in time stands by itself."""
        if not self._open or (self._follows(stretch) and self._length_ms(stretch) <= self._longest_ms):
            self._open.append(stretch)
            return ()
        window = self.close()
        self._open = [stretch]
        return window

    def close(self) -> tuple[Hear, ...]:
        """What is still open: the sound is over. Empty if nothing is."""
        window, self._open = self.open, []
        return window

    def forget(self, start_ms: int, end_ms: int) -> None:
        """Let go of the open window if it touches this stretch of time: what is left of it are neighbours no more."""
        if any(touches(one, start_ms, end_ms) for one in self._open):
            self._open = []

    def _follows(self, stretch: Hear) -> bool:
        return stretch.start_ms >= self._open[-1].end_ms

    def _length_ms(self, more: Hear) -> int:
        stretches = with_quiet([*self._open, more], self._quiet_ms)
        return sum(one.before_ms + one.end_ms - one.start_ms + one.after_ms for one in stretches)


def with_quiet(neighbours: Sequence[Hear], most_ms: int) -> tuple[Hear, ...]:
    """Each with what it brings of the quiet towards the next: half of it, but not more than ``most_ms``."""
    found = list(neighbours)
    for at, (one, other) in enumerate(pairwise(neighbours)):
        quiet_ms = min(max(0, other.start_ms - one.end_ms) // 2, most_ms)
        found[at] = replace(found[at], after_ms=quiet_ms)
        found[at + 1] = replace(other, before_ms=quiet_ms)
    return tuple(found)


def touches(stretch: Hear, start_ms: int, end_ms: int) -> bool:
    """Whether the stretch has a part of this time in it."""
    return stretch.start_ms < end_ms and stretch.end_ms > start_ms


def without(window: tuple[Hear, ...], start_ms: int, end_ms: int) -> tuple[Hear, ...]:
    """The window without the stretches that have a part of this time in them."""
    return tuple(one for one in window if not touches(one, start_ms, end_ms))
