"""A list of terms out of a file, one a line; never out of the command line, where other programs could read it."""

from __future__ import annotations

import sys
from pathlib import Path

from guides.texts import NotText, bare, text_in
from store.glossary import cleaned
from tui.errors import FaceError

STDIN = Path("-")


LONGEST = 100_000
"""Bytes; a glossary of the most terms, each the longest it may be, has half of that."""


def read_terms(file: Path) -> tuple[str, ...]:
    """The terms in a file, or on standard input for ``-``; raises FaceError, or BadInput where a line is no term."""
    where = "standard input" if file == STDIN else str(file)
    try:
        raw = _begun(file)
        if len(raw) > LONGEST:
            raise FaceError(f"{where} is too large for a list of terms: {LONGEST} bytes is the most.")
        text = bare(text_in(raw))
    except OSError as error:
        raise FaceError(f"{where} can't be read ({error.strerror}): name a text file with one term a line.") from None
    except NotText as found:
        sentence = f"Line {found.line} of {where} is {found.what}: save it as UTF-8, one term a line."
        raise FaceError(sentence) from None
    return cleaned(text.splitlines())


def _begun(file: Path) -> bytes:
    """What is in it, up to a byte more than there may be."""
    if file == STDIN:
        return sys.stdin.buffer.read(LONGEST + 1)
    with file.open("rb") as lines:
        return lines.read(LONGEST + 1)
