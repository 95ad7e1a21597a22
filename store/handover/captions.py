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
from itertools import pairwise
from operator import itemgetter
from typing import Protocol

from store.handover.wording import one_line

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


@dataclass(frozen=True)
class _Unit:
    """What is never cut: a word, or a piece of one that is longer than a line (``glued`` to what stands before)."""

    text: str
    start_ms: int
    end_ms: int
    glued: bool


def captions(spoken: Iterable[Spoken], *, prefixed: bool = False) -> list[Caption]:
    """Captions in order of time; ``prefixed`` leaves room for the name before the first line."""
    made = [caption for one in spoken for caption in _of_one(one, prefixed)]
    return sorted(made, key=lambda caption: caption.start_ms)


def plain(text: str) -> str:
    """One line without any sign that a reader of captions may take for more than a sign."""
    line = _A_TIME.sub(r"\1 \2", one_line(text).translate(_PLAIN))
    return line if html.unescape(line) == line else line.replace("&", "\uff06")


def _of_one(spoken: Spoken, prefixed: bool) -> Iterator[Caption]:
    who = plain(spoken.who)
    room = len(who) + 2 if who and prefixed else 0
    text = plain(spoken.text)
    pieces = list(_pieces(list(_units(text, spoken)), room))
    for place, piece in enumerate(pieces):
        start_ms, end_ms = piece[0].start_ms, piece[-1].end_ms
        if place == 0 and start_ms - spoken.start_ms <= _AROUND_MS:
            start_ms = spoken.start_ms
        if place == len(pieces) - 1 and spoken.end_ms - end_ms <= _AROUND_MS:
            end_ms = spoken.end_ms
        end_ms = min(max(end_ms, start_ms + 1), start_ms + LONGEST_MS)
        yield Caption(start_ms, end_ms, who, tuple(_wrapped(piece, room)))


def _pieces(units: Sequence[_Unit], room: int) -> Iterator[list[_Unit]]:
    piece: list[_Unit] = []
    for unit in units:
        if piece and _paused(piece[-1], unit):
            yield piece
            piece = []
        while piece and not _fits([*piece, unit], room):
            cut = _best_cut(piece)
            yield piece[:cut]
            piece = piece[cut:]
        piece.append(unit)
    if piece:
        yield piece


def _best_cut(piece: Sequence[_Unit]) -> int:
    """Behind the last sentence or clause that ends well inside a piece, else behind all of it."""
    for ends, least in ((".?!\u3002", len(piece) / 3), (",;:\u2013\u3001", len(piece) / 2)):
        for cut in range(len(piece) - 1, 0, -1):
            if cut >= least and piece[cut - 1].text[-1] in ends:
                return cut
    return len(piece)


def _paused(last: _Unit, unit: _Unit) -> bool:
    return unit.start_ms - last.end_ms > _PAUSE_MS


def _fits(piece: Sequence[_Unit], room: int) -> bool:
    if piece[-1].end_ms - piece[0].start_ms > LONGEST_MS:
        return False
    lines = _wrapped(piece, room)
    return len(lines) <= _LINES and not (len(lines) > 1 and lines[-1].isdigit())


def _wrapped(piece: Sequence[_Unit], room: int) -> list[str]:
    """The lines of a piece; where the last one would be a bare number, the word before it goes with it."""
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
    parts = [units[0].text, *(unit.text if unit.glued else f" {unit.text}" for unit in units[1:])]
    return "".join(parts)


def _units(text: str, spoken: Spoken) -> Iterator[_Unit]:
    letters = text.replace(" ", "")
    clock = _Clock(letters, spoken)
    at = 0
    for token in text.split():
        cuts = [0, len(token)] if len(token) <= WIDTH else _cuts(token, at, clock)
        for begin, end in pairwise(cuts):
            start_ms, end_ms = clock.start_ms(at + begin), clock.end_ms(at + end)
            yield _Unit(token[begin:end], start_ms, max(start_ms, end_ms), begin > 0)
        at += len(token)


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

    def __init__(self, letters: str, spoken: Spoken) -> None:
        words = [(plain(word.text).replace(" ", ""), word.start_ms, word.end_ms) for word in spoken.words]
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
