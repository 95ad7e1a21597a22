"""Two hypotheses of one sound: what they share, and the first of them with something of the second put in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise

from transcribe.wire import Word


@dataclass(frozen=True)
class Difference:
    """Words of the first hypothesis (``at`` to ``end``) that the second (``start`` to ``stop``) has otherwise.

    What stands before and after it is the same in both, or is the edge of the sound.
    """

    at: int
    end: int
    start: int
    stop: int


@dataclass(frozen=True)
class Edit:
    """Words that take the place of ``at`` to ``end``; of none where both are the same."""

    at: int
    end: int
    words: tuple[Word, ...]


def plain(text: str) -> str:
    """A word in lower case, letters and digits only."""
    return "".join(letter for letter in text.lower() if letter.isalnum())


def differences(first: Sequence[str], second: Sequence[str]) -> Iterator[Difference]:
    """Where two rows of words differ, in order."""
    for tag, at, end, start, stop in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Difference(at, end, start, stop)


def same(first: Sequence[str], second: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The places, in the first and in the second, of what they share, in order."""
    for block in SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks():
        yield from zip(range(block.a, block.a + block.size), range(block.b, block.b + block.size), strict=True)


def edited(text: str, words: Sequence[Word], edits: Sequence[Edit]) -> tuple[str, tuple[Word, ...]]:
    """A text and its words after these edits, which are in order and apart; all else stays letter for letter."""
    places = list(_places(text, words))
    parts: list[str] = []
    merged: list[Word] = []
    done, said = 0, 0
    for edit in edits:
        begin = places[edit.at][0] if edit.at < len(places) else len(text)
        merged += [*words[said : edit.at], *edit.words]
        put_in = " ".join(word.text for word in edit.words)
        parts += [text[done:begin], put_in if edit.end > edit.at else _inserted(put_in, begin == len(text), bool(text))]
        said, done = edit.end, places[edit.end - 1][1] if edit.end > edit.at else begin
    return "".join([*parts, text[done:]]), tuple(_in_order([*merged, *words[said:]]))


def slices(text: str, words: Sequence[Word]) -> Iterator[str]:
    """The text cut before each word, so that what is between words stays as it was written."""
    starts = [begin for begin, _ in _places(text, words)]
    for start, end in pairwise([*starts, len(text)]):
        yield text[start:end]


def _inserted(put_in: str, at_the_end: bool, after_words: bool) -> str:
    if not after_words:
        return put_in
    return f" {put_in}" if at_the_end else f"{put_in} "


def _places(text: str, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Where each word begins and ends in the text."""
    at = 0
    for word in words:
        begin = max(text.find(word.text, at), at)
        at = min(begin + len(word.text), len(text))
        yield begin, at


def _in_order(words: Sequence[Word]) -> Iterator[Word]:
    """No word begins before the one before it ends."""
    at_ms = 0
    for word in words:
        start_ms = max(word.start_ms, at_ms)
        at_ms = max(word.end_ms, start_ms)
        yield replace(word, start_ms=start_ms, end_ms=at_ms)
