"""A disk that is soon full: a file system in memory, for tests that may mount one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


@contextmanager
def small_disk(at: Path, size: str) -> Iterator[Path]:
    """A new folder ``at`` with so much room (as mount says it: 2m), as long as the block lasts."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("making a small disk needs root and mount")
    at.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", at], check=False, capture_output=True)
    if done.returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", at], check=True)


def only_to_be_read(folder: Path) -> None:
    """A view of a folder in which nothing can be written, in place of that folder, as long as its disk lasts."""
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)


def fill(disk: Path) -> Path:
    """Leave no room at all, whoever writes meanwhile; gives the file to be deleted."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    return filler
