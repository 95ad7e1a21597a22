"""The parts of a backup: how they are put in, looked at again, and taken out; and what can go wrong meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeAlias

from store import container, disk, faults, manifest
from store.container import NO_BACKUP, Part
from store.errors import BackupBroken, BadInput, DiskFull, StudyDamaged
from store.manifest import Entry, Manifest
from transcribe import copies

Told: TypeAlias = Callable[[int, int], None]
"""Told how many parts are done, of how many."""
FACTS = "SELECT (SELECT writes FROM written), seq, hash FROM audit ORDER BY seq DESC LIMIT 1"
"""Asks a study for its number of writes, and the newest line of its audit log."""
_MOST_KEYS_BYTES = 2**16


def untold(done: int, parts: int) -> None:
    """For whoever does not want to know."""


def add_copy(out: BinaryIO, copy: Path, key: bytes, named: tuple[str, str], make: Callable[[], None]) -> Entry:
    """Has a database copied, looks the copy through and puts it in; ``named``: the part, its place in a study."""
    disk.make_empty(copy)
    make()
    if not copies.is_sound(copy, key):
        raise StudyDamaged(
            "A copy that was made for the backup is damaged: run 'vivavoce study check', then try again."
        )
    size = copy.stat().st_size
    with copy.open("rb") as file:
        return Entry(*named, size, container.add(out, named[0], size, container.blocks_of(file)))


def layout(file: BinaryIO) -> dict[str, Part]:
    """Where everything lies in the file of a backup; raises BackupBroken where it is none."""
    found = container.lay_out(file)
    if list(found)[:2] != [container.MARK, container.KEYS] or list(found)[-1:] != [container.MANIFEST]:
        raise BackupBroken(NO_BACKUP)
    if found[container.MARK].size != len(container.FORMAT):
        raise BackupBroken(NO_BACKUP)
    if b"".join(container.blocks(file, found[container.MARK])) != container.FORMAT:
        raise BackupBroken("A newer vivavoce has made this backup: restore it with that one.")
    if found[container.KEYS].size > _MOST_KEYS_BYTES or found[container.MANIFEST].size > manifest.MOST_BYTES:
        raise BackupBroken(NO_BACKUP)
    return found


def manifest_of(file: BinaryIO, found: dict[str, Part], key: bytes) -> Manifest:
    """What the backup says of itself; raises BackupBroken where its parts are others."""
    said = manifest.unseal(b"".join(container.blocks(file, found[container.MANIFEST])), key)
    databases = [(part.name, part.size) for part in list(found.values())[2:-1]]
    if databases != [(entry.part, entry.size) for entry in said.entries]:
        raise BackupBroken(NO_BACKUP)
    if container.sha256(file, found[container.KEYS]) != said.keys_sha256:
        raise BackupBroken(NO_BACKUP)
    return said


def verify(file: BinaryIO, key: bytes) -> Manifest:
    """Reads a backup as it lies on the disk: every part must be the one that its manifest names."""
    found = layout(file)
    said = manifest_of(file, found, key)
    if any(container.sha256(file, found[entry.part]) != entry.sha256 for entry in said.entries):
        raise BackupBroken(NO_BACKUP)
    return said


def take_out(file: BinaryIO, part: Part, entry: Entry, to: Path) -> None:
    """Writes a part where it belongs; raises BackupBroken if it is not what the manifest names."""
    digest = hashlib.sha256()
    disk.make_empty(to)
    with to.open("r+b") as out:
        for block in container.blocks(file, part):
            digest.update(block)
            out.write(block)
        disk.sync(out)
    if digest.hexdigest() != entry.sha256:
        raise BackupBroken(NO_BACKUP)


@contextmanager
def gone_afterwards(partial: Path, *others: Path) -> Iterator[None]:
    """Makes ``partial``, empty; whatever happens, none of these files is left behind."""
    for path in (partial, *others):
        if path.exists():
            raise BadInput(f"{path} is left over from a backup that was broken off, or one is being made: delete it.")
    disk.make_empty(partial)
    try:
        yield
    finally:
        for path in (partial, *others):
            path.unlink(missing_ok=True)


@contextmanager
def sentences(folder: Path) -> Iterator[None]:
    """Says in a sentence why a file can't be written in this folder."""
    full = f"There is not enough room in {folder}: free some, or choose another place; nothing was left there."
    try:
        yield
    except (DiskFull, copies.RecordingFullError) as fault:
        raise DiskFull(full) from fault
    except OSError as fault:
        if fault.errno in faults.FULL:
            raise DiskFull(full) from fault
        raise faults.of_file(Path(fault.filename or folder), fault) from fault
