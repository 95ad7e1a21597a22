"""What a transcript says beside its words: silences, and places where the transcriber itself was in doubt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from store.records import GapRow, SpokenWord, Utterance

LEAST_SILENCE_MS = 3_000
"""Shorter pauses are not noted: the convention of the field is ``(3 s)`` and more."""

DOUBTFUL_BELOW = 0.4
"""A word with a lower probability is wrong more often than right."""


@dataclass(frozen=True)
class Silence:
    """Nobody spoke from ``start_ms`` to ``end_ms`` of recording time, though it was recorded."""

    start_ms: int
    end_ms: int

    @property
    def text(self) -> str:
        """As transcripts write it: ``(4 s)``."""
        return f"({round((self.end_ms - self.start_ms) / 1000)} s)"


def silences(utterances: Sequence[Utterance], gaps: Sequence[GapRow | Utterance]) -> tuple[Silence, ...]:
    """The silences between utterances in time order; what was not captured, struck or not transcribed is none."""
    return tuple(
        one
        for one in _between(utterances)
        if not any(gap.start_ms < one.end_ms and gap.end_ms > one.start_ms for gap in gaps)
    )


def doubtful(utterance: Utterance) -> tuple[SpokenWord, ...]:
    """The words of an utterance that the transcriber did not trust."""
    return tuple(word for word in utterance.words if word.probability < DOUBTFUL_BELOW)


def _between(utterances: Sequence[Utterance]) -> Iterator[Silence]:
    for before, after in pairwise(utterances):
        start_ms = before.words[-1].end_ms if before.words else before.end_ms
        end_ms = after.words[0].start_ms if after.words else after.start_ms
        if end_ms - start_ms >= LEAST_SILENCE_MS:
            yield Silence(start_ms, end_ms)
