"""A log that does not belong to the database beside it, since one of the two was put back from another time.

Each write notes its number, to which log it was added, and how many writes the database held when that log was begun
(table ``written``, ``store/database.py``). Read without its log, the database tells how many it holds itself. What a
kill leaves is no such log, however long it is.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from sqlcipher3 import dbapi2

from store.database import unlock
from store.errors import StudyDamaged
from transcribe import write_ahead

_WRITTEN = "SELECT writes, log, log_base FROM written"
_LOOKS, _BETWEEN_S = 3, 0.02


@dataclass(frozen=True)
class _Written:
    """The last write: its number, the salts of the log it was added to, and that log's base.

    The write that begins a log names the one before, for it can't know its own yet. The base is exact, or one too low.
    """

    writes: int = 0
    log: bytes | None = None
    base: int | None = None


def refuse(path: Path, key: bytes) -> None:
    """Raises StudyDamaged for such a log, before the two are opened together: that would spoil the database.

    Looks more than once, for another program may be writing meanwhile. Changes nothing.
    """
    for look in range(_LOOKS):
        if look:
            time.sleep(_BETWEEN_S)
        try:
            if _belongs(path, key):
                return
        except dbapi2.Error:
            return  # whoever opens it says why it can't be opened
        except write_ahead.BrokenError:
            raise StudyDamaged("The study's database is broken: bring the study back from a backup.") from None
    raise StudyDamaged(
        f"The log {write_ahead.log_of(path).name} does not belong to the database {path.name} beside it, for one of "
        f"them was put back from another time: put back both of the same time in {path.parent}, or bring the study "
        "back from a backup; nothing was changed."
    )


def _belongs(path: Path, key: bytes) -> bool:
    salts = write_ahead.salts(path)
    if not salts:
        return True
    held = _held(path, key)
    try:
        row = write_ahead.together(path, lambda db: unlock(db, key), _WRITTEN)
    except write_ahead.BrokenError:
        if held is None:
            raise
        return False
    return held is None or row is None or _follows(held, _Written(*row), salts)


def _held(path: Path, key: bytes) -> _Written | None:
    """The last write that is in the database itself; None where a kill left it half written, as it may.

    Then what is read may be a row of another table.
    """
    try:
        held = _Written(*(write_ahead.alone(path, lambda db: unlock(db, key), _WRITTEN) or ()))
    except write_ahead.BrokenError:
        return None
    log, numbers = held.log, (held.writes, 0 if held.base is None else held.base)
    whole = isinstance(log, bytes | None) and all(isinstance(number, int) for number in numbers)
    return held if whole else None


def _follows(held: _Written, last: _Written, salts: bytes) -> bool:
    """Whether the log with these salts, which leads to the ``last`` write, goes on from a database that ``held``."""
    if held.writes > last.writes:
        return False
    if held.log == salts:
        return True
    if last.log != salts:  # the write that began the log is the only one in it
        return last.writes - held.writes <= 1
    return last.base is None or held.writes - last.base in (0, 1)
