"""Bringing a study back from a backup, into a new folder: all of it, or nothing.

All but what was taken back since the backup was made, where the study that it came from is at hand to tell.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from store import at_hand, backups_made, container, disk, faults, keys, opening, parts
from store.at_hand import AtHand
from store.container import NO_BACKUP, Part
from store.count import Count, Counted
from store.database import Database
from store.errors import BackupBroken, BadInput, DiskFull, StoreError
from store.handed_over import Stage
from store.manifest import Manifest
from store.permits import RECORDINGS
from store.sealed import SealedDecisions
from store.study import Study
from store.taken_back import TakenBack
from store.taking_back_again import Again
from transcribe import copies
from transcribe.errors import TranscribeError

BUILDING = ".restoring"
_KNOWS_BACKUPS = "SELECT 1 FROM sqlite_master WHERE name = 'backup'"
_KEYS_OF_RECORDINGS = "SELECT session, key FROM recording_key"


@dataclass(frozen=True)
class RestoreReceipt:
    """What was brought back; ``left_out`` recordings were not in the backup, ``made_at`` is when that was made.

    ``compared`` is the study that it was held against, None where that was not at hand; ``taken_back`` what was taken
    back there since, and so again here. ``not_compared`` says why a study that is at hand could not be read.
    """

    folder: Path
    made_at: datetime
    recordings: int
    left_out: int
    audit_head: str
    compared: Path | None = None
    taken_back: tuple[TakenBack, ...] = ()
    not_compared: str = ""


def restore(
    file: Path, folder: Path, secret: str, told: parts.Told, *, places: Sequence[Path] = (), now: datetime
) -> RestoreReceipt:
    """A study out of a backup; ``secret`` is the passphrase of that time, or the recovery key.

    The study that it came from is looked for in ``places``, in the folder of the backup, and beside the new folder.

    Raises BackupBroken, WrongPassphrase, StudyExists, BadInput or NotNow, and then leaves nothing behind.
    """
    folder = folder.absolute()
    opening.require_empty(folder)
    try:
        source = file.open("rb")
    except OSError as fault:
        raise _unread(file, fault) from fault
    with source:
        found = parts.layout(source)
        kept = b"".join(container.blocks(source, found[container.KEYS]))
        key = keys.unlock_copy(kept, secret)
        said = parts.manifest_of(source, found, key)
        if said.schema > opening.SCHEMA:
            raise BackupBroken("A newer vivavoce has made this backup: restore it with that one.")
        original, why = _original(said, key, secret, (*places, file.absolute().parent, folder.parent))
        if original is not None:
            SealedDecisions(original.folder, original.key).refuse_any()
        with parts.sentences(folder.parent), _building(folder) as building:
            _require_room(building, said)
            disk.write_new(building / keys.KEYS_FILE, kept)
            _take_out(source, found, said, building, told)
            _verify(building, said, key)
            Count(building, key).keep(Counted(said.writes, said.audit_seq, said.audit_head))
            _note_the_backup(building, key, file, said)
            if original is not None and original.since:
                _take_back_again(building, key, original, now)
    made = (folder, said.made_at, len(said.entries) - 1, said.left_out, said.audit_head)
    if original is None:
        return RestoreReceipt(*made, not_compared=why)
    return RestoreReceipt(*made, original.folder, original.since)


def _original(said: Manifest, key: bytes, secret: str, places: Sequence[Path]) -> tuple[AtHand | None, str]:
    """The study that the backup came from; where it is there and can't be read, why: then that keeps nothing back."""
    try:
        return at_hand.find(said, key, secret, places), ""
    except StoreError as fault:
        return None, str(fault)


def _note_the_backup(building: Path, key: bytes, file: Path, said: Manifest) -> None:
    """What is brought back has to know of the backup it came from; one of before could not note any."""
    database = building / opening.DATABASE_FILE
    if copies.rows(database, key, _KNOWS_BACKUPS):
        row = backups_made.as_row(file, said.audit_seq, Stage.WRITTEN, said.made_at)
        copies.change(database, key, [(backups_made.NOTE, row)])


def _take_back_again(building: Path, key: bytes, original: AtHand, now: datetime) -> None:
    here = Database(building / opening.DATABASE_FILE, key)
    try:
        with Study(building, key, here) as study, at_hand.opened(original) as there:
            opening.bring_up_to_date(here)
            Again(study, here, there, now).take_back(original.since)
    except StoreError as fault:
        raise StoreError(
            f"What was taken back since in {original.folder} can not be taken back again, so nothing was brought back:"
            f" move that study away, restore, and take it back by hand. {fault}"
        ) from fault


def _unread(file: Path, fault: OSError) -> StoreError:
    if isinstance(fault, FileNotFoundError):
        return BadInput(f"There is no backup {file}: check its name.")
    return faults.of_file(file, fault)


@contextmanager
def _building(folder: Path) -> Iterator[Path]:
    """A folder that gets its name when everything is in it, and is gone otherwise."""
    building = folder.with_name(folder.name + BUILDING)
    if building.exists():
        raise BadInput(f"{building} is left over from a restore that was broken off, or one is going on: delete it.")
    opening.make_folder(building)
    try:
        yield building
        for path in (building / RECORDINGS, building):
            disk.settle(path)
        if folder.exists():
            folder.rmdir()  # it is empty; that was asked for before
        building.rename(folder)
        disk.settle(folder.parent)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise


def _require_room(building: Path, said: Manifest) -> None:
    if shutil.disk_usage(building).free < sum(entry.size for entry in said.entries):
        raise DiskFull("there is no room for it")


def _take_out(source: BinaryIO, found: dict[str, Part], said: Manifest, building: Path, told: parts.Told) -> None:
    for number, entry in enumerate(said.entries):
        told(number, len(said.entries))
        parts.take_out(source, found[entry.part], entry, building / entry.place)


def _verify(building: Path, said: Manifest, key: bytes) -> None:
    """Everything that was taken out opens with its key."""
    database = building / opening.DATABASE_FILE
    if not copies.is_sound(database, key):
        raise BackupBroken(NO_BACKUP)
    try:
        known = {
            f"{RECORDINGS}/{session}.db": found for session, found in copies.rows(database, key, _KEYS_OF_RECORDINGS)
        }
    except TranscribeError as fault:
        raise StoreError(NO_BACKUP) from fault
    for entry in said.entries[1:]:
        if entry.place not in known or not copies.is_sound(building / entry.place, bytes(known[entry.place])):
            raise BackupBroken(NO_BACKUP)
