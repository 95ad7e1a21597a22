"""Who speaks when inside an utterance: turns, from how its prints lie between two voices. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import tanh

import numpy as np

from transcribe.speakers.apart import Pair
from transcribe.speakers.naming import LEAST_CONFIDENCE, UNSURE
from transcribe.speakers.voiceprints import Print

STEEP = 5.0
"""Confidence is tanh(5 lead): 0.46 at a lead of 0.1, where one print in a hundred is wrong, 0.99 at the usual 0.6."""

_STRANGE, _FAMILIAR = (
    0.2,
    0.4,
)  # cosines with the middle of a voice: others are below 0.3, even short prints of it above
_WEAKEST_MS = 250.0  # lead times length that a turn must have to stand between turns of the other voice


@dataclass(frozen=True)
class Turn:
    """A stretch of an utterance in one voice: 0 for the voice heard first in the session, 1 for the other.

    ``speaker`` is who that is, and ``confidence`` how sure both are, from 0 to 1; with nobody named, how sure the voice
    is.
    """

    start_ms: int
    end_ms: int
    voice: int
    confidence: float
    speaker: str = UNSURE

    @property
    def known(self) -> bool:
        """Whether the voice is sure, whosever it is."""
        return self.confidence >= LEAST_CONFIDENCE

    @property
    def length_ms(self) -> int:
        """How long it is."""
        return self.end_ms - self.start_ms


@dataclass(frozen=True)
class Lean:
    """A piece of sound as it lies between the voices: above zero nearer the first. ``at_ms`` is its middle.

    ``near`` is the cosine with the nearer voice; 1 where nothing else can be meant.
    """

    at_ms: float
    length_ms: int
    lead: float
    near: float = 1.0


def leans(prints: Sequence[Print], voices: Pair) -> list[Lean]:
    """How each print lies between the voices."""
    if not prints:
        return []
    vectors = np.stack([one.vector for one in prints])
    first, other = vectors @ voices.first, vectors @ voices.other
    places = zip(prints, (first - other).tolist(), np.maximum(first, other).tolist(), strict=True)
    return [Lean((one.start_ms + one.end_ms) / 2, one.end_ms - one.start_ms, lead, near) for one, lead, near in places]


def leaning(leans: Sequence[Lean], start_ms: int, end_ms: int) -> tuple[Turn, ...]:
    """The turns that pieces of an utterance make, in order, without holes.

    None when there are no pieces. The border between two voices lies where the lead, drawn as a line from piece to
    piece, crosses zero.
    """
    runs = _kept([list(run) for _, run in groupby(leans, key=lambda lean: lean.lead < 0)])
    borders = [_border(before[-1], after[0]) for before, after in pairwise(runs)]
    edges = [start_ms, *borders, end_ms] if runs else []
    return tuple(Turn(*edge, *_voice(run)) for edge, run in zip(pairwise(edges), runs, strict=True))


def _kept(runs: list[list[Lean]]) -> list[list[Lean]]:
    """The runs without the weak ones, the weakest first: its prints go to the run before and after it, made one."""
    while len(runs) > 1:
        weakest = min(range(len(runs)), key=lambda at: _strength(runs[at]))
        if _strength(runs[weakest]) >= _WEAKEST_MS:
            break
        first, last = max(0, weakest - 1), min(len(runs), weakest + 2)
        runs[first:last] = [[lean for run in runs[first:last] for lean in run]]
    return runs


def _strength(run: Sequence[Lean]) -> float:
    return abs(sum(lean.lead * lean.length_ms for lean in run))


def _border(before: Lean, after: Lean) -> int:
    share = (
        before.lead / (before.lead - after.lead) if before.lead * after.lead <= 0 and before.lead != after.lead else 0.5
    )
    return round(before.at_ms + share * (after.at_ms - before.at_ms))


def _voice(run: Sequence[Lean]) -> tuple[int, float]:
    """Which voice a run is of, and how sure that is: less for what is near neither, a third person or a noise."""
    length_ms = sum(lean.length_ms for lean in run)
    lead = sum(lean.lead * lean.length_ms for lean in run) / length_ms
    near = sum(lean.near * lean.length_ms for lean in run) / length_ms
    known = min(1.0, max(0.0, (near - _STRANGE) / (_FAMILIAR - _STRANGE)))
    return int(lead < 0), tanh(STEEP * abs(lead)) * known
