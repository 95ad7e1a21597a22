"""Documents that come into a study."""

from __future__ import annotations

from pathlib import Path

from store import BadInput
from store.attachments import LIMIT_BYTES

NO_SUCH_FILE = "There is no such file: mend the path, or leave it empty."
NOT_A_FILE = "That is no file: give the scan itself."


def read(file: Path) -> bytes:
    """What is in a file of at most 50 MB. Raises BadInput, and OSError where it can't be read."""
    if file.exists() and not file.is_file():
        raise BadInput(f"{file} is no scan of a form: give an ordinary file.")
    with file.open("rb") as document:
        data = document.read(LIMIT_BYTES + 1)
    if len(data) > LIMIT_BYTES:
        raise BadInput(f"{file} is too large for the scan of a form: {LIMIT_BYTES // 10**6} MB is the most.")
    return data


def typed_path(typed: str) -> Path | None:
    """The file that was typed, or dropped on the terminal, which puts quotation marks around some names."""
    typed = typed.strip()
    if len(typed) > 1 and typed[0] == typed[-1] and typed[0] in "'\"":
        typed = typed[1:-1]
    try:
        return Path(typed).expanduser() if typed else None
    except RuntimeError:  # a ~ before somebody who has no home here
        return Path(typed)


def wrong_with(file: Path | None) -> str:
    """Why this can't be the scan of a form, in a sentence; empty where it can, and where nothing is given."""
    try:
        if file is None or file.is_file():
            return ""
        return NOT_A_FILE if file.is_dir() else NO_SUCH_FILE
    except (OSError, ValueError):  # a name that no system takes
        return NO_SUCH_FILE
