"""Figures of several sets taken together, and ways set against each other."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from tests.bench import ways
from tests.bench.parts import session, words
from tests.bench.results import NO_MODEL, Book, Figures, Row
from tests.bench.scores.words import Difference, difference

CLEAN = ("demo", "prompts", "speech")
MEETINGS = ("meetings",)
POOLS = {"clean, pooled": CLEAN, "meetings": MEETINGS}

MACHINE = "machine"

_MOST = {"peak_mb", "loaded_mb"}


def pooled(book: Book, sets: Sequence[str], model: str, way: str) -> Figures | None:
    """One way on several sets of part *words*, those that were measured for every way; None when there are none."""
    there_are = [name for name in sets if book.one(part=words.PART, set=name, model=model)]
    rows = [row for name in there_are if (row := book.one(part=words.PART, set=name, model=model, way=way))]
    if not rows or len(rows) < len(there_are):
        return None
    where = {row.machine for row in rows}
    return {
        **{name: _together(name, rows) for name in rows[0].figures},
        MACHINE: where.pop() if len(where) == 1 else None,
    }


def times(ours: Figures | None, theirs: Figures | None, name: str) -> float | None:
    """How many times theirs one of our figures is; None where they are not of one machine."""
    if not ours or not theirs or ours.get(MACHINE) is None or ours[MACHINE] != theirs.get(MACHINE):
        return None
    return over(ours.get(name), theirs.get(name))


def beside(rows: Sequence[Row], others: Sequence[Row]) -> list[Row]:
    """Those of the rows that are of a machine of the others."""
    where = {row.machine for row in others}
    return [row for row in rows if row.machine in where]


def placed(row: Row | None) -> Figures | None:
    """The figures of a row, and the machine they are of."""
    return None if row is None else {**row.figures, MACHINE: row.machine}


def _together(name: str, rows: Sequence[Row]) -> object:
    values = [value for row in rows if (value := row.figures.get(name)) is not None]
    if name in _MOST:
        return max(values)
    if name == "pieces":
        return [piece for value in values for piece in value]
    return sum(values) if values else None


def rate(figures: Figures | None) -> float | None:
    """Word error rate; None where nothing was said."""
    if not figures or not figures.get("words"):
        return None
    return float(figures["substitutions"] + figures["deletions"] + figures["insertions"]) / float(figures["words"])


def less(ours: Figures | None, theirs: Figures | None) -> Difference | None:
    """Our word error rate less theirs, in points with a 95 % interval."""
    return difference(ours["pieces"], theirs["pieces"]) if ours and theirs else None


def less_bt(book: Book, sets: Sequence[str], model: str, way: str) -> Difference | None:
    """A way less Bt over several sets."""
    return less(pooled(book, sets, model, way), pooled(book, sets, model, ways.BT))


def middle(rows: Sequence[Row], *path: str) -> float | None:
    """The median over runs of a figure, or of a figure in a figure."""
    found = []
    for row in rows:
        value: object = row.figures
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if isinstance(value, int | float):
            found.append(float(value))
    return median(found) if found else None


def over(ours: float | None, theirs: float | None) -> float | None:
    """How many times theirs."""
    return None if ours is None or not theirs else ours / theirs


def times_bare(row: Row) -> float | None:
    """How many times the processor seconds of B, which read the same sound right before, a session took."""
    return over(row.figures["cpu_s"], row.figures.get(session.BARE_CPU_S))


def models(book: Book) -> list[str]:
    """In the order they were measured."""
    return list(dict.fromkeys(row.model for row in book.rows if row.model != NO_MODEL))


def grouped(rows: Sequence[Row]) -> list[Row]:
    """Rows of one set together, also those that were measured later."""
    order = list(dict.fromkeys((row.model, row.set) for row in rows))
    return sorted(rows, key=lambda row: order.index((row.model, row.set)))
