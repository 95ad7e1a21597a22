"""A file that is there to be thrown overboard: what a full disk still has room for, so that a session comes to its end.

It holds nothing but chance, so that no file system stores it in less, and the sum of that: bytes that change by
themselves are the first sign of a disk that fails.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path

from store import disk

BALLAST_FILE = "ballast"
_SUM_BYTES = 32
SIZE_BYTES = 8 * 2**20 + _SUM_BYTES
"""Notes, memos and an hour of transcript take a tenth of this."""
ROOM_BYTES = 8 * SIZE_BYTES
"""It is only made where this much stays free."""


def lay(folder: Path) -> None:
    """Make it, 0600, unless it is there or the disk has no room to spare; a disk that fails is no error here."""
    path = folder / BALLAST_FILE
    unfinished = folder / f"{BALLAST_FILE}-new"
    with suppress(OSError):
        unfinished.unlink(missing_ok=True)
        if path.exists() and path.stat().st_size == SIZE_BYTES:
            return
        path.unlink(missing_ok=True)  # an earlier version laid it without its sum
        if shutil.disk_usage(folder).free < ROOM_BYTES + SIZE_BYTES:
            return
        chance = os.urandom(SIZE_BYTES - _SUM_BYTES)
        disk.make_empty(unfinished)
        unfinished.write_bytes(chance + hashlib.sha256(chance).digest())
        unfinished.rename(path)


def sound(folder: Path) -> bool:
    """Whether it is as it was laid; where there is none, nothing is wrong."""
    try:
        content = (folder / BALLAST_FILE).read_bytes()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return hashlib.sha256(content[:-_SUM_BYTES]).digest() == content[-_SUM_BYTES:]


def drop(folder: Path) -> bool:
    """Give its room back, if the disk is full; False where it is not, or where there is none any more."""
    try:
        if shutil.disk_usage(folder).free > SIZE_BYTES:
            return False
        (folder / BALLAST_FILE).unlink()
    except OSError:
        return False
    return True
