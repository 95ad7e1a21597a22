"""Files that nobody else may read, and the order in which they reach the disk."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, TypeAlias

OWNER_ONLY = 0o600

Identity: TypeAlias = tuple[int, int] | None
"""Which file or folder a path names, whatever it is called: its device and its number on it."""


def make_empty(path: Path) -> None:
    """A new empty file, 0600 whatever the umask; raises FileExistsError, or another OSError."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))
    with suppress(PermissionError):  # a stick whose file system knows no modes
        path.chmod(OWNER_ONLY)


def write_new(path: Path, content: bytes) -> None:
    """The same with this content, which is on the disk when the call returns."""
    make_empty(path)
    with path.open("r+b") as file:
        file.write(content)
        sync(file)


def sync(file: BinaryIO) -> None:
    """What was written is on the disk when the call returns."""
    file.flush()
    os.fsync(file.fileno())


def settle(path: Path) -> None:
    """What a file holds, or what was made, renamed or deleted in a folder, is so on the disk too, where it can be."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def identity(path: Path) -> Identity:
    """Which file or folder this path names now; None where it names none that can be looked at."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
