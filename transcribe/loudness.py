"""How loud each of two channels was lately: what is kept of them, since only their mixture is recorded."""

from __future__ import annotations

from collections import deque

import numpy as np

from transcribe.recording import FRAMES_PER_MS, Samples
from transcribe.speakers import Levels

_KEPT_MS = 60_000  # more than the longest utterance, and what may wait to be committed


class Loudness:
    """Given both channels as they are recorded, says how loud each was in an utterance that has just closed."""

    def __init__(self) -> None:
        self._held: deque[tuple[int, Samples]] = deque()

    def hear(self, at_ms: int, sound: Samples) -> None:
        """Both channels (n, 2) from this recording time on."""
        self._held.append((at_ms, sound))
        while self._held[0][0] < at_ms - _KEPT_MS:
            self._held.popleft()

    def of(self, start_ms: int, end_ms: int) -> tuple[tuple[float, ...], ...]:
        """The mean square of each 100 ms in each channel; zeros where nothing was captured."""
        whole = np.zeros(((end_ms - start_ms) * FRAMES_PER_MS, 2), np.int16)
        for at_ms, sound in self._held:
            first = (at_ms - start_ms) * FRAMES_PER_MS
            here, there = max(0, first), min(len(whole), first + len(sound))
            if here < there:
                whole[here:there] = sound[here - first : there - first]
        return tuple((float(left), float(right)) for left, right in Levels.of(start_ms, whole).power.round(1))
