"""Keeps text plain: what a terminal would obey is shown and never sent, and a stranger's text is quoted in sentences.

What is stored stays to the letter. What is drawn, printed or handed over goes through ``shown``, or for other programs
through ``as_json``.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from json.encoder import encode_basestring

QUOTED_CHARS = 60
"""How much of a stranger's text is repeated in a sentence."""

_TURNS_TEXT_ROUND = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

_IN_A_LINE = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters: they move a cursor, set a title, take what is typed
    r"\u2028\u2029"  # breaks of lines and paragraphs
    r"\u202a-\u202e\u2066-\u2069\u206a-\u206f"  # they turn text round, or say how digits and letters are to look
    r"\ufeff\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f"  # byte order marks inside, annotations, tags: unseen text
    r"\ud800-\udfff"  # halves of signs, which no file can hold
)
OBEYED = re.compile(rf"[\t\n{_IN_A_LINE}]")
"""One character that a terminal would obey, or that would make text look other than it is.

The marks of direction (U+200E, U+200F, U+061C) are none: they turn nothing round that a letter of their script would
not, and Arabic and Hebrew need them beside digits and brackets. Nor are joiners, without which Persian and Hindi are
misspelt.
"""
_NOT_SHOWN = re.compile(f"[{_IN_A_LINE}]")
"""The same but for line feeds and tabs, of which a text has many."""

_PICTURES = 0x2400  # from here on Unicode has a picture of each control character
_DEL, _PICTURE_OF_DEL, _NO_PICTURE = "\x7f", "\u2421", "\ufffd"


def shown(text: str) -> str:
    """The text with a sign of one cell for each character that would be obeyed; line feeds and tabs stay.

    A sign stands for one character, so that places in the text are the same before and after.
    """
    return _NOT_SHOWN.sub(lambda found: sign(found[0]), text)


def sign(obeyed: str) -> str:
    """How such a character is shown: by its picture (``␛``), or by ``�`` where Unicode has none."""
    if obeyed == _DEL:
        return _PICTURE_OF_DEL
    return chr(_PICTURES + ord(obeyed)) if obeyed < " " else _NO_PICTURE


def as_json(value: object, *, default: Callable[[object], object] | None = None) -> str:
    """JSON in which such characters are escapes, so that it can be printed, and is read back to the letter."""
    return _escaped(json.dumps(value, ensure_ascii=False, default=default))


def as_indented_json(value: object) -> str:
    """The same line by line, each one blank further in than what it belongs to; keys have to be texts."""
    return _escaped(_indented(value, "\n"))


def _indented(value: object, line: str) -> str:
    """What ``json.dumps`` gives with an indent, which it does in Python; as much as can be is done in C."""
    if not isinstance(value, dict | list) or not value:
        return _encoder(", ").encode(value)
    inner = f"{line} "
    if _is_flat(value):
        written = _encoder(f",{inner}").encode(value)[1:-1]
    elif isinstance(value, dict):
        written = f",{inner}".join(f"{encode_basestring(key)}: {_indented(part, inner)}" for key, part in value.items())
    elif all(isinstance(part, dict) and part and _is_flat(part) for part in value):
        written = _rows(value, inner)
    else:
        written = f",{inner}".join(_indented(part, inner) for part in value)
    start, end = "{}" if isinstance(value, dict) else "[]"
    return f"{start}{inner}{written}{line}{end}"


def _rows(rows: list[object], line: str) -> str:
    """Objects that hold no more than values; no text has a line feed, so one tells where the next object begins."""
    inner = f"{line} "
    written = _encoder(f",{inner}").encode(rows)[2:-2].replace(f"}},{inner}{{", f"{line}}},{line}{{{inner}")
    return f"{{{inner}{written}{line}}}"


def _is_flat(value: dict[str, object] | list[object]) -> bool:
    parts = value.values() if isinstance(value, dict) else value
    return not any(isinstance(part, dict | list) for part in parts)


@cache
def _encoder(separator: str) -> json.JSONEncoder:
    return json.JSONEncoder(ensure_ascii=False, separators=(separator, ": "))


def _escaped(written: str) -> str:
    return _NOT_SHOWN.sub(lambda found: json.dumps(found[0])[1:-1], written)


def quoted(text: str) -> str:
    """A stranger's text in quotes, on one line, shortened, with nothing a terminal would obey."""
    short = text if len(text) <= QUOTED_CHARS else text[: QUOTED_CHARS - 1] + "…"
    return f'"{printable(short)}"'


def printable(text: str) -> str:
    """The text with every character that is not printable written as an escape: which one it is, is the point."""
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
