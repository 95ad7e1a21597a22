"""A backup: one encrypted file with everything of a study in it, made while others write.

Each database is copied as it is committed at that moment (``VACUUM INTO``), under the keys it has. Nothing plain is
ever on the disk, and nothing is written anywhere but beside the file that is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from store import container, disk, keys, manifest, new_file, parts
from store.audit import Audit
from store.clock import stamp
from store.database import Database, refuse_long
from store.errors import NotNow, StudyDamaged, StudyLocked
from store.manifest import Entry, Manifest
from store.opening import DATABASE_FILE, SCHEMA
from store.permits import RECORDINGS
from transcribe import copies
from transcribe.errors import TranscribeError

PARTIAL, COPY = ".part", ".copy"
_LEFT_OUT = "INSERT OR IGNORE INTO left_out (session, made_at) VALUES (?, ?)"


@dataclass(frozen=True)
class BackupReceipt:
    """What a backup holds: so many ``recordings``, and ``left_out`` that were not wished for."""

    file: Path
    made_at: datetime
    size_bytes: int
    recordings: int
    left_out: int
    audit_head: str


@dataclass(frozen=True)
class _Recorded:
    """A recording that is there."""

    session: str
    path: Path
    key: bytes = field(repr=False)


class Backup:
    """Makes backups of an open study."""

    def __init__(self, database: Database, audit: Audit, key: bytes) -> None:
        self._database = database
        self._audit = audit
        self._key = key
        self._folder = database.path.parent

    def make(self, file: Path, now: datetime, *, sound: bool, told: parts.Told) -> BackupReceipt:
        """Writes ``file``, which must not exist; raises StoreError, and then leaves nothing behind."""
        file = file.absolute()
        self._refuse(file, sound)
        partial, copy = (file.with_name(file.name + suffix) for suffix in (PARTIAL, COPY))
        with parts.sentences(file.parent), parts.gone_afterwards(partial, copy):
            with partial.open("r+b") as out:
                made = self._write(out, copy, now, sound, told)
                disk.sync(out)
                parts.verify(out, self._key)
            self._refuse_withdrawn(made)
            held = len(made.entries) - 1
            self._audit.add("backup made", f"{held} recordings, {made.left_out} left out", now)
            new_file.give_name(partial, file)
        return BackupReceipt(file, now, file.stat().st_size, held, made.left_out, made.audit_head)

    def _refuse(self, file: Path, sound: bool) -> None:
        """Whether it can be written has to be known before the work begins."""
        sizes = [
            self._database.path.stat().st_size,
            *(one.path.stat().st_size for one in (self._recorded() if sound else ())),
        ]
        room_bytes = sum(sizes) + max(sizes)  # each is copied before it is put in
        refuse_long(file.with_name(file.name + COPY))
        new_file.refuse(file, beside=(PARTIAL, COPY, f"{COPY}-journal"), room_bytes=room_bytes)

    def _write(self, out: BinaryIO, copy: Path, now: datetime, sound: bool, told: parts.Told) -> Manifest:
        kept = (self._folder / keys.KEYS_FILE).read_bytes()
        container.add(out, container.MARK, len(container.FORMAT), iter([container.FORMAT]))
        keys_sha256 = container.add(out, container.KEYS, len(kept), iter([kept]))
        recorded = self._recorded()
        held = recorded if sound else ()
        told(0, len(held) + 1)
        made, study = self._add_study(out, copy, now, () if sound else recorded)
        entries = [study]
        for number, each in enumerate(held, start=1):
            told(number, len(held) + 1)
            entries.append(_add_recording(out, copy, each, number + 1))
        made = replace(made, sound=sound, keys_sha256=keys_sha256, entries=tuple(entries))
        sealed = manifest.seal(made, self._key)
        container.add(out, container.MANIFEST, len(sealed), iter([sealed]))
        container.finish(out)
        return made

    def _add_study(
        self, out: BinaryIO, copy: Path, now: datetime, left_out: tuple[_Recorded, ...]
    ) -> tuple[Manifest, Entry]:
        """The database; in its copy stands which recordings are ``left_out``, so that none is missed afterwards."""
        entry = parts.add_copy(out, copy, self._key, ("1", DATABASE_FILE), lambda: self._copy(copy, now, left_out))
        [(writes, seq, head)] = copies.rows(copy, self._key, parts.FACTS)
        copy.unlink()
        return Manifest(now, SCHEMA, True, len(left_out), seq, head, writes, "", ()), entry

    def _copy(self, copy: Path, now: datetime, left_out: tuple[_Recorded, ...]) -> None:
        self._database.copy_to(copy)
        copies.change(copy, self._key, [(_LEFT_OUT, (each.session, stamp(now))) for each in left_out])

    def _recorded(self) -> tuple[_Recorded, ...]:
        rows = self._database.rows("SELECT session, key FROM recording_key ORDER BY session")
        found = (
            _Recorded(row["session"], self._folder / RECORDINGS / f"{row['session']}.db", bytes(row["key"]))
            for row in rows
        )
        return tuple(each for each in found if each.path.exists())

    def _refuse_withdrawn(self, made: Manifest) -> None:
        """What was withdrawn while it was copied must not come to be in a backup."""
        places = {
            f"{RECORDINGS}/{row['session']}.db" for row in self._database.rows("SELECT session FROM recording_key")
        }
        if not {entry.place for entry in made.entries[1:]} <= places:
            raise StudyLocked("A recording was withdrawn while the backup was being made: make it anew.")


def _add_recording(out: BinaryIO, copy: Path, recorded: _Recorded, number: int) -> Entry:
    def make() -> None:
        try:
            copies.copy(recorded.path, recorded.key, copy)
        except TranscribeError as fault:
            if isinstance(fault, copies.RecordingFullError):
                raise
            if not isinstance(fault, copies.RecordingGoneError | copies.RecordingLockedError):
                raise NotNow(f"Nothing was backed up. {fault}") from fault
            text = f"The recording of session {recorded.session} can't be copied: run 'vivavoce study check', or leave "
            raise StudyDamaged(text + "the sound out with --no-sound.") from fault

    entry = parts.add_copy(out, copy, recorded.key, (str(number), f"{RECORDINGS}/{recorded.path.name}"), make)
    copy.unlink()
    return entry
