"""Parts of a line that have a look of their own: what was sought for, and words that are doubtful."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from rich.segment import Segment
from rich.style import Style

Mark = tuple[int, int, Style]
"""From this letter of a line to that, in this style."""


def marked(text: str, style: Style, marks: Sequence[Mark]) -> list[Segment]:
    """A line in segments, each with the styles of all marks that lie over it."""
    edges = sorted({0, len(text), *(edge for start, end, _ in marks for edge in (start, end))})
    return [
        Segment(text[start:end], sum((look for a, b, look in marks if a <= start and end <= b), style))
        for start, end in pairwise(edges)
    ]


def sought_in(text: str, sought: str, style: Style) -> Iterator[Mark]:
    """Where a line holds what was sought for (case-folded)."""
    folded = text.casefold()
    if not sought or len(folded) != len(text):
        return
    place = folded.find(sought)
    while place >= 0:
        yield place, place + len(sought), style
        place = folded.find(sought, place + len(sought))


def words_in(text: str, first: int, wanted: Collection[int], style: Style) -> Iterator[Mark]:
    """Where a line, whose words are counted from ``first``, holds words with these numbers."""
    for number, word in enumerate(re.finditer(r"\S+", text), start=first):
        if number in wanted:
            yield word.start(), word.end(), style
