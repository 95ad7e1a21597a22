"""A backup: one encrypted file with everything of a study in it, made while others write.

Each database is copied as it is committed at that moment (``VACUUM INTO``), under the keys it has. Nothing plain is
ever on the disk, and nothing is written anywhere but beside the file that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from store import backups_made, container, disk, keys, manifest, new_file, parts
from store.audit import Audit
from store.clock import running, stamp
from store.database import Database, refuse_long
from store.errors import NotNow, StoreError, StudyDamaged, StudyLocked
from store.handed_over import Stage
from store.manifest import Entry, Manifest
from store.opening import DATABASE_FILE, SCHEMA
from store.permits import RECORDINGS
from store.taken_back import TakenBack
from transcribe import copies
from transcribe.errors import TranscribeError

PARTIAL, COPY = ".part", ".copy"
_TRIES = 5
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


class _TakenBackMeanwhile(StoreError):
    """What was copied holds something that was taken back since."""


class Backup:
    """Makes backups of an open study."""

    def __init__(
        self, database: Database, audit: Audit, key: bytes, taken_back: Callable[[int], Sequence[TakenBack]]
    ) -> None:
        self._database = database
        self._audit = audit
        self._key = key
        self._taken_back = taken_back
        self._folder = database.path.parent

    def make(self, file: Path, now: datetime, *, sound: bool, told: parts.Told) -> BackupReceipt:
        """Writes ``file``, which must not exist; raises StoreError, and then leaves nothing behind.

        Where something is taken back meanwhile it is made anew, so that a backup holds nothing that was destroyed
        before it was whole; StudyLocked where that happens again and again.
        """
        file, clock = file.absolute(), running(now)
        self._refuse(file, sound)
        partial, copy = (file.with_name(file.name + suffix) for suffix in (PARTIAL, COPY))
        with parts.sentences(file.parent), parts.gone_afterwards(partial, copy):
            for attempt in range(_TRIES):
                with suppress(_TakenBackMeanwhile):
                    made = self._write(partial, copy, clock() if attempt else now, sound, told)
                    self._give_name(partial, file, made, clock())
                    held = len(made.entries) - 1
                    size_bytes = file.stat().st_size
                    return BackupReceipt(file, made.made_at, size_bytes, held, made.left_out, made.audit_head)
        raise StudyLocked(
            "Something was struck, withdrawn or destroyed each time that the backup was being made, so none was made: "
            "make it anew later."
        )

    def _refuse(self, file: Path, sound: bool) -> None:
        """Whether it can be written has to be known before the work begins."""
        sizes = [
            self._database.path.stat().st_size,
            *(one.path.stat().st_size for one in (self._recorded() if sound else ())),
        ]
        room_bytes = sum(sizes) + max(sizes)  # each is copied before it is put in
        refuse_long(file.with_name(file.name + COPY))
        new_file.refuse(file, beside=(PARTIAL, COPY, f"{COPY}-journal"), room_bytes=room_bytes)

    def _write(self, partial: Path, copy: Path, now: datetime, sound: bool, told: parts.Told) -> Manifest:
        """All of it, under its passing name, and read again as it lies on the disk."""
        copy.unlink(missing_ok=True)
        with partial.open("r+b") as out:
            out.truncate()
            made = self._put_in(out, copy, now, sound, told)
            disk.sync(out)
            parts.verify(out, self._key)
        return made

    def _put_in(self, out: BinaryIO, copy: Path, now: datetime, sound: bool, told: parts.Told) -> Manifest:
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
            self._refuse_taken_back(made.audit_seq)
            try:
                entries.append(_add_recording(out, copy, each, number + 1))
            except StoreError:
                self._refuse_taken_back(made.audit_seq)  # it was withdrawn as it was being copied
                raise
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
        """Over a connection of its own, which lets go when something is taken back: a withdrawal empties the log."""
        since = self._audit.length()
        with closing(Database(self._database.path, self._key)) as own:
            whole = own.copy_to(copy, unless=lambda: bool(self._taken_back(since)))
        if not whole:
            raise _TakenBackMeanwhile
        copies.change(copy, self._key, [(_LEFT_OUT, (each.session, stamp(now))) for each in left_out])

    def _recorded(self) -> tuple[_Recorded, ...]:
        rows = self._database.rows("SELECT session, key FROM recording_key ORDER BY session")
        found = (
            _Recorded(row["session"], self._folder / RECORDINGS / f"{row['session']}.db", bytes(row["key"]))
            for row in rows
        )
        return tuple(each for each in found if each.path.exists())

    def _give_name(self, partial: Path, file: Path, made: Manifest, now: datetime) -> None:
        """Its name, in a transaction that whoever takes something back has to wait for; and a line in the list."""
        with self._database.write():
            self._refuse_taken_back(made.audit_seq)
            backups_made.note(self._database, file, made.audit_seq, Stage.PERHAPS, made.made_at)
        named = False
        try:
            with self._database.write():
                self._refuse_taken_back(made.audit_seq)
                self._audit.add("backup made", f"{len(made.entries) - 1} recordings, {made.left_out} left out", now)
                backups_made.note(self._database, file, made.audit_seq, Stage.WRITTEN, made.made_at)
                new_file.give_name(partial, file)
                named = True
                self._refuse_taken_back(made.audit_seq)
        except BaseException:
            if named:
                file.unlink(missing_ok=True)
            with suppress(StoreError):
                backups_made.note(self._database, file, made.audit_seq, Stage.NOT_WRITTEN, now)
            raise
        disk.settle(file.parent)

    def _refuse_taken_back(self, since: int) -> None:
        """What was taken back while it was copied must not come to be in a backup."""
        if self._taken_back(since):
            raise _TakenBackMeanwhile


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
