"""Documents that come into a study."""

from __future__ import annotations

from pathlib import Path

from store import BadInput
from store.attachments import LIMIT_BYTES


def read(file: Path) -> bytes:
    """What is in a file of at most 50 MB. Raises BadInput, and OSError where it can't be read."""
    if file.exists() and not file.is_file():
        raise BadInput(f"{file} is no scan of a form: give an ordinary file.")
    with file.open("rb") as document:
        data = document.read(LIMIT_BYTES + 1)
    if len(data) > LIMIT_BYTES:
        raise BadInput(f"{file} is too large for the scan of a form: {LIMIT_BYTES // 10**6} MB is the most.")
    return data
