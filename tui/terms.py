"""A list of terms out of a file, one a line; never out of the command line, where other programs could read it."""

from __future__ import annotations

import sys
from pathlib import Path

from store.glossary import cleaned
from tui.errors import FaceError

STDIN = Path("-")


def read_terms(file: Path) -> tuple[str, ...]:
    """The terms in a file, or on standard input for ``-``; raises FaceError, or BadInput where a line is no term."""
    try:
        raw = sys.stdin.buffer.read() if file == STDIN else file.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise FaceError(f"{file} can't be read ({error.strerror}): name a text file with one term a line.") from None
    except UnicodeDecodeError:
        raise FaceError(f"{file} is not UTF-8 text: save it as UTF-8, one term a line.") from None
    return cleaned(text.splitlines())
