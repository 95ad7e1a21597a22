"""The study's terms, spelled as the study spells them, where what was heard sounds like them.

Terms in front of every window would cost words: tiny.en then tidies more and hears what is not there. So only
terms that sound like something in the first hypothesis are put to a second one, and of that only the terms are taken,
only in place of what sounds like them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from difflib import SequenceMatcher

from transcribe.hypotheses import Difference, Edit, differences, plain
from transcribe.wire import Word

# How alike two spellings must be. Measured with tiny.en: 15 terms that nobody says are worth a try in one stretch of
# speech of seven or eight, and 11 of 16 names that were said and misheard.
_ALIKE = 0.65
_ALIKE_ALONE = 0.45  # a term and what it replaces, where nothing else differs there
_ALIKE_AMONG = 0.65  # ... and where other words differ beside it
_SURE = 0.9  # a word that is more probable was heard well
_SOUNDS = str.maketrans("cqgzvwdbj", "kkksfftpk")
_MOST_TERMS = 10  # in one prompt
_MORE_WORDS = 2  # than the term has: "ravens come" for Ravenscombe


def like(words: Sequence[Word], terms: Sequence[str]) -> tuple[str, ...]:
    """The terms that sound like some of these words, of which one at least was not sure; the most alike first."""
    longest = max((len(term.split()) for term in terms), default=0) + _MORE_WORDS
    spans = [_Spelling(span) for span in dict.fromkeys(_unsure_spans(words, longest))]
    found = []
    for term in terms if spans else ():
        wanted = _Spelling(plain(term))
        alike = max(wanted.alike(span, _ALIKE) for span in spans)
        if alike >= _ALIKE:
            found.append((alike, term))
    return tuple(term for _, term in sorted(found, reverse=True))[:_MOST_TERMS]


def spelled(first: Sequence[Word], second: Sequence[Word], terms: Sequence[str]) -> list[Edit]:
    """The terms that ``second`` has where ``first`` has something that sounds alike, as edits of ``first``."""
    ours, theirs = [plain(one.text) for one in first], [plain(one.text) for one in second]
    known = {plain(term) for term in terms}
    edits = []
    for place in differences(ours, theirs):
        term = _term_in(theirs, place, known)
        at, end = _replaced(ours, place, theirs, term) if term else (0, 0)
        if term and at < end:
            edits.append(Edit(at, end, _put(first[at:end], second[term[0] : term[1]])))
    return edits


def _term_in(theirs: Sequence[str], place: Difference, known: Set[str]) -> tuple[int, int] | None:
    """Where the second has a term at this place, the longest first."""
    for length in range(place.stop - place.start, 0, -1):
        for start in range(place.start, place.stop - length + 1):
            if "".join(theirs[start : start + length]) in known:
                return start, start + length
    return None


def _replaced(ours: Sequence[str], place: Difference, theirs: Sequence[str], term: tuple[int, int]) -> tuple[int, int]:
    """Which words of the first the term takes the place of: all that differ, if it is all that they became."""
    spelling = "".join(theirs[slice(*term)])
    if term == (place.start, place.stop):
        alike = _alike("".join(ours[place.at : place.end]), spelling)
        return (place.at, place.end) if alike >= _ALIKE_ALONE else (0, 0)
    spans = [(at, end) for at in range(place.at, place.end) for end in range(at + 1, place.end + 1)]
    ranked = [(_alike("".join(ours[at:end]), spelling), at, end) for at, end in spans]
    alike, at, end = max(ranked, default=(0.0, 0, 0))
    return (at, end) if alike >= _ALIKE_AMONG else (0, 0)


def _unsure_spans(words: Sequence[Word], longest: int) -> Iterator[str]:
    for at in range(len(words)):
        for length in range(1, min(longest, len(words) - at) + 1):
            span = words[at : at + length]
            if any(word.probability < _SURE for word in span):
                yield "".join(plain(word.text) for word in span)


class _Spelling:
    """A spelling, in lower case without blanks, to compare others with."""

    def __init__(self, letters: str) -> None:
        self.letters, self.consonants = letters, _consonants(letters)
        self._matchers = [SequenceMatcher(None, "", each, autojunk=False) for each in (letters, self.consonants)]

    def alike(self, other: _Spelling, least: float = 0.0) -> float:
        """From 0 to 1: the letters that both have in common, and the sounds of their consonants; 0 if below least."""
        for matcher, letters in zip(self._matchers, (other.letters, other.consonants), strict=True):
            matcher.set_seq1(letters)
        for measure in (SequenceMatcher.real_quick_ratio, SequenceMatcher.quick_ratio):  # they are never too low
            if sum(map(measure, self._matchers)) / 2 < least:
                return 0.0
        return sum(map(SequenceMatcher.ratio, self._matchers)) / 2


def _alike(one: str, other: str) -> float:
    return _Spelling(one).alike(_Spelling(other))


def _consonants(spelling: str) -> str:
    """Consonants that sound alike as one letter, and each once where it stands twice."""
    for letters, sound in (("ph", "f"), ("th", "t"), ("ch", "k"), ("sh", "s"), ("x", "ks"), ("gh", "k")):
        spelling = spelling.replace(letters, sound)
    bare = re.sub(r"[aeiouyh]+", "", spelling.translate(_SOUNDS))
    return re.sub(r"(.)\1+", r"\1", bare)


def _put(old: Sequence[Word], new: Sequence[Word]) -> tuple[Word, ...]:
    """The new words in the time of the old, with the mark at the end that was there."""
    from_ms, to_ms = old[0].start_ms, old[-1].end_ms
    moved = [
        replace(word, start_ms=min(max(word.start_ms, from_ms), to_ms), end_ms=min(max(word.end_ms, from_ms), to_ms))
        for word in new
    ]
    return (*moved[:-1], replace(moved[-1], text=_bare(moved[-1].text) + _tail(old[-1].text)))


def _bare(text: str) -> str:
    return text[: len(text) - len(_tail(text))]


def _tail(text: str) -> str:
    """The punctuation at the end of a word."""
    end = len(text)
    while end and not text[end - 1].isalnum():
        end -= 1
    return text[end:]
