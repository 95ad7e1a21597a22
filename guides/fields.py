"""Takes checked values out of the tables of a guide, and notes every fault instead of stopping at the first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from difflib import get_close_matches
from itertools import islice

from guides.errors import Fault
from guides.lines import LineIndex, Place
from guides.plaintext import code_point, figure, first_unwanted, printable, quoted

ONE_LINE_CHARS = 500
PARAGRAPH_CHARS = 10_000
LIST_ITEMS = 1_000
FAULTS = 1_000
"""A file with more faults than this is not a guide, and nobody reads that far."""

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Ledger:
    """The faults found so far in one file, each with its line."""

    def __init__(self, file: str, lines: LineIndex) -> None:
        self._file = printable(file)
        self._lines = lines
        self._faults: list[Fault] = []

    def note(self, place: Place, problem: str) -> None:
        """Write down a fault at this place; its key is the last name on the way there."""
        if len(self._faults) < FAULTS:
            key = next((part for part in reversed(place) if isinstance(part, str)), "file")
            self._faults.append(Fault(self._file, self.line_of(place), quoted(key)[1:-1] or '""', problem))

    def line_of(self, place: Place) -> int:
        """The line of this place, or of the table that holds it."""
        return self._lines.line_of(place)

    def faults(self) -> tuple[Fault, ...]:
        """Every fault, in the order of the lines."""
        return tuple(sorted(self._faults, key=lambda fault: fault.line))


class Fields:
    """One table of a guide: asking for a key checks its value.

    A faulty value is noted, and something harmless given in its place.
    """

    def __init__(self, content: Mapping[str, object], place: Place, ledger: Ledger) -> None:
        self.place = place
        self.ledger = ledger
        self._content = content
        self._asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._content

    def note(self, key: str, problem: str) -> None:
        """Write down a fault at this key of the table."""
        self.ledger.note((*self.place, key), problem)

    def line(self, key: str, *, optional: bool = False) -> str:
        """A text on one line, without spaces around it."""
        text = self._text(key, ONE_LINE_CHARS, optional=optional)
        if bad := first_unwanted(text, allowed=""):
            what = "a line break" if bad == "\n" else f"the character {code_point(bad)}"
            self.note(key, f"must be plain text on one line, and has {what} in it")
        return text

    def paragraph(self, key: str) -> str:
        """A text that may run over several lines."""
        text = self._text(key, PARAGRAPH_CHARS)
        if bad := first_unwanted(text, allowed="\n\t"):
            self.note(key, f"must be plain text, and has the character {code_point(bad)} in it")
        return text

    def id(self, key: str = "id") -> str:
        """A short name of lowercase letters, digits and hyphens."""
        text = self.line(key)
        if text and not _ID.fullmatch(text):
            self.note(key, f"must be lowercase letters, digits and single hyphens between them, not {quoted(text)}")
        return text

    def day(self, key: str) -> str:
        """A date as YYYY-MM-DD; quotes around it may be left out."""
        value = self._content.get(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            self._asked.add(key)
            return value.isoformat()
        text = self.line(key)
        try:
            if text and date.fromisoformat(text).isoformat() != text:
                raise ValueError(text)
        except ValueError:
            self.note(key, f"must be a date such as 2026-11-22, not {quoted(text)}")
        return text

    def number(self, key: str, low: int, high: int) -> int:
        """A whole number from low to high; high when it is not one."""
        value = self._wanted(key)
        if value is None:
            return high
        if isinstance(value, bool) or not isinstance(value, int):
            self.note(key, f"must be a whole number from {low} to {high}, not {_kind(value)}")
        elif not low <= value <= high:
            self.note(key, f"must be a whole number from {low} to {high}, not {figure(value)}")
        else:
            return value
        return high

    def yes_or_no(self, key: str) -> bool:
        """True or false; false when it is neither."""
        value = self._wanted(key)
        if value is not None and not isinstance(value, bool):
            self.note(key, f"must be true or false without quotes, not {_kind(value)}")
        return value is True

    def items(self, key: str, *, optional: bool = False, needed: str = "") -> list[object]:
        """A list of anything, no longer than a guide can need; ``needed`` is what to say of an empty one."""
        value = self._wanted(key, optional=optional)
        if value is None:
            return []
        if not isinstance(value, list):
            self.note(key, f"must be a list in square brackets, not {_kind(value)}")
            return []
        if needed and not value:
            self.note(key, f"is empty: {needed}")
        if len(value) > LIST_ITEMS:
            self.note(key, f"has {len(value)} items, and a guide may have {LIST_ITEMS} at most")
        return value[:LIST_ITEMS]

    def table(self, key: str) -> Fields:
        """The table under this key; an empty one, in which nothing is missed, when it is not there."""
        value = self._wanted(key, missing=f"is missing: a guide needs a [{key}] table")
        if isinstance(value, dict):
            return Fields(value, (*self.place, key), self.ledger)
        if value is not None:
            self.note(key, f"must be a [{key}] table with one bracket on either side, not {_kind(value)}")
        return _Nothing(self.ledger)

    def table_if_any(self, key: str) -> Fields | None:
        """The table under this key, or None where there is none: nothing is missed then."""
        self._asked.add(key)
        return self.table(key) if key in self._content else None

    def tables(self, key: str, *, needed: str = "") -> list[Fields]:
        """The tables written under this key; what is not a table is noted and left out.

        ``needed`` is what to say when there is none; without it there need not be one.
        """
        if isinstance(self._content.get(key), dict):
            self._asked.add(key)
            header = ".".join([*(str(part) for part in self.place if isinstance(part, str)), key])
            self.note(key, f"is a list of tables: write [[{header}]] with two brackets on either side")
            return []
        if needed and key not in self._content:
            self.note(key, f"is missing: {needed}")
        found = []
        for position, item in enumerate(self.items(key, optional=True, needed=needed)):
            place = (*self.place, key, position)
            if isinstance(item, dict):
                found.append(Fields(item, place, self.ledger))
            else:
                self.ledger.note(place, f"must be a table, not {_kind(item)}")
        return found

    def finish(self) -> None:
        """Note every key that nobody asked for."""
        unknown = (key for key in self._content if key not in self._asked)
        for key in islice(unknown, FAULTS):
            near = get_close_matches(key[:ONE_LINE_CHARS], self._asked, n=1)
            hint = f"perhaps you mean {near[0]}" if near else f"known here are {', '.join(sorted(self._asked))}"
            self.note(key, f"is not a key of a guide; {hint}")

    def _text(self, key: str, longest: int, *, optional: bool = False) -> str:
        value = self._wanted(key, optional=optional)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.note(key, f"must be text in quotes, not {_kind(value)}")
            return ""
        text = value.strip()
        if not text and not optional:
            self.note(key, "is empty: write a text between the quotes")
        if len(text) > longest:
            self.note(key, f"is too long: {len(text)} characters, and {longest} is the most")
        return text[:longest]

    def _wanted(self, key: str, *, optional: bool = False, missing: str = "is missing here") -> object:
        self._asked.add(key)
        value = self._content.get(key)
        if value is None and not optional:
            self.note(key, missing)
        return value


class _Nothing(Fields):
    """Stands for a table that is missing, which has been noted once: nothing more is said about its keys."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__({}, (), ledger)

    def note(self, key: str, problem: str) -> None:
        """Say nothing."""


def _kind(value: object) -> str:
    """What a value is, in the words of a person who has never written a program."""
    if isinstance(value, bool):
        return "true or false"
    for types, words in (
        (str, "text in quotes"),
        (int, "a whole number"),
        (float, "a number with a point"),
        ((date, time), "a date or a time"),
        (list, "a list"),
    ):
        if isinstance(value, types):
            return words
    return "a table"
