"""Text into lines of so many cells: fast enough for an hour of speech at every change of width."""

from __future__ import annotations

import re

from rich.cells import cell_len, chop_cells

from guides.plaintext import shown
from guides.texts import one_spelling

_BREAKS = re.compile(r"[\t\n\r]+")


def plain(text: str) -> str:
    """The text without line breaks, each accent in the one way of writing it: as it is drawn and sought."""
    return one_spelling(shown(_BREAKS.sub(" ", text)))


def wrapped(text: str, width: int) -> tuple[str, ...]:
    """The text in lines of at most ``width`` cells (one at least), broken at blanks where there are any."""
    width = max(1, width)
    text = plain(text).strip()
    if len(text) <= width and cell_len(text) <= width:
        return (text,)
    lines: list[str] = []
    line, used = "", 0
    for word in text.split():
        size = len(word) if word.isascii() else cell_len(word)
        if line and used + 1 + size <= width:
            line, used = f"{line} {word}", used + 1 + size
            continue
        if line:
            lines.append(line)
        *full, word = chop_cells(word, width) if size > width else (word,)
        lines.extend(full)
        line, used = word, cell_len(word)
    return (*lines, line)


def shortened(text: str, width: int) -> str:
    """The text in one line of at most ``width`` cells, an ellipsis where it is cut."""
    text = plain(text)
    if cell_len(text) <= width:
        return text
    if width < 2:
        return "…"[:width]
    head = chop_cells(text, width - 1)[0]
    return (head if cell_len(head) < width else "").rstrip() + "…"
