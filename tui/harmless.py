"""What is drawn holds nothing that a terminal would obey: the last thing that is done to each line of each widget."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from guides.plaintext import OBEYED, sign

_FILLERS = " ─━═▔▁"
"""What fills a line up, in a widget and in its border: where there are two of these, one may go."""


class Harmless(LineFilter):
    """Textual draws every line through this, whatever is in it and whoever wrote it."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The line itself, unless something in it would be obeyed."""
        return harmless(segments) if any(OBEYED.search(segment.text) for segment in segments) else segments


def harmless(line: Sequence[Segment]) -> list[Segment]:
    """A line as wide as it was, with a sign for each character that would be obeyed.

    To Textual most of these have no width. So their signs take the place of what fills the line up behind them; where
    it is full they are left out.
    """
    letters = [letter for segment in line for letter in segment.text]
    room = [place for place, (one, next_one) in enumerate(pairwise(letters)) if one == next_one and one in _FILLERS]
    used = 0
    for place, letter in enumerate(letters):
        if not OBEYED.match(letter):
            continue
        if cell_len(letter):
            letters[place] = sign(letter).ljust(cell_len(letter))
            continue
        letters[place] = ""
        used = max(used, bisect_right(room, place))
        if used < len(room):
            letters[place], letters[room[used]] = sign(letter), ""
            used += 1
    return _cut_as(line, letters)


def _cut_as(line: Sequence[Segment], letters: Sequence[str]) -> list[Segment]:
    """The letters, one for each that there was, in segments of the same styles; empty ones are left out."""
    cut, place = [], 0
    for segment in line:
        text = "".join(letters[place : place + len(segment.text)])
        place += len(segment.text)
        if text:
            cut.append(Segment(text, segment.style, segment.control))
    return cut
