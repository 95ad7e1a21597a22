"""A list of terms out of a file, one a line; never out of the command line, where other programs could read it."""

from __future__ import annotations

import sys
from pathlib import Path

from store.glossary import cleaned
from tui.errors import FaceError

STDIN = Path("-")


LONGEST = 100_000
"""Bytes; a glossary of the most terms, each the longest it may be, has half of that."""


def read_terms(file: Path) -> tuple[str, ...]:
    """The terms in a file, or on standard input for ``-``; raises FaceError, or BadInput where a line is no term."""
    try:
        raw = _begun(file)
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise FaceError(f"{file} can't be read ({error.strerror}): name a text file with one term a line.") from None
    except UnicodeDecodeError:
        raise FaceError(f"{file} is not UTF-8 text: save it as UTF-8, one term a line.") from None
    if len(raw) > LONGEST:
        raise FaceError(f"{file} is too large for a list of terms: {LONGEST} bytes is the most.")
    return cleaned(text.splitlines())


def _begun(file: Path) -> bytes:
    """What is in it, up to a byte more than there may be."""
    if file == STDIN:
        return sys.stdin.buffer.read(LONGEST + 1)
    with file.open("rb") as lines:
        return lines.read(LONGEST + 1)
