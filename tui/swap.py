"""Whether what lies in memory may be written to a disk in clear: where the system swaps to, as far as it tells."""

from __future__ import annotations

import os
import subprocess
import sys
from enum import Enum
from pathlib import Path

_IN_MEMORY = "zram"
_ENCRYPTED = "CRYPT-"  # how device mapper's names of encrypted volumes begin
_DEEPEST = 8


class Swap(Enum):
    """How it stands, in words."""

    NONE = "none: what is in memory is not written to a disk"
    ENCRYPTED = "encrypted"
    PLAIN = "not encrypted: words of an interview may stay on the disk; encrypt the whole disk, or turn swap off"
    UNKNOWN = "vivavoce can't tell whether it is encrypted on this system; encrypt the whole disk"


def look(system: str = sys.platform, root: Path = Path("/")) -> Swap:
    """How it stands now; ``root`` is where proc and sys are found."""
    if system == "linux":
        return _on_linux(root)
    return _on_macos() if system == "darwin" else Swap.UNKNOWN


def _on_linux(root: Path) -> Swap:
    try:
        lines = (root / "proc/swaps").read_text().splitlines()[1:]
        places = [Path(line.split()[0].encode().decode("unicode_escape")) for line in lines]
        on_disk = [place for place in places if not place.name.startswith(_IN_MEMORY)]
        if not on_disk:
            return Swap.NONE
        return Swap.ENCRYPTED if all(_is_encrypted(_device(root, place)) for place in on_disk) else Swap.PLAIN
    except (OSError, ValueError, IndexError):
        return Swap.UNKNOWN


def _device(root: Path, place: Path) -> Path:
    """What sysfs holds of the device that this is, or on which this file lies."""
    held = (root / place.relative_to("/")).stat()
    number = held.st_rdev or held.st_dev
    return root / "sys/dev/block" / f"{os.major(number)}:{os.minor(number)}"


def _is_encrypted(device: Path, depth: int = 0) -> bool:
    """By itself, or by everything that it lies on."""
    if not device.exists() or depth > _DEEPEST:
        raise OSError  # a file system that has no device of its own: nobody knows
    kind = device / "dm/uuid"
    if kind.exists() and kind.read_text().startswith(_ENCRYPTED):
        return True
    below = list((device / "slaves").iterdir()) if (device / "slaves").is_dir() else []
    return bool(below) and all(_is_encrypted(one, depth + 1) for one in below)


def _on_macos() -> Swap:
    try:
        told = subprocess.run(["/usr/sbin/sysctl", "vm.swapusage"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.SubprocessError):
        return Swap.UNKNOWN
    return Swap.ENCRYPTED if "encrypted" in told.stdout else Swap.UNKNOWN
