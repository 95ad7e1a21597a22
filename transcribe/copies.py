"""Copies of encrypted databases, a recording's or the study's: made while others write, looked through, encrypted anew.

A copy is nobody's but ours until it is given away, so no log is laid beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from transcribe import cipher
from transcribe.cipher import RecordingFullError, RecordingGoneError, RecordingLockedError, plain_errors

__all__ = [
    "RecordingFullError",
    "RecordingGoneError",
    "RecordingLockedError",
    "change",
    "copy",
    "encrypt_anew",
    "is_sound",
    "rows",
]

_PRAGMAS = ("cipher_log_level = NONE", "temp_store = MEMORY")


def copy(path: Path, key: bytes, to: Path) -> None:
    """What is committed now of the recording at ``path``, into the empty file ``to``, under the same key."""
    db = cipher.connect(path, key)
    try:
        with plain_errors(path):
            db.execute("VACUUM INTO ?", (str(to.absolute()),))
    finally:
        db.close()


def is_sound(path: Path, key: bytes) -> bool:
    """Whether this key opens a copy, and every page of it is as it was written."""
    try:
        with _opened(path, key, "ro") as db:
            pages = db.execute("PRAGMA cipher_integrity_check").fetchall()
            return not pages and db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlcipher.Error:
        return False


def rows(path: Path, key: bytes, sql: str) -> list[Any]:
    """What this query finds in a copy; raises RecordingError."""
    with plain_errors(path), _opened(path, key, "ro") as db:
        return list(db.execute(sql).fetchall())


def encrypt_anew(path: Path, key: bytes, new_key: bytes) -> None:
    """Every page of a copy under another key; raises RecordingError."""
    with plain_errors(path), _opened(path, key, "rw") as db:
        db.execute("PRAGMA journal_mode = OFF").fetchall()
        db.execute(f"PRAGMA rekey = \"x'{new_key.hex()}'\"")


def change(path: Path, key: bytes, statements: Sequence[tuple[str, Sequence[object]]]) -> None:
    """Carries out these statements on a copy; raises RecordingError."""
    with plain_errors(path), _opened(path, key, "rw") as db:
        db.execute("PRAGMA journal_mode = MEMORY").fetchall()
        db.execute("PRAGMA secure_delete = ON").fetchall()
        db.execute("BEGIN")
        for sql, values in statements:
            db.execute(sql, values)
        db.execute("COMMIT")


@contextmanager
def _opened(path: Path, key: bytes, mode: str) -> Iterator[Any]:
    db = sqlcipher.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None)
    try:
        for pragma in _PRAGMAS:
            db.execute(f"PRAGMA {pragma}")
        db.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        yield db
    finally:
        db.close()
