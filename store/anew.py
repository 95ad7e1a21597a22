"""Encrypting a whole study anew, with new random keys, so that a kill at any moment leaves it whole.

Everything is made anew in a folder of its own inside the study. Renaming that folder is the one moment at which the new
study takes the place of the old: before, the old one stands untouched; after, whoever opens it puts the new files in
their places, as far as that was not done. It takes as much room again as the study has.
"""

from __future__ import annotations

import secrets
import shutil
from contextlib import closing
from datetime import datetime
from pathlib import Path

from store import disk, keys, opening, parts
from store.audit import Audit
from store.belongings import BESIDE
from store.count import COUNT_FILE, Count, Counted
from store.database import Database
from store.errors import DiskFull, StudyDamaged
from store.lock import SessionLock
from store.permits import RECORDINGS
from store.sealed import SealedDecisions
from store.settings import RECOVERY_KEY, UNSEEN, Settings
from store.triggers import MANIFEST
from transcribe import copies
from transcribe.errors import TranscribeError

MAKING, MADE = "anew.part", "anew"
_KEEPS_KEYS = "recording_key_no_update"
GOING_ON = "This study is being encrypted anew by another program: wait for it, then try again."
SINCE_THEN = (
    "This study has been encrypted anew: its new passphrase opens it, and the old one and the old recovery key open "
    "nothing any more."
)
_BESIDE = (*BESIDE, "-journal")
_LAST = (opening.DATABASE_FILE, COUNT_FILE, keys.KEYS_FILE)


def encrypt_anew(folder: Path, secret: str, passphrase: str, now: datetime, told: parts.Told = parts.untold) -> str:
    """New keys for the study and each recording; gives the new recovery key, for the old one opens nothing any more.

    ``secret`` is the old passphrase or recovery key. Raises StudyLocked while any program has the study open.
    """
    keys.refuse_empty(passphrase)
    folder = folder.absolute()
    finish(folder)
    key = keys.either(secret, lambda by: keys.unlock(folder, by, secret))
    SealedDecisions(folder, key).refuse_any()
    with (
        SessionLock(folder).take(),
        SessionLock.for_reading(folder).take(),
        closing(Database.alone(folder / opening.DATABASE_FILE, key)) as database,
        parts.sentences(folder),
    ):
        try:
            recovery_key = _make(folder, database, key, (passphrase, now), told)
            (folder / MAKING).rename(folder / MADE)
            disk.settle(folder)
        finally:
            shutil.rmtree(folder / MAKING, ignore_errors=True)
        _put_in_place(folder)
    return recovery_key


def finish(folder: Path) -> bool:
    """After a kill: what was made whole takes its place, and what was not is gone. Whether the keys are new now."""
    if not going_on(folder):
        return False
    with SessionLock(folder, refusal=GOING_ON).take():
        whole = (folder / MADE).exists()
        if whole:
            _put_in_place(folder)
        shutil.rmtree(folder / MAKING, ignore_errors=True)
    return whole


def going_on(folder: Path) -> bool:
    """Whether the study is being encrypted anew, or that was broken off."""
    return (folder / MAKING).exists() or (folder / MADE).exists()


def _make(folder: Path, database: Database, key: bytes, chosen: tuple[str, datetime], told: parts.Told) -> str:
    passphrase, now = chosen
    made, new_key, recovery_key = folder / MAKING, secrets.token_bytes(keys.KEY_BYTES), keys.new_recovery_key()
    _require_room(folder)
    for path in (made, made / RECORDINGS):
        path.mkdir(mode=0o700)
    new_keys = _recordings(folder, database, told)
    copy = made / opening.DATABASE_FILE
    disk.make_empty(copy)
    database.copy_to(copy)
    copies.encrypt_anew(copy, key, new_key)
    _change(copy, new_key, new_keys, now)
    if not copies.is_sound(copy, new_key):
        raise StudyDamaged("The study could not be encrypted anew: run 'vivavoce study check', then try again.")
    _count(made, new_key)
    keys.wrap(made, new_key, passphrase, recovery_key)
    for path in (*(each for each in made.rglob("*") if each.is_file()), made / RECORDINGS, made):
        disk.settle(path)
    return recovery_key


def _require_room(folder: Path) -> None:
    taken = sum(path.stat().st_size for path in (folder / RECORDINGS).rglob("*") if path.is_file())
    if shutil.disk_usage(folder).free < taken + 2 * (folder / opening.DATABASE_FILE).stat().st_size:
        raise DiskFull("there is no room")


def _recordings(folder: Path, database: Database, told: parts.Told) -> dict[str, bytes]:
    """Every recording under a new key; those keys, by session."""
    rows = database.rows("SELECT session, key FROM recording_key ORDER BY session")
    new_keys: dict[str, bytes] = {}
    for number, row in enumerate(rows):
        told(number, len(rows) + 1)
        name, key = f"{row['session']}.db", bytes(row["key"])
        new_keys[row["session"]] = secrets.token_bytes(keys.KEY_BYTES)
        source, copy = folder / RECORDINGS / name, folder / MAKING / RECORDINGS / name
        if source.exists():
            disk.make_empty(copy)
            try:
                copies.copy(source, key, copy)
                copies.encrypt_anew(copy, key, new_keys[row["session"]])
            except copies.RecordingFullError:
                raise
            except TranscribeError as fault:
                raise _damaged(row["session"]) from fault
            if not copies.is_sound(copy, new_keys[row["session"]]):
                raise _damaged(row["session"])
    return new_keys


def _damaged(session: str) -> StudyDamaged:
    return StudyDamaged(
        f"The recording of session {session} is damaged: run 'vivavoce study check' and mend that first."
    )


def _change(copy: Path, key: bytes, new_keys: dict[str, bytes], now: datetime) -> None:
    """The new keys of recordings, which nothing but this may change; and what the audit log says of it."""
    with closing(Database(copy, key)) as database:
        with database.write():
            database.run(f"DROP TRIGGER {_KEEPS_KEYS}")
            for session, new_key in new_keys.items():
                database.run("UPDATE recording_key SET key = ? WHERE session = ?", (new_key, session))
            database.run(MANIFEST[_KEEPS_KEYS])
            Settings(database).set(RECOVERY_KEY, UNSEEN, now)
            Audit(database).add("study encrypted anew", f"{len(new_keys)} recordings", now)
        database.rows("PRAGMA journal_mode = DELETE")  # so that it lies alone in its folder


def _count(made: Path, key: bytes) -> None:
    [(writes, seq, head)] = copies.rows(made / opening.DATABASE_FILE, key, parts.FACTS)
    Count(made, key).keep(Counted(writes, seq, head))


def _put_in_place(folder: Path) -> None:
    """The new files in place of the old, the keys last; what was done already is not done again."""
    made = folder / MADE
    names = [f"{RECORDINGS}/{path.name}" for path in sorted((made / RECORDINGS).glob("*"))]
    for name in (*names, *(name for name in _LAST if (made / name).exists())):
        for suffix in _BESIDE:
            (folder / f"{name}{suffix}").unlink(missing_ok=True)
        (made / name).replace(folder / name)
    for path in (folder / RECORDINGS, folder):
        disk.settle(path)
    shutil.rmtree(made)
