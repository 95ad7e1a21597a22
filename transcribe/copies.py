"""Copies of encrypted databases, a recording's or the study's: made while others write, looked through, encrypted anew.

A copy is nobody's but ours until it is given away, so no log is laid beside it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from transcribe import cipher
from transcribe.cipher import RecordingFullError, RecordingGoneError, RecordingLockedError, plain_errors
from transcribe.errors import RecordingError

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

_TRIES = 5
_ROWS_A_STEP = 64
"""Of a recording, some six seconds of sound."""
_STRUCK = "SELECT count(*) FROM gap WHERE reason = 'strike'"
_PRAGMAS = ("cipher_log_level = NONE", "temp_store = MEMORY")


def copy(path: Path, key: bytes, to: Path) -> None:
    """What is committed now of the recording at ``path``, into the empty file ``to``, under the same key.

    It is read a few rows at a time, and let go while they are written, however slow their disk is: whoever
    records or strikes never has to wait. Begun anew where something is struck meanwhile. Raises RecordingError.
    """
    for _ in range(_TRIES):
        db = cipher.connect(path, key)
        try:
            with plain_errors(path):
                struck = db.execute(_STRUCK).fetchone()
                with _opened(to, key, "rw") as copied:
                    _copy_rows(db, copied)
                if db.execute(_STRUCK).fetchone() == struck:
                    return
        finally:
            db.close()
        os.truncate(to, 0)
    raise RecordingError(f"Something was struck each time that {path.name} was being copied: try again later.")


def _copy_rows(db: Any, copied: Any) -> None:
    """Every table of a recording as far as it goes now, then its indexes: so that a live one has an end."""
    made = db.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC").fetchall()
    tables = [name for kind, name, _ in made if kind == "table"]
    ends = {name: db.execute(f"SELECT coalesce(max(rowid), 0) FROM {name}").fetchone()[0] for name in tables}
    for pragma in ("journal_mode = OFF", "synchronous = OFF"):
        copied.execute(f"PRAGMA {pragma}").fetchall()
    copied.execute("BEGIN")
    for kind, name, sql in made:
        copied.execute(sql)
        if kind == "table":
            _copy_table(db, copied, name, ends[name])
    copied.execute("COMMIT")


def _copy_table(db: Any, copied: Any, name: str, end: int) -> None:
    at = 0
    step = f"SELECT rowid, * FROM {name} WHERE rowid > ? AND rowid <= ? ORDER BY rowid LIMIT {_ROWS_A_STEP}"
    while rows := db.execute(step, (at, end)).fetchall():
        at = rows[-1][0]
        _put_in(copied, name, [row[1:] for row in rows])


def _put_in(copied: Any, name: str, rows: list[Any]) -> None:
    """Here nothing is being read any more, so it may take as long as it takes."""
    marks = ", ".join("?" * len(rows[0]))
    copied.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)


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
