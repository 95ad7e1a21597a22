"""What doctor says of swap: none, encrypted, plain, or that nobody can tell."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui.swap import Swap, look

HEAD = "Filename\tType\tSize\tUsed\tPriority\n"


def machine(root: Path, swaps: str, *, kind: str = "", on: str = "") -> Path:
    """A made-up /proc and /sys: a swap file, the device that it lies on, and the one below that."""
    (root / "proc").mkdir()
    (root / "proc/swaps").write_text(HEAD + swaps)
    (root / "swap file").touch()
    number = (root / "swap file").stat().st_dev
    device = root / f"sys/dev/block/{os.major(number)}:{os.minor(number)}"
    (device / "dm").mkdir(parents=True)
    (device / "dm/uuid").write_text(kind)
    if on:
        (device / "slaves/dm-0/dm").mkdir(parents=True)
        (device / "slaves/dm-0/dm/uuid").write_text(on)
    return root


FILE = "/swap\\040file file 2097148 0 -2\n"


def test_no_swap_and_swap_in_compressed_memory_are_none(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()

    assert look("linux", machine(tmp_path / "one", "")) is Swap.NONE
    assert look("linux", machine(tmp_path / "two", "/dev/zram0 partition 4 0 100\n")) is Swap.NONE


@pytest.mark.parametrize(
    ("kind", "on", "found"),
    [
        ("CRYPT-LUKS2-77-cryptswap", "", Swap.ENCRYPTED),
        ("LVM-abc", "CRYPT-LUKS2-77-root", Swap.ENCRYPTED),
        ("LVM-abc", "LVM-def", Swap.PLAIN),
        ("", "", Swap.PLAIN),
    ],
)
def test_a_swap_file_is_as_encrypted_as_what_it_lies_on(tmp_path: Path, kind: str, on: str, found: Swap) -> None:
    assert look("linux", machine(tmp_path, FILE, kind=kind, on=on)) is found


def test_where_nobody_can_tell_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()

    assert look("linux", tmp_path / "bare") is Swap.UNKNOWN
    assert look("linux", machine(tmp_path, "/gone file 1 0 -2\n")) is Swap.UNKNOWN
    assert look("win32") is Swap.UNKNOWN
