"""The file of a backup: an uncompressed tar of numbered parts, read more strictly than any tar.

Every part is encrypted or sealed before it comes here. A header must be, byte for byte, the one that would be written
for its name and size, so that no link, no path, no attribute and no second meaning gets in.
"""

from __future__ import annotations

import hashlib
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from store.errors import BackupBroken

MARK, KEYS, MANIFEST = "vivavoce-backup", "keys.json", "manifest"
FORMAT = b"1\n"
"""What the first part holds: how the others are to be read."""
_NAME = re.compile(rf"{MARK}|{re.escape(KEYS)}|{MANIFEST}|[1-9][0-9]{{0,6}}")
_BLOCK, _READ = 512, 2**20
_END = bytes(2 * _BLOCK)
_MOST_PARTS = 100_000
NO_BACKUP = "This is no backup of vivavoce, or it was damaged: take another copy of it."


@dataclass(frozen=True)
class Part:
    """Where a part lies in the file, in bytes."""

    name: str
    offset: int
    size: int


def header(name: str, size: int) -> bytes:
    """What stands before a part."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.GNU_FORMAT)


def add(out: BinaryIO, name: str, size: int, blocks: Iterator[bytes]) -> str:
    """Writes a part at the end; gives its SHA-256."""
    out.write(header(name, size))
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block)
        out.write(block)
    out.write(bytes(-size % _BLOCK))
    return digest.hexdigest()


def finish(out: BinaryIO) -> None:
    """Writes the end of the file."""
    out.write(_END)


def blocks_of(file: BinaryIO) -> Iterator[bytes]:
    """A whole file, a MiB at a time."""
    while block := file.read(_READ):
        yield block


def blocks(file: BinaryIO, part: Part) -> Iterator[bytes]:
    """A part, a MiB at a time; raises BackupBroken where the file ends before it."""
    file.seek(part.offset)
    left = part.size
    while left:
        block = file.read(min(left, _READ))
        if not block:
            raise BackupBroken(NO_BACKUP)
        left -= len(block)
        yield block


def sha256(file: BinaryIO, part: Part) -> str:
    """The sum of a part, in hexadecimal digits."""
    digest = hashlib.sha256()
    for block in blocks(file, part):
        digest.update(block)
    return digest.hexdigest()


def lay_out(file: BinaryIO) -> dict[str, Part]:
    """Every part by its name, in order; raises BackupBroken for anything that ``add`` has not written."""
    found: dict[str, Part] = {}
    length, offset = file.seek(0, 2), 0
    while (raw := _at(file, offset, _BLOCK)) != bytes(_BLOCK):
        part = _part(raw, offset + _BLOCK)
        end = part.offset + part.size
        offset = end + -part.size % _BLOCK
        if part.name in found or offset > length or len(found) > _MOST_PARTS or any(_at(file, end, offset - end)):
            raise BackupBroken(NO_BACKUP)
        found[part.name] = part
    if length != offset + len(_END) or _at(file, offset, len(_END)) != _END:
        raise BackupBroken(NO_BACKUP)
    return found


def _part(raw: bytes, offset: int) -> Part:
    try:
        info = tarfile.TarInfo.frombuf(raw, "ascii", "strict")
    except (tarfile.TarError, ValueError) as fault:
        raise BackupBroken(NO_BACKUP) from fault
    if info.size < 0 or not _NAME.fullmatch(info.name) or raw != header(info.name, info.size):
        raise BackupBroken(NO_BACKUP)
    return Part(info.name, offset, info.size)


def _at(file: BinaryIO, offset: int, size: int) -> bytes:
    file.seek(offset)
    return file.read(size)
