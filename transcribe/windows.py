"""Neighbouring stretches of speech put together into windows that are read once more, cut by the sound alone."""

from __future__ import annotations

from collections.abc import Sequence

from transcribe.wire import Hear

WINDOW_MS = 28_000
"""Longest window: what fits Whisper's 30 s.

Nothing stands between the stretches in it: each brings its own quarter of a second of quiet before and after. With half
a second of silence put in between, tiny.en took every third window of the demo to be over where it was not.
"""

LIVE_MS = 20_000
"""Longest window in a session that goes on.

A window of 28 s takes 92 MB to encode, one of 20 s 42 (tiny.en). Where only what was unsure is read together, fewer
words were wrong so: of 3,293, 163 heard alone, 157 with windows of 28 s, 153 with these.
"""

SURE = 0.9
"""Neighbours whose words have a lower mean probability, each heard alone, are worth reading together.

Measured with tiny.en on prompts, read speech, the demo and meetings: that is a third of them (15 of 47). Of 3,293 words
163 were wrong heard alone, 153 so, 145 at 0.93 (37 windows read), 150 with all of them read.
"""


def worth_reading_together(probabilities: Sequence[float]) -> bool:
    """Whether neighbours should be read once more, by the probabilities of all their words; not if none was heard."""
    return bool(probabilities) and sum(probabilities) / len(probabilities) < SURE


class Windows:
    """Closed stretches in, whole windows out, as soon as the next stretch no longer fits.

    Only a stretch that is longer by itself makes a longer one. What a window holds depends on the stretches alone and
    on nothing that happens meanwhile, so the same recording is always read in the same windows.
    """

    def __init__(self, longest_ms: int = WINDOW_MS) -> None:
        self._longest_ms = longest_ms
        self._open: list[Hear] = []

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
        window, self._open = tuple(self._open), []
        return window

    def forget(self, start_ms: int, end_ms: int) -> None:
        """Let go of what touches this stretch of time."""
        self._open = [one for one in self._open if not touches(one, start_ms, end_ms)]

    def _follows(self, stretch: Hear) -> bool:
        return stretch.start_ms >= self._open[-1].end_ms

    def _length_ms(self, more: Hear) -> int:
        stretches = [*self._open, more]
        return sum(one.end_ms - one.start_ms for one in stretches)


def touches(stretch: Hear, start_ms: int, end_ms: int) -> bool:
    """Whether the stretch has a part of this time in it."""
    return stretch.start_ms < end_ms and stretch.end_ms > start_ms


def without(window: tuple[Hear, ...], start_ms: int, end_ms: int) -> tuple[Hear, ...]:
    """The window without the stretches that have a part of this time in them."""
    return tuple(one for one in window if not touches(one, start_ms, end_ms))
