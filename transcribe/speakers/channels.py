"""Whose an utterance is when interviewer and participant have a microphone each, one a channel. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transcribe.recording import FRAMES_PER_MS
from transcribe.speakers.naming import Naming
from transcribe.speakers.turns import Lean, Turn, leaning
from transcribe.speakers.voices import Label, labelled

BLOCK_MS = 100

_MOST_GAIN_DB = 12.0  # by which two microphones may be turned up differently; more than that is another's silence
_FULL_LEAD_DB = 20.0
_LEAST_APART_DB = 6.0  # nearer than this the leads are of one person, or of none
_LOUD_DB = 25.0  # what is softer than the loudest of its utterance by more than this is no speech

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Levels:
    """How loud an utterance is: the mean square of each 100 ms in each channel, (n, 2)."""

    start_ms: int
    end_ms: int
    power: Numbers

    @classmethod
    def of(cls, start_ms: int, sound: npt.NDArray[np.int16]) -> Levels:
        """Measured in 16 kHz sound with two channels, (n, 2)."""
        samples = BLOCK_MS * FRAMES_PER_MS
        whole = -(-len(sound) // samples) * samples
        wide = np.zeros((whole, 2))
        wide[: len(sound)] = sound
        return cls(
            start_ms, start_ms + len(sound) // FRAMES_PER_MS, np.square(wide).reshape(-1, samples, 2).mean(axis=1)
        )

    def leads_db(self) -> tuple[Numbers, Numbers]:
        """Of the blocks that hold speech: their places in the utterance, and by how much the first channel leads."""
        level_db = 10 * np.log10(self.power + 1)
        loudest_db = level_db.max(axis=1)
        places = np.flatnonzero(loudest_db >= loudest_db.max(initial=0) - _LOUD_DB)
        return places.astype(float), level_db[places, 0] - level_db[places, 1]


def by_channel(levels: Mapping[str, Levels], interviewer: int = 0) -> dict[str, Label]:
    """The labels; ``interviewer`` is the number of their channel.

    How far the first channel leads falls into two groups, one for each person; what counts is the lead over the middle
    between them, so that neither the microphones nor the voices need be alike.
    """
    leads = {key: one.leads_db() for key, one in levels.items()}
    every = np.concatenate([lead_db for _, lead_db in leads.values()]) if leads else np.zeros(0)
    middle_db = _middle(np.sort(every))
    named = Naming(interviewer, 1.0)
    return {key: labelled(_turns(levels[key], *leads[key], middle_db), named) for key in levels}


def _turns(levels: Levels, places: Numbers, leads_db: Numbers, middle_db: float) -> tuple[Turn, ...]:
    lead = np.clip((leads_db - middle_db) / _FULL_LEAD_DB, -1, 1)
    middles_ms = levels.start_ms + (places + 0.5) * BLOCK_MS
    leans = [Lean(float(at), BLOCK_MS, float(one)) for at, one in zip(middles_ms, lead, strict=True)]
    return leaning(leans, levels.start_ms, levels.end_ms)


def _middle(leads_db: Numbers) -> float:
    """Half-way between the two groups that the leads, in order, fall into best; 0 when they are one group."""
    count = len(leads_db)
    if count < 2:
        return 0.0
    below = np.arange(1, count)
    sums = np.cumsum(leads_db)
    low, high = sums[:-1] / below, (sums[-1] - sums[:-1]) / (count - below)
    best = int(np.argmax((high - low) ** 2 * below * (count - below)))
    if high[best] - low[best] < _LEAST_APART_DB:
        return 0.0
    return float(np.clip((low[best] + high[best]) / 2, -_MOST_GAIN_DB, _MOST_GAIN_DB))
