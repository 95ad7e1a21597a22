"""Faults of the system and of SQLite as sentences, each with its own cause.

SQLite says only that it can't open or write something. Then the cause is looked for here, and never by opening the
file: a process that opens and closes a database once more loses every lock that it holds on it.
"""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from sqlcipher3 import dbapi2

from store.errors import (
    BadInput,
    ConsentRequired,
    DiskFull,
    GaveWay,
    NotNow,
    StateError,
    StoreError,
    StudyDamaged,
    StudyLocked,
)
from transcribe.cipher import files_are_used_up

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
TOO_LONG = frozenset({errno.ENAMETOOLONG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})
_TOO_MANY = frozenset({errno.EMFILE, errno.ENFILE})
_AWAY = frozenset({errno.EIO, errno.ENXIO, errno.ENODEV, errno.ESTALE})
_TOO_MANY_FILES = "Too many files are open on this machine: close other programs, then try again."
_LEAST_ROOM_BYTES = 2**16
# how a trigger of the schema begins its sentence -> what is raised with the rest of it
_OF_TRIGGERS: dict[str, type[StoreError]] = {"consent: ": ConsentRequired, "state: ": StateError}


def of_file(path: Path, fault: OSError) -> StoreError:
    """Why a file or folder can't be used."""
    code = fault.errno
    if code in FULL:
        return DiskFull(f"There is not enough room for {path}: free some, or choose another place.")
    if code in TOO_LONG:
        return BadInput(f"The name of {path} is too long for this disk: choose a shorter one.")
    if code == errno.EROFS:
        return NotNow(f"The disk of {path} can only be read: make it writable, or choose another place.")
    if code in _FORBIDDEN:
        return NotNow(f"You may not use {path}: ask whoever runs this machine, or choose another place.")
    if code in _TOO_MANY:
        return NotNow(_TOO_MANY_FILES)
    if code in _AWAY:
        return NotNow(f"The disk of {path} does not answer: put it back, or choose another place.")
    if code in (errno.ENOTDIR, errno.EEXIST):
        return BadInput(f"{path} is no folder, or lies in none: choose another one.")
    if code == errno.EISDIR:
        return BadInput(f"{path} is a folder, and a file is needed: choose another one.")
    return BadInput(f"{path} can't be used ({fault.strerror or 'no reason given'}): choose another one.")


def of_database(path: Path, fault: dbapi2.Error) -> StoreError:
    """Why the database at ``path`` can't be read or written, or does not take what it was given."""
    said = str(fault)
    for beginning, error in _OF_TRIGGERS.items():
        if said.startswith(beginning):
            return error(said.removeprefix(beginning))
    match (getattr(fault, "sqlite_errorcode", None) or 0) & 0xFF:  # the rest of it says where in SQLite
        case dbapi2.SQLITE_BUSY | dbapi2.SQLITE_LOCKED:
            return StudyLocked("Another program is writing to this study: wait for it or close it, then try again.")
        case dbapi2.SQLITE_INTERRUPT:
            return GaveWay("It was broken off before it was done: nothing was changed, and it can be begun anew.")
        case dbapi2.SQLITE_FULL:
            return DiskFull("The disk is full: free some space and go on; nothing that was saved is lost.")
        case dbapi2.SQLITE_READONLY:
            return NotNow("The study can only be read now: make its disk writable again, then go on.")
        case dbapi2.SQLITE_NOMEM:
            return NotNow("There is not enough memory: close other programs, then go on.")
        case dbapi2.SQLITE_IOERR:
            return _looked_for(path) or NotNow(
                "The study's disk is full, was taken out or is broken: free some space or put it back, then go on; "
                "nothing that was saved is lost."
            )
        case dbapi2.SQLITE_CANTOPEN:
            return _looked_for(path) or NotNow(
                f"A file beside {path} can't be opened: close other programs that use this study, then try again."
            )
        case dbapi2.SQLITE_NOTADB | dbapi2.SQLITE_CORRUPT:
            return StudyDamaged("The study's database is broken: bring the study back from a backup.")
        case dbapi2.SQLITE_CONSTRAINT:
            return BadInput(f"The study can't hold this ({said}).")
    return StoreError(f"The study could not be read or written ({said}): try again, then run 'vivavoce study check'.")


def missing(path: Path) -> StudyDamaged:
    """A database that is not there."""
    return StudyDamaged(f"The study's database {path} is missing: bring the study back from a backup.")


def not_writable(folder: Path) -> NotNow:
    """A study where nothing can be written."""
    return NotNow(
        f"Nothing can be written to {folder}: make the folder or its disk writable, or copy the study to a place where "
        "you may write and open it there."
    )


def _looked_for(path: Path) -> StoreError | None:
    """What keeps a database from being used, as far as that is to be seen from outside."""
    if files_are_used_up():
        return NotNow(_TOO_MANY_FILES)
    try:
        found = path.stat()
        free = shutil.disk_usage(path.parent).free
    except FileNotFoundError:
        return missing(path)
    except OSError as fault:
        return of_file(path, fault)
    if not path.is_file():
        return StudyDamaged(f"The study's database {path} is no file: bring the study back from a backup.")
    if found.st_size == 0:
        return StudyDamaged(f"The study's database {path} is empty: bring the study back from a backup.")
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        return not_writable(path.parent)
    if free < _LEAST_ROOM_BYTES:
        return DiskFull("The disk is full: free some space and go on; nothing that was saved is lost.")
    return None
