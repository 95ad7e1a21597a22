"""A file that is there to be thrown overboard: what a full disk still has room for, so that a session comes to its end.

It holds nothing but chance, so that no file system stores it in less.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

BALLAST_FILE = "ballast"
SIZE_BYTES = 8 * 2**20
"""Notes, memos and an hour of transcript take a tenth of this."""
ROOM_BYTES = 8 * SIZE_BYTES
"""It is only made where this much stays free."""


def lay(folder: Path) -> None:
    """Make it, 0600, unless it is there or the disk has no room to spare; a disk that fails is no error here."""
    path = folder / BALLAST_FILE
    unfinished = folder / f"{BALLAST_FILE}-new"
    with suppress(OSError):
        unfinished.unlink(missing_ok=True)
        if path.exists() or shutil.disk_usage(folder).free < ROOM_BYTES + SIZE_BYTES:
            return
        descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(os.urandom(SIZE_BYTES))
        unfinished.rename(path)


def drop(folder: Path) -> bool:
    """Give its room back, if the disk is full; False where it is not, or where there is none any more."""
    try:
        if shutil.disk_usage(folder).free > SIZE_BYTES:
            return False
        (folder / BALLAST_FILE).unlink()
    except OSError:
        return False
    return True
