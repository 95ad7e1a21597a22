"""The log beside an encrypted database (``-wal``), looked at before anybody opens the two together.

SQLite plays a log into whatever database lies beside it and asks no question, and whoever closes the two writes it
there for good, even where nothing of it can be read. So where either was put back from another time, words come out
mixed or broken, and the database is lost. Here both are read without being changed: a connection that may only read
moves nothing out of a log, and one that takes the file for unchangeable doesn't look for it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from sqlcipher3 import dbapi2 as sqlcipher

_HEADER = struct.Struct(">8I")  # magic, format, page size, number, two salts, two sums
_MAGIC = 0x377F0682  # the last bit says in which order of bytes the sums were made
_SUMMED = 24
_BROKEN = frozenset({sqlcipher.SQLITE_NOTADB, sqlcipher.SQLITE_CORRUPT})
_SALTS = slice(16, 24)

_NOT_YET = ("no such table", "no such column")

Unlock: TypeAlias = Callable[[Any], None]
"""Gives a connection the key of its file."""
Row: TypeAlias = tuple[Any, ...] | None


class BrokenError(Exception):
    """The pages can't be read with this key: they are another file's, or of more than one time."""


def log_of(path: Path) -> Path:
    """Where the log of a database lies."""
    return path.with_name(path.name + "-wal")


def salts(path: Path) -> bytes | None:
    """Eight bytes that tell the log beside this database from every other, and from what it was before it began anew.

    Empty where there is no log, None where it can't be read, or not by SQLite either.
    """
    try:
        with log_of(path).open("rb", buffering=0) as log:
            head = log.read(_HEADER.size)
    except FileNotFoundError:
        return b""
    except OSError:
        return None
    return head[_SALTS] if _is_header(head) or not head else None


def alone(path: Path, unlock: Unlock, sql: str) -> Row:
    """What this asks of the database without its log; None where it has no such table or column yet.

    Raises BrokenError, or another error of SQLCipher's.
    """
    return _asked(path, unlock, "&immutable=1", sql, ())


def together(path: Path, unlock: Unlock, sql: str, values: Sequence[int] = ()) -> Row:
    """What it asks of the database with its log, in the same way."""
    return _asked(path, unlock, "", sql, values)


def _asked(path: Path, unlock: Unlock, how: str, sql: str, values: Sequence[int]) -> Row:
    db = sqlcipher.connect(f"{path.absolute().as_uri()}?mode=ro{how}", uri=True, isolation_level=None)
    try:
        db.execute("PRAGMA cipher_log_level = NONE")
        unlock(db)
        found: Row = db.execute(sql, values).fetchone()
    except sqlcipher.Error as fault:
        if (getattr(fault, "sqlite_errorcode", None) or 0) & 0xFF in _BROKEN:
            raise BrokenError from None
        if str(fault).startswith(_NOT_YET):
            return None
        raise
    else:
        return found
    finally:
        db.close()


def _is_header(head: bytes) -> bool:
    if len(head) < _HEADER.size:
        return False
    magic, *_, first, second = _HEADER.unpack(head)
    if magic & ~1 != _MAGIC:
        return False
    return _sums(head[:_SUMMED], big=bool(magic & 1)) == (first, second)


def _sums(data: bytes, *, big: bool) -> tuple[int, int]:
    """SQLite's own, as its file format describes them."""
    words = struct.unpack(f"{'>' if big else '<'}{len(data) // 4}I", data)
    one = two = 0
    for left, right in zip(words[::2], words[1::2], strict=True):
        one = (one + left + two) & 0xFFFFFFFF
        two = (two + right + one) & 0xFFFFFFFF
    return one, two
