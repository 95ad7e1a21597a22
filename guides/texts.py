"""What people wrote, out of bytes: UTF-8, or in which line it is something else, and what.

Every door for people's texts goes through here: guides, terms, passphrases, orders of a session, words to search for.
"""

from __future__ import annotations

import unicodedata
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE

MARK = "\ufeff"
"""The byte order mark, which some editors and shells put in front of a text; it is no part of it."""

_OTHERS = ((BOM_UTF32_LE, "UTF-32"), (BOM_UTF32_BE, "UTF-32"), (BOM_UTF16_LE, "UTF-16"), (BOM_UTF16_BE, "UTF-16"))
_LOOKED_AT = 200  # bytes; where nearly every other one of them is zero, that is UTF-16 without a mark


class NotText(ValueError):
    """Bytes that are no UTF-8: ``line`` says where, counted from 1, ``what`` what they are instead, as after "is"."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"line {line} is {what}")
        self.line, self.what = line, what


def text_in(raw: bytes) -> str:
    """The text in these bytes, as it stands there; raises NotText."""
    for mark, name in _OTHERS:
        if raw.startswith(mark):
            raise NotText(1, f"{name} text")
    zeros = [raw[first:_LOOKED_AT:2].count(0) for first in (0, 1)]
    if min(zeros) == 0 and max(zeros) * 3 > len(raw[:_LOOKED_AT]):
        raise NotText(1, "UTF-16 text")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotText(raw.count(b"\n", 0, error.start) + 1, "not UTF-8 text") from None


def bare(text: str) -> str:
    """The text without the byte order mark in front of it."""
    return text.removeprefix(MARK)


def is_text(given: str) -> bool:
    """Whether a word of a command line, or of the environment, was UTF-8 (or whatever the system writes)."""
    return not any("\ud800" <= letter <= "\udfff" for letter in given)


def readable(name: str) -> str:
    """The name of a file as text: a system may give it any bytes, and what of them is no UTF-8 is replaced."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def one_spelling(text: str) -> str:
    """The same letters, each in the one way of writing it (NFC): an accent may be part of its letter, or follow it."""
    return unicodedata.normalize("NFC", text)
