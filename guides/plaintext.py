"""Keeps a stranger's text plain: what it may hold, and how it is repeated in a sentence."""

from __future__ import annotations

import unicodedata

SHOWN_CHARS = 60
"""How much of a stranger's text is repeated in a sentence."""

_TURNS_TEXT_ROUND = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def shown(text: str) -> str:
    """A stranger's text in quotes, on one line, shortened, with nothing a terminal would obey."""
    short = text if len(text) <= SHOWN_CHARS else text[: SHOWN_CHARS - 1] + "…"
    return f'"{printable(short)}"'


def printable(text: str) -> str:
    """The text with every character that is not printable written as an escape."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def first_unwanted(text: str, allowed: str) -> str:
    """The first character that could break a line, move a cursor or turn text round, or nothing."""
    for character in text:
        breaks = unicodedata.category(character) in ("Cc", "Zl", "Zp") and character not in allowed
        if breaks or character in _TURNS_TEXT_ROUND:
            return character
    return ""


def code_point(character: str) -> str:
    """The character's number, as code tables write it."""
    return f"U+{ord(character):04X}"


def figure(value: int) -> str:
    """The number, unless it is too long to be read (Python itself refuses to write one of 5,000 digits)."""
    return str(value) if abs(value) < 10**9 else "so large a number"
