"""Whether words stand where they were said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.bench.scores.words import matches, token_of

NEAR_S = 0.3


@dataclass(frozen=True)
class TimedWord:
    """One word and when it was said, in seconds of the sound."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class WordTimes:
    """``near`` of the ``matched`` words begin within 0.3 s of the reference; the rest counts what can't be right."""

    matched: int = 0
    near: int = 0
    backward: int = 0
    past_end: int = 0

    def __add__(self, other: WordTimes) -> WordTimes:
        return WordTimes(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


def word_times(said: Sequence[TimedWord], heard: Sequence[TimedWord], sound_s: float) -> WordTimes:
    """Scored over words that are the same; ``said`` may be empty, then only order and end are looked at.

    A word is backward when it ends before it begins or begins before its forerunner; past the end by more than 10 ms.
    """
    pairs = matches([token_of(word.text) or "-" for word in said], [token_of(word.text) or "-" for word in heard])
    near = sum(abs(said[one].start_s - heard[other].start_s) <= NEAR_S for one, other in pairs)
    backward = sum(word.end_s < word.start_s for word in heard)
    backward += sum(after.start_s < before.start_s for before, after in pairwise(heard))
    return WordTimes(len(pairs), near, backward, sum(word.end_s > sound_s + 0.01 for word in heard))
