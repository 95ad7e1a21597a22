"""Whether prints are of one voice or of two, and how each lies between them. Pure: the same prints, the same answer.

Two-means on the sphere, started from the prints least alike. The most even split whose halves are far enough apart is
taken; of one voice alone no such split exists. A fixed limit for "the same voice" would fail on voices that are alike,
so the limit is set on the halves, and on how much speech stands behind them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transcribe.speakers.voiceprints import Print, Vector, unit

LONG_MS = 800
"""Shorter prints are too vague to say how many voices there are; they are told apart, but tell nothing."""

_LEAST_MS = 2_500  # of each voice, before there are two
_STARTS = 6
_ROUNDS = 50
# Halves of one voice are more alike than 0.65 with two seconds in the smaller and than 0.8 with ten; two people are
# less alike than 0.3, or 0.6 at most for women reading on the same telephone. With these limits no more than one in
# 2,680 handfuls of prints of one voice was split, of 19 voices (meetings, acted, read, prompts, made).
_ALIKE = (0.4, 0.65)
_ENOUGH_MS = 12_000

Vectors = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Pair:
    """The middles of two voices, the one that spoke first before the other."""

    first: Vector
    other: Vector


def pair(prints: Sequence[Print], hint: Vector | None = None) -> Pair | None:
    """The two voices in these prints, None when there is only one as far as can be told.

    ``hint``, a print that may be of one of them, is one more place to start from; it moves nothing by itself.
    """
    long = sorted((one for one in prints if one.end_ms - one.start_ms >= LONG_MS), key=lambda one: one.start_ms)
    if len(long) < 2:
        return None
    vectors = np.stack([one.vector for one in long])
    weights = np.array([one.end_ms - one.start_ms for one in long], np.float64)
    splits = [_settled(vectors, weights, start) for start in _starts(vectors, weights, hint)]
    believed = [split for split in splits if _believed(vectors, weights, split)]
    if not believed:
        return None
    best = max(believed, key=lambda split: _gap(vectors, weights, split))
    if best[0]:
        best = ~best
    return Pair(_middle(vectors, weights, ~best), _middle(vectors, weights, best))


def middle(prints: Sequence[Print]) -> Vector | None:
    """Where prints of one voice lie, the longer ones counting more; None for no prints."""
    if not prints:
        return None
    weights = np.array([one.end_ms - one.start_ms for one in prints], np.float64)
    return _middle(np.stack([one.vector for one in prints]), weights, np.ones(len(prints), bool))


def _starts(vectors: Vectors, weights: NDArray[np.float64], hint: Vector | None) -> Iterator[tuple[Vector, Vector]]:
    """What is least like all and the starts before, a few times, each against what is least like it."""
    whole = _middle(vectors, weights, np.ones(len(vectors), bool))
    if hint is not None:
        yield hint, vectors[int((vectors @ hint).argmin())]
    nearest = vectors @ whole
    for _ in range(_STARTS):
        far = vectors[int(nearest.argmin())]
        alike = vectors @ far
        yield vectors[int(alike.argmin())], far
        nearest = np.maximum(nearest, alike)


def _settled(vectors: Vectors, weights: NDArray[np.float64], start: tuple[Vector, Vector]) -> NDArray[np.bool_]:
    """Which vectors are of the second voice, once no one changes sides any more."""
    middles = start
    sides = np.zeros(len(vectors), bool)
    for _ in range(_ROUNDS):
        now: NDArray[np.bool_] = vectors @ (middles[1] - middles[0]) > 0
        if (now == sides).all() or now.all():
            return now
        sides = now
        middles = _middle(vectors, weights, ~sides), _middle(vectors, weights, sides)
    return sides


def _believed(vectors: Vectors, weights: NDArray[np.float64], sides: NDArray[np.bool_]) -> bool:
    """Whether the halves are two voices: enough speech in each, and less alike than halves of one voice are."""
    smaller_ms = min(weights[sides].sum(), weights[~sides].sum())
    if smaller_ms < _LEAST_MS:
        return False
    limit = float(np.interp(smaller_ms, (_LEAST_MS, _ENOUGH_MS), _ALIKE))
    return _likeness(vectors, weights, sides) < limit


def _gap(vectors: Vectors, weights: NDArray[np.float64], sides: NDArray[np.bool_]) -> float:
    """How much of all there is between the halves: what two-means makes as large as it can."""
    return float(weights[sides].sum() * weights[~sides].sum()) * (1 - _likeness(vectors, weights, sides))


def _likeness(vectors: Vectors, weights: NDArray[np.float64], sides: NDArray[np.bool_]) -> float:
    return float(_middle(vectors, weights, sides) @ _middle(vectors, weights, ~sides))


def _middle(vectors: Vectors, weights: NDArray[np.float64], which: NDArray[np.bool_]) -> Vector:
    return unit((weights * which).astype(np.float32) @ vectors)
