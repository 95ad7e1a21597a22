"""The voiceprints of an utterance: a vector for every two seconds of it, alike where the voice is the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from transcribe import onnx
from transcribe.errors import ModelError
from transcribe.recording import Samples
from transcribe.speakers.features import HOP_MS, SPAN_MS, Features, features, levelled

Vector = NDArray[np.float32]

_WINDOW_FRAMES = 150
_SHARE_FRAMES = 200  # of a long utterance for each window, which looks at its middle: a quarter of the work less
_LONG_FRAMES = 600  # shorter ones, in which people take quick turns, are looked at without a gap
_SHORTEST_FRAMES = 28  # 0.3 s: of less nothing can be told
_ALIKE = 0.45  # nearly all neighbouring windows of one voice are at least this much alike, those of two voices never


@dataclass(frozen=True, eq=False)
class Print:
    """What a stretch of sound says about its voice: 192 numbers, of length one; times as they were asked for.

    The cosine of two prints (their dot product) is about 0.6 within a voice and below 0.3 between two.
    """

    start_ms: int
    end_ms: int
    vector: Vector


class Voiceprinter:
    """The network, on one thread. Raises ModelError when the file can't be loaded."""

    def __init__(self, network: Path) -> None:
        try:
            self._session = onnx.load(network)
        except ValueError:
            raise ModelError(f"The speaker model {network} can't be loaded; remove it and add it again.") from None

    def embed(self, samples: Samples, start_ms: int = 0) -> tuple[Print, ...]:
        """The prints of an utterance (int16, mono, 16 kHz) that begins at ``start_ms``, in order of time.

        One of the whole when that is two seconds at most, else windows of up to 1.5 s, and 0.5 s between them where it
        is long; none of less than 0.3 s. Where two neighbours are unlike, the voice may change: another lies between.
        """
        heard = features(samples)
        prints = [self._print(heard, *window) for window in windows(len(heard))]
        between = [self._print(heard, *window) for window in _between(prints)]
        placed = sorted((*prints, *between), key=lambda one: one.start_ms)
        return tuple(Print(start_ms + one.start_ms, start_ms + one.end_ms, one.vector) for one in placed)

    def _print(self, heard: Features, first: int, last: int) -> Print:
        """Of frames ``first`` up to ``last``, times from the first sample on."""
        feed = {"features": levelled(heard[first:last])[np.newaxis]}
        vector = self._session.run(None, feed)[0][0]
        return Print(first * HOP_MS, last * HOP_MS + SPAN_MS - HOP_MS, unit(vector))


def windows(frames: int) -> list[tuple[int, int]]:
    """The windows (first frame, one after the last) in an utterance of so many frames."""
    if frames < _SHORTEST_FRAMES:
        return []
    share = _WINDOW_FRAMES if _SHARE_FRAMES < frames <= _LONG_FRAMES else _SHARE_FRAMES
    count = -(-frames // share)
    length = min(frames // count, _WINDOW_FRAMES)
    firsts = [(frames * (2 * at + 1) // count - length) // 2 for at in range(count)]
    return [(first, first + length) for first in firsts]


def _between(prints: Sequence[Print]) -> Iterator[tuple[int, int]]:
    """A window half-way between each two neighbours that are unlike, in frames."""
    for before, after in pairwise(prints):
        if float(before.vector @ after.vector) < _ALIKE:
            length = (after.end_ms - after.start_ms - SPAN_MS) // HOP_MS + 1
            first = (before.start_ms + after.start_ms) // (2 * HOP_MS)
            yield first, first + length


def unit(vector: NDArray[np.floating]) -> Vector:
    """The vector at length one; a vector of zeros stays."""
    length = float(np.linalg.norm(vector))
    return (vector / length if length else vector).astype(np.float32)
