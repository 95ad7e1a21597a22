"""Markdown tables that can be read as they stand, and figures as they are written in them."""

from __future__ import annotations

from collections.abc import Sequence

NONE = "-"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The first columns that hold words stand left, figures right."""
    if not rows:
        return "Not measured.\n"
    widths = [max(len(row[at]) for row in [head, *rows]) for at in range(len(head))]
    left = [all(not _is_figure(row[at]) for row in rows) for at in range(len(head))]
    rule = [("-" * width if stands else "-" * (width - 1) + ":") for width, stands in zip(widths, left, strict=True)]
    lines = [_line(row, widths, left) for row in [head, rule, *rows]]
    return "\n".join(lines) + "\n"


def number(value: float | None, digits: int = 2, unit: str = "") -> str:
    """A figure, or a dash where there is none."""
    if value is None:
        return NONE
    return f"{value}{unit}" if isinstance(value, int) else f"{value:.{digits}f}{unit}"


def percent(part: float | None, whole: float = 1, digits: int = 1) -> str:
    """A share."""
    return NONE if part is None or not whole else f"{100 * part / whole:.{digits}f} %"


def _is_figure(cell: str) -> bool:
    return cell != NONE and cell[:1] in "0123456789+-"


def _line(cells: Sequence[str], widths: Sequence[int], left: Sequence[bool]) -> str:
    padded = [
        cell.ljust(width) if stands else cell.rjust(width)
        for cell, width, stands in zip(cells, widths, left, strict=True)
    ]
    return f"| {' | '.join(padded)} |"
