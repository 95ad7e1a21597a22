"""Finds the line on which each key of a TOML text stands, which the parser does not tell.

The text has been parsed before, so it is known to be TOML and every bracket and quote has its partner.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections import Counter

Place = tuple[str | int, ...]
"""The way to a value: keys, and positions in lists, from the top of the file."""

DEEPEST = 8
"""No place in a guide is deeper than ``domain 0 question 0 probes 0 text``; what is deeper is passed over."""

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'  # text over several lines may end in up to two quotes of its own
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"|[\[\]{},=.\n]"
    r"|[^\s\[\]{},=.#\"']+",
    re.DOTALL,
)


class LineIndex:
    """The line of every key, table and list item of one TOML text; lines count from 1."""

    def __init__(self, text: str) -> None:
        breaks = [match.start() for match in re.finditer("\n", text)]
        found = ((match[0], match.start()) for match in _TOKEN.finditer(text))
        self._tokens = [(token, bisect_right(breaks, at - 1) + 1) for token, at in found if not token.startswith("#")]
        self._at = 0
        self._lines: dict[Place, int] = {}
        self._lengths: Counter[Place] = Counter()
        self._read_statements()

    def line_of(self, place: Place) -> int:
        """The line of this place, or of the nearest thing around it whose line is known."""
        for length in range(len(place), 0, -1):
            if place[:length] in self._lines:
                return self._lines[place[:length]]
        return 1

    def _read_statements(self) -> None:
        table: Place = ()
        while token := self._peek():
            if token == "[":
                table = self._read_header()
            elif token == "\n":
                self._at += 1
            else:
                self._read_pair(table)

    def _read_header(self) -> Place:
        line = self._line()
        self._at += 1
        in_list = self._peek() == "["
        self._at += in_list
        keys = self._read_key()
        self._at += 1 + in_list
        place: Place = ()
        for key in keys[:-1]:
            place = self._newest((*place, key))
        place = (*place, *keys[-1:])
        if in_list:
            self._note(place, line)
            self._lengths[place] += 1
            place = self._newest(place)
        self._note(place, line)
        return place

    def _newest(self, place: Place) -> Place:
        """A header below a list of tables belongs to the newest of them."""
        return (*place, self._lengths[place] - 1) if place in self._lengths else place

    def _read_pair(self, table: Place) -> None:
        line = self._line()
        place = table
        for key in self._read_key():
            place = (*place, key)
            self._note(place, line)
        self._at += 1
        self._read_value(place)

    def _read_key(self) -> list[str]:
        """The parts of a dotted key, up to the ``=`` or the bracket behind it."""
        parts: list[str] = []
        while (token := self._peek()) not in ("=", "]", ""):
            self._at += 1
            if token != "." and len(parts) < DEEPEST:
                quoted = token[0] in "\"'"
                parts.append(tomllib.loads(f"key = {token}")["key"] if quoted else token)
        return parts

    def _read_value(self, place: Place) -> None:
        if len(place) > DEEPEST:
            self._pass_over()
        elif self._peek() == "[":
            self._read_list(place)
        elif self._peek() == "{":
            self._read_inline_table(place)
        else:
            while self._peek() not in (",", "]", "}", "\n", ""):
                self._at += 1

    def _read_list(self, place: Place) -> None:
        self._at += 1
        position = 0
        while (token := self._peek()) not in ("]", ""):
            if token in (",", "\n"):
                self._at += 1
                continue
            self._note((*place, position), self._line())
            self._read_value((*place, position))
            position += 1
        self._at += 1

    def _read_inline_table(self, place: Place) -> None:
        self._at += 1
        while (token := self._peek()) not in ("}", ""):
            if token in (",", "\n"):
                self._at += 1
            else:
                self._read_pair(place)
        self._at += 1

    def _pass_over(self) -> None:
        depth = 0
        while (token := self._peek()) and not (depth == 0 and token in (",", "]", "}", "\n")):
            depth += (token in ("[", "{")) - (token in ("]", "}"))
            self._at += 1

    def _note(self, place: Place, line: int) -> None:
        if len(place) <= DEEPEST:
            self._lines.setdefault(place, line)

    def _peek(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _line(self) -> int:
        return self._tokens[self._at][1]
