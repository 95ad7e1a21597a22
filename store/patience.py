"""What wrong passphrases cost: from the third on, a wait that grows, and that a new start of the program doesn't end.

It slows a person at the keyboard. Whoever has a copy of the folder deletes the file; against them stands Argon2id.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path

from store.errors import TooSoon, WrongPassphrase

TRIES_FILE = "tries"
"""How many were wrong in a row, and when the last was: two numbers, and nothing else."""

FREE = 2
"""So many wrong ones cost nothing."""

WAITS_S = (5, 10, 20, 40, 60)
"""What each further one costs; those after the last cost as much as that."""


@dataclass(frozen=True)
class _Tries:
    """``wrong`` in a row, the last of them at ``last``."""

    wrong: int
    last: datetime

    def left_s(self, now: datetime) -> int:
        """Whole seconds still to wait; a clock that was set back begins the wait anew and no more than that."""
        if self.wrong <= FREE:
            return 0
        whole = WAITS_S[min(self.wrong - FREE, len(WAITS_S)) - 1]
        return max(0, ceil(whole - (now - self.last) / timedelta(seconds=1)))


def wait_s(folder: Path, now: datetime) -> int:
    """How many seconds the next passphrase for the study in this folder has to wait, as the last ones were wrong."""
    tries = _read(folder)
    if tries.last > now:
        tries = _Tries(tries.wrong, now)
        _write(folder, tries)
    return tries.left_s(now)


@contextmanager
def counted(folder: Path, now: datetime) -> Iterator[None]:
    """One try, whatever it consists of: WrongPassphrase counts, success ends the count. Raises TooSoon before it.

    A folder that can't be written keeps no count, and can be opened all the same.
    """
    if seconds := wait_s(folder, now):
        raise TooSoon(seconds)
    try:
        yield
    except WrongPassphrase:
        _write(folder, _Tries(_read(folder).wrong + 1, now))
        raise
    with suppress(OSError):
        (folder / TRIES_FILE).unlink(missing_ok=True)


def _read(folder: Path) -> _Tries:
    """What is not as it was written counts for nothing."""
    try:
        wrong, last = (folder / TRIES_FILE).read_bytes()[:64].split()
        return _Tries(max(0, int(wrong)), datetime.fromtimestamp(int(last), UTC))
    except (OSError, ValueError, OverflowError):
        return _Tries(0, datetime.fromtimestamp(0, UTC))


def _write(folder: Path, tries: _Tries) -> None:
    with suppress(OSError):
        descriptor = os.open(folder / TRIES_FILE, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{tries.wrong} {ceil(tries.last.timestamp())}\n")
