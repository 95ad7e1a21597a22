"""Word errors: counted, cut into pieces of about twenty words, and compared between two ways."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import jiwer
import numpy as np
from whisper_normalizer.english import EnglishTextNormalizer

PIECE_WORDS = 20
RESAMPLES = 1_000

Piece = tuple[int, int]
"""Errors, and words of the reference, in one piece of a text."""


@dataclass(frozen=True)
class Errors:
    """How a text differs from what was said; ``words`` is the length of the reference."""

    words: int = 0
    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0

    def __add__(self, other: Errors) -> Errors:
        return Errors(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    @property
    def total(self) -> int:
        """All three kinds."""
        return self.substitutions + self.deletions + self.insertions

    @property
    def rate(self) -> float | None:
        """Word error rate; None where nothing was said."""
        return self.total / self.words if self.words else None


@dataclass(frozen=True)
class Difference:
    """One way's word error rate less another's, with a 95 % interval; in percentage points."""

    points: float
    low: float
    high: float


def normal(text: str) -> list[str]:
    """Words as Whisper's own English normaliser leaves them: no punctuation, no fillers, numbers as digits."""
    return str(_normaliser()(text)).split()


def tokens(text: str) -> list[str]:
    """Words in lower case without punctuation; fillers and repetitions stay."""
    return [token for word in text.split() if (token := token_of(word))]


def token_of(word: str) -> str:
    """One written word in lower case, letters, digits and apostrophes only; may be empty."""
    return re.sub(r"[^\w']", "", word.lower())


def errors(said: str, heard: str) -> Errors:
    """The errors of one text after normalisation."""
    reference = normal(said)
    found = Errors(words=len(reference))
    for kind, _, said_words, heard_words in _changes(reference, normal(heard)):
        found += {
            "substitute": Errors(substitutions=said_words),
            "delete": Errors(deletions=said_words),
            "insert": Errors(insertions=heard_words),
        }[kind]
    return found


def pieces(said: str, heard: str, length: int = PIECE_WORDS) -> list[Piece]:
    """The reference in pieces of about ``length`` words, each with its errors; what is inserted counts where it stands.

    The same reference gives the same pieces whatever was heard, so that two ways can be compared piece by piece.
    """
    reference = normal(said)
    count = max(1, round(len(reference) / length))
    edges = [round(at * len(reference) / count) for at in range(count + 1)]
    wrong = [0] * count
    for _, at, said_words, heard_words in _changes(reference, normal(heard)):
        for place in range(at, at + said_words) if said_words else [at] * heard_words:
            wrong[_piece_of(place, edges)] += 1
    return [(wrong[at], edges[at + 1] - edges[at]) for at in range(count)]


def difference(ours: Sequence[Piece], theirs: Sequence[Piece], seed: int = 1) -> Difference | None:
    """Our word error rate less theirs, with the paired bootstrap interval (Efron 1979; 1,000 resamples of pieces).

    None where there is nothing to compare. Raises ValueError when the pieces are not those of one reference.
    """
    if [words for _, words in ours] != [words for _, words in theirs]:
        raise ValueError("the pieces belong to different references")
    said = np.array([words for _, words in ours])
    more = np.array([mine - other for (mine, _), (other, _) in zip(ours, theirs, strict=True)])
    if not said.sum():
        return None
    drawn = np.random.default_rng(seed).integers(0, len(said), (RESAMPLES, len(said)))
    points = 100 * more[drawn].sum(axis=1) / np.maximum(1, said[drawn].sum(axis=1))
    low, high = np.percentile(points, [2.5, 97.5])
    return Difference(100 * float(more.sum() / said.sum()), float(low), float(high))


def matches(said: Sequence[str], heard: Sequence[str]) -> list[tuple[int, int]]:
    """Places (in ``said``, in ``heard``) of the words that are the same, in order."""
    return [
        (chunk.ref_start_idx + at, chunk.hyp_start_idx + at)
        for chunk in _chunks(said, heard)
        if chunk.type == "equal"
        for at in range(chunk.ref_end_idx - chunk.ref_start_idx)
    ]


def _changes(said: Sequence[str], heard: Sequence[str]) -> Iterable[tuple[str, int, int, int]]:
    """Each stretch that differs: its kind, its place in ``said``, and how many words it is on either side."""
    if not said:
        return [("insert", 0, 0, len(heard))]
    return [
        (
            chunk.type,
            chunk.ref_start_idx,
            chunk.ref_end_idx - chunk.ref_start_idx,
            chunk.hyp_end_idx - chunk.hyp_start_idx,
        )
        for chunk in _chunks(said, heard)
        if chunk.type != "equal"
    ]


def _chunks(said: Sequence[str], heard: Sequence[str]) -> list[Any]:
    if not said or not heard:
        return [jiwer.AlignmentChunk("delete", 0, len(said), 0, 0)] if said else []
    return list(jiwer.process_words(" ".join(said), " ".join(heard)).alignments[0])


def _piece_of(place: int, edges: Sequence[int]) -> int:
    return min(int(np.searchsorted(edges, place, side="right")) - 1, len(edges) - 2)


@cache
def _normaliser() -> Any:
    return EnglishTextNormalizer()
