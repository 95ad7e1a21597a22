"""Captions as they are shown, for WebVTT and SubRip: of seven seconds and two lines at the most, cut between words.

Readers differ in what they take, so what is written here is what all of them read alike: no markup but the voice of
WebVTT, no signs that one of them decodes and another shows, no empty caption, no last line that is a bare number.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, starmap
from operator import itemgetter
from typing import NamedTuple, Protocol

from guides.plaintext import shown

LONGEST_MS = 7_000
WIDTH = 42
_LINES = 2
_PAUSE_MS = 1_500
"""A pause between two words over which no caption stays."""
_AROUND_MS = 1_000
"""So much of an utterance before its first word and after its last one still belongs to its captions."""
# what some readers take for markup, and others show
_PLAIN = str.maketrans({"<": "\u2039", ">": "\u203a", "{": "(", "}": ")", "\\": "\u2216"})
_A_TIME = re.compile(r"(:\d\d?)[.,](\d)")
"""Two times to the millisecond in a line are a caption to some readers, wherever they stand."""
_HARMLESS = re.compile("[\\w .,;?!'\u2019\u2013-]*")
"""What no reader takes for more than it is: most of what is said, so the rest of ``plain`` is spared."""


class Word(Protocol):
    """A word with its time in milliseconds."""

    @property
    def start_ms(self) -> int:
        """When it begins."""

    @property
    def end_ms(self) -> int:
        """When it ends."""

    @property
    def text(self) -> str:
        """How it is written."""


@dataclass(frozen=True)
class Spoken:
    """What is to be shown: one stretch of speech; ``who`` is empty where nobody is named."""

    start_ms: int
    end_ms: int
    who: str
    text: str
    words: Sequence[Word] = ()


@dataclass(frozen=True)
class Caption:
    """One caption, of one voice; its one or two lines don't hold the name."""

    start_ms: int
    end_ms: int
    who: str
    lines: tuple[str, ...]


class _Unit(NamedTuple):
    """What is never cut: a word, or a piece of one that is longer than a line (``glued`` to what stands before)."""

    text: str
    start_ms: int
    end_ms: int
    glued: bool


def captions(spoken: Iterable[Spoken], *, prefixed: bool = False) -> list[Caption]:
    """Captions in order of time; ``prefixed`` leaves room for the name before the first line."""
    made = [caption for one in spoken for caption in _of_one(one, prefixed)]
    return sorted(made, key=lambda caption: caption.start_ms)


def any_captions(spoken: Iterable[Spoken]) -> bool:
    """Whether there is one caption."""
    return any(plain(one.text) for one in spoken)


def plain(text: str) -> str:
    """One line without any sign that a reader of captions may take for more than a sign."""
    line = " ".join(text.split())
    if _HARMLESS.fullmatch(line):
        return line
    line = _A_TIME.sub(r"\1 \2", shown(line).translate(_PLAIN))
    return line if html.unescape(line) == line else line.replace("&", "\uff06")


def _of_one(spoken: Spoken, prefixed: bool) -> Iterator[Caption]:
    who = plain(spoken.who)
    room = len(who) + 2 if who and prefixed else 0
    text = plain(spoken.text)
    pieces = list(_pieces(list(_units(text, spoken)), room))
    for place, (piece, lines) in enumerate(pieces):
        start_ms, end_ms = piece[0].start_ms, piece[-1].end_ms
        if place == 0 and start_ms - spoken.start_ms <= _AROUND_MS:
            start_ms = spoken.start_ms
        if place == len(pieces) - 1 and spoken.end_ms - end_ms <= _AROUND_MS:
            end_ms = spoken.end_ms
        end_ms = min(max(end_ms, start_ms + 1), start_ms + LONGEST_MS)
        yield Caption(start_ms, end_ms, who, tuple(lines))


def _pieces(units: Sequence[_Unit], room: int) -> Iterator[tuple[Sequence[_Unit], Sequence[str]]]:
    """What goes into a caption each, and its lines."""
    if lines := _all_in_one(units, room):
        yield units, lines
        return
    piece: Sequence[_Unit] = []
    for unit in units:
        if piece and _paused(piece[-1], unit):
            yield piece, _wrapped(piece, room)
            piece = []
        while piece and not _fitting([*piece, unit], room):
            cut = _best_cut(piece)
            yield piece[:cut], _wrapped(piece[:cut], room)
            piece = piece[cut:]
        piece = [*piece, unit]
    if piece:
        yield piece, _wrapped(piece, room)


def _all_in_one(units: Sequence[_Unit], room: int) -> Sequence[str]:
    """The lines where nothing has to be cut, as is so of most; none also where one may come to be a bare number."""
    if not units or any(unit.text.isdigit() for unit in units) or any(starmap(_paused, pairwise(units))):
        return ()
    return _fitting(units, room)


def _best_cut(piece: Sequence[_Unit]) -> int:
    """Behind the last sentence or clause that ends well inside a piece, else behind all of it."""
    for ends, least in ((".?!\u3002", len(piece) / 3), (",;:\u2013\u3001", len(piece) / 2)):
        for cut in range(len(piece) - 1, 0, -1):
            if cut >= least and piece[cut - 1].text[-1] in ends:
                return cut
    return len(piece)


def _paused(last: _Unit, unit: _Unit) -> bool:
    return unit.start_ms - last.end_ms > _PAUSE_MS


def _fitting(piece: Sequence[_Unit], room: int) -> Sequence[str]:
    """The lines of a piece that fits into a caption; none of one that does not."""
    if piece[-1].end_ms - piece[0].start_ms > LONGEST_MS:
        return ()
    lines = _wrapped(piece, room)
    return lines if len(lines) <= _LINES and not (len(lines) > 1 and lines[-1].isdigit()) else ()


def _wrapped(piece: Sequence[_Unit], room: int) -> list[str]:
    """The lines of a piece; where the last one would be a bare number, the word before it goes with it."""
    if room + sum(len(unit.text) + 1 for unit in piece) <= WIDTH:
        return [_joined(piece)]
    lines: list[list[_Unit]] = [[]]
    filled = room
    for unit in piece:
        more = len(unit.text) + (not unit.glued)
        if lines[-1] and filled + more > WIDTH:
            lines.append([])
            filled = 0
        filled += more if lines[-1] else len(unit.text)
        lines[-1].append(unit)
    if len(lines) > 1 and _joined(lines[-1]).isdigit() and len(lines[-2]) > 1:
        lines[-1].insert(0, lines[-2].pop())
    return [_joined(line) for line in lines]


def _joined(units: Sequence[_Unit]) -> str:
    return "".join([unit.text if unit.glued else f" {unit.text}" for unit in units])[not units[0].glued :]


def _units(text: str, spoken: Spoken) -> Iterator[_Unit]:
    tokens = text.split()
    one_by_one = _HARMLESS.fullmatch(text) and tokens == [word.text.strip() for word in spoken.words]
    if one_by_one and max(map(len, tokens), default=0) <= WIDTH:
        yield from _words(spoken, tokens)
        return
    words = [(plain(word.text).replace(" ", ""), word.start_ms, word.end_ms) for word in spoken.words]
    clock = _Clock("".join(tokens), spoken, words)
    at = 0
    for token in tokens:
        cuts = [0, len(token)] if len(token) <= WIDTH else _cuts(token, at, clock)
        for begin, end in pairwise(cuts):
            start_ms, end_ms = clock.start_ms(at + begin), clock.end_ms(at + end)
            yield _Unit(token[begin:end], start_ms, max(start_ms, end_ms), begin > 0)
        at += len(token)


def _words(spoken: Spoken, tokens: Sequence[str]) -> Iterator[_Unit]:
    """What ``_Clock`` tells of words that are what stands in the text, one by one."""
    first_ms, last_ms = spoken.start_ms, spoken.end_ms
    for said, word in zip(tokens, spoken.words, strict=True):
        start_ms = min(max(word.start_ms, first_ms), last_ms)
        yield _Unit(said, start_ms, max(start_ms, min(word.end_ms, last_ms)), False)


def _cuts(token: str, at: int, clock: _Clock) -> list[int]:
    """Where something longer than a line may be cut: where one of its words begins, else after so many signs."""
    half = WIDTH // 2
    cuts = [0]
    for place in (*clock.beginnings_within(at, at + len(token)), at + len(token)):
        while place - at - cuts[-1] > half:
            cuts.append(cuts[-1] + half)
        if place - at > cuts[-1]:
            cuts.append(place - at)
    return cuts


class _Clock:
    """When each letter of an utterance is said: by its words where they make up its text, else evenly."""

    def __init__(self, letters: str, spoken: Spoken, words: Sequence[tuple[str, int, int]]) -> None:
        if "".join(said for said, _, _ in words) != letters:
            words = [(letters, spoken.start_ms, spoken.end_ms)]
        self._spans: list[tuple[int, int, int, int]] = []  # first letter, letter behind the last, start, end
        at = 0
        for said, start_ms, end_ms in words:
            if said:
                begin_ms, over_ms = (min(max(ms, spoken.start_ms), spoken.end_ms) for ms in (start_ms, end_ms))
                self._spans.append((at, at + len(said), begin_ms, over_ms))
                at += len(said)

    def start_ms(self, letter: int) -> int:
        return self._at(letter, letter)

    def end_ms(self, behind: int) -> int:
        return self._at(behind - 1, behind)

    def beginnings_within(self, begin: int, end: int) -> list[int]:
        return [first for first, _, _, _ in self._spans if begin < first < end]

    def _at(self, letter: int, edge: int) -> int:
        first, behind, start_ms, end_ms = self._spans[bisect_right(self._spans, letter, key=itemgetter(0)) - 1]
        return start_ms + round((edge - first) / (behind - first) * (end_ms - start_ms))
