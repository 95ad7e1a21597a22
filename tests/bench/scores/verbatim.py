"""What the usual normaliser hides: fillers and repeated words, heard or dropped, and loops that were made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.scores.words import matches, tokens

_FILLERS = {
    **dict.fromkeys(("um", "umm", "uhm", "uh", "uhh", "er", "erm", "eh"), "um"),
    **dict.fromkeys(("hmm", "hm", "mm", "mmm", "mhm", "mmhmm", "mmhm"), "mm"),
}
_LONGEST_REPEAT = 3  # words
_LOOP_WORDS, _LOOP_TIMES = 4, 3


@dataclass(frozen=True)
class Verbatim:
    """Fillers and repeated words: how many were said, how many of these were heard, how many fillers were written."""

    fillers: int = 0
    fillers_heard: int = 0
    fillers_written: int = 0
    repeats: int = 0
    repeats_heard: int = 0

    def __add__(self, other: Verbatim) -> Verbatim:
        return Verbatim(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


def verbatim(said: str, heard: str) -> Verbatim:
    """Scored on a light normalisation; um, uh and er count as one, so do hmm and mm."""
    reference, found = _light(said), _light(heard)
    same = {place for place, _ in matches(reference, found)}
    fillers = {at for at, word in enumerate(reference) if word in _FILLERS.values()}
    repeats = repeated(reference)
    written = sum(word in _FILLERS.values() for word in found)
    return Verbatim(len(fillers), len(fillers & same), written, len(repeats), len(repeats & same))


def repeated(words: Sequence[str]) -> set[int]:
    """Places of words that say again what was just said: one to three words, fillers between them left out."""
    solid = [(at, word) for at, word in enumerate(words) if word not in _FILLERS.values()]
    plain = [word for _, word in solid]
    again: set[int] = set()
    for length in range(1, _LONGEST_REPEAT + 1):
        for at in range(length, len(plain) - length + 1):
            if plain[at : at + length] == plain[at - length : at]:
                again |= {solid[place][0] for place in range(at, at + length)}
    return again


def loops(heard: str, said: str = "") -> int:
    """How many different four words stand three times running in ``heard`` and not in ``said``."""
    return len(_loops(tokens(heard)) - _loops(tokens(said)))


def _loops(words: Sequence[str]) -> set[tuple[str, ...]]:
    found = set()
    for at in range(len(words) - _LOOP_WORDS * _LOOP_TIMES + 1):
        four = tuple(words[at : at + _LOOP_WORDS])
        if four * _LOOP_TIMES == tuple(words[at : at + _LOOP_WORDS * _LOOP_TIMES]):
            found.add(min(four[turn:] + four[:turn] for turn in range(_LOOP_WORDS)))
    return found


def _light(text: str) -> list[str]:
    return [_FILLERS.get(token, token) for token in tokens(text)]
