"""Opens the encrypted file of a recording and turns its database errors into plain sentences."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from transcribe import write_ahead
from transcribe.errors import RecordingError

BUSY_S = 5.0
"""How long a statement waits for another process's lock."""

_CACHE_KB = 1_000  # nobody goes back to the pages of a recording: by itself SQLCipher keeps 8 MB of those just written
_FILES_OF_A_DATABASE = 4  # itself, its log, the index of that, and one in passing


_LOOKS, _BETWEEN_S = 3, 0.02
_LAST = "SELECT coalesce(max(seq), 0) FROM chunk"
# the chunks themselves are counted, for the log may hold what stands of them in the index, and not them
_LAST_AND_THOSE_AFTER = f"SELECT ({_LAST}), (SELECT count(*) FROM chunk NOT INDEXED WHERE seq > ?)"


class RecordingGoneError(RecordingError):
    """The path no longer names the recording."""


class RecordingFullError(RecordingError):
    """The disk holds no more sound."""


class RecordingLockedError(RecordingError):
    """The key does not open the file, or the file is damaged."""


def connect(path: Path, key: bytes) -> Any:
    """A connection to the file at ``path``, which must exist; ``key`` is 32 raw bytes. Raises RecordingError."""
    if len(key) != 32:
        raise ValueError("a recording's key has 32 bytes")
    if not path.is_file():
        raise gone(path)
    _refuse_foreign_log(path, key)
    with plain_errors(path):
        db = sqlcipher.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=BUSY_S)
        db.execute("PRAGMA cipher_log_level=NONE")
        _unlock(db, key)
        try:
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", f"cache_size={-_CACHE_KB}"):
                db.execute(f"PRAGMA {pragma}").fetchall()
        except BaseException:
            db.close()
            raise
    return db


def _unlock(db: Any, key: bytes) -> None:
    db.execute(f"PRAGMA key=\"x'{key.hex()}'\"")


def _refuse_foreign_log(path: Path, key: bytes) -> None:
    """Raises RecordingLockedError where the log is of another time than the recording: together they'd spoil it.

    Then chunks are missing between the last in the file and the last in the log, or the file goes further than that.
    """
    for look in range(_LOOKS):
        if look:  # the recorder may be writing meanwhile
            time.sleep(_BETWEEN_S)
        try:
            if not write_ahead.salts(path) or _log_follows(path, lambda db: _unlock(db, key)):
                return
        except sqlcipher.Error:
            return  # whoever opens it says why it can't be opened
        except write_ahead.BrokenError:
            raise _broken(path) from None
    raise RecordingLockedError(
        f"The log of the recording {path.name} does not belong to it, for one of the two was put back from another "
        "time; put back both of the same time, or bring the recording back from a backup; nothing was changed."
    )


def _log_follows(path: Path, unlock: write_ahead.Unlock) -> bool:
    try:
        (held,) = write_ahead.alone(path, unlock, _LAST) or (0,)
    except write_ahead.BrokenError:
        held = None  # a kill may leave the file half written, with all of it in the log
    try:
        last, after = write_ahead.together(path, unlock, _LAST_AND_THOSE_AFTER, (held or 0,)) or (0, 0)
    except write_ahead.BrokenError:
        if held is None:
            raise
        return False
    return held is None or bool(last - held == after)


def gone(path: Path) -> RecordingGoneError:
    """The error for a path that names no recording."""
    return RecordingGoneError(f"The recording {path.name} is gone from {path.parent}; restore it from a backup.")


def faults(path: Path, db: Any) -> Iterator[str]:
    """What is wrong with the pages of the file, a sentence each: on the disk, then inside."""
    with plain_errors(path):
        broken = db.execute("PRAGMA cipher_integrity_check").fetchall()
        quick = [row[0] for row in db.execute("PRAGMA quick_check")]
    if broken:
        yield f"The recording {path.name} is damaged on the disk ({len(broken)} pages); restore it from a backup."
    if quick != ["ok"]:
        yield f"The recording {path.name} is damaged inside; restore it from a backup."


@contextmanager
def patient(db: Any, wait_s: float) -> Iterator[None]:
    """For so long a statement of this connection waits for the lock of another process."""
    db.execute(f"PRAGMA busy_timeout={round(wait_s * 1000)}").fetchall()
    try:
        yield
    finally:
        db.execute(f"PRAGMA busy_timeout={round(BUSY_S * 1000)}").fetchall()


@contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """Raises a RecordingError with one plain sentence in place of a database error."""
    try:
        yield
    except sqlcipher.Error as error:
        raise _plain(path, str(error)) from None


def _broken(path: Path) -> RecordingLockedError:
    where = f"the recording {path.name} in {path.parent}"
    return RecordingLockedError(f"The key does not open {where}, or it is damaged; run `vivavoce study check`.")


def _plain(path: Path, said: str) -> RecordingError:
    where = f"the recording {path.name} in {path.parent}"
    if "not a database" in said or "malformed" in said or "hmac" in said:
        return _broken(path)
    if "full" in said:
        return RecordingFullError(f"The disk is full: nothing more goes into {where}; free some space, and it goes on.")
    if "unable to open" in said:
        if not path.exists():
            return gone(path)
        return RecordingError(f"T{where[1:]} can't be opened: {_hindrance(path)}.")
    if "readonly" in said:
        return RecordingError(f"T{where[1:]} can only be read; make its disk writable, then start again.")
    return RecordingError(f"Reading or writing {where} failed ({said}); check the disk, then start again.")


def files_are_used_up() -> bool:
    """Whether this process may not open as many files more as a database has."""
    with ExitStack() as stack:
        try:
            for _ in range(_FILES_OF_A_DATABASE):
                stack.callback(os.close, os.open(os.devnull, os.O_RDONLY))
        except OSError as fault:
            return fault.errno in (errno.EMFILE, errno.ENFILE)
    return False


def _hindrance(path: Path) -> str:
    """Why a file that is there can't be opened, as far as that shows without opening it, and what to do."""
    if files_are_used_up():
        return "too many files are open on this machine; close other programs, then start again"
    if not (os.access(path, os.R_OK | os.W_OK) and os.access(path.parent, os.W_OK)):
        return "nothing can be written there; make the folder writable, then start again"
    return "a file beside it is in the way; close other programs that use the study, then start again"
