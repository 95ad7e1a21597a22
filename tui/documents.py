"""Documents that come into a study, and copies that leave it."""

from __future__ import annotations

import os
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


def write(target: Path, data: bytes) -> None:
    """A new file, for its owner alone whatever the umask. Raises BadInput where there is one of this name."""
    try:
        descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise BadInput(f"{target} is there already: name a new file.") from None
    with os.fdopen(descriptor, "wb") as copy:
        copy.write(data)
