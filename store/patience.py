"""What wrong passphrases cost: from the third on, a wait that grows, and that a new start of the program doesn't end.

It slows a person at the keyboard. Whoever has a copy of the folder deletes the file; against them stands Argon2id. What
counts is the time since the machine was started, for the world's clock can be set.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from store.errors import TooSoon, WrongPassphrase
from transcribe.clock import clock_ms

TRIES_FILE = "tries"
"""How many were wrong in a row, and when the last was: two numbers, and nothing else."""

FREE = 2
"""So many wrong ones cost nothing."""

WAITS_S = (5, 10, 20, 40, 60)
"""What each further one costs; those after the last cost as much as that."""


@dataclass(frozen=True)
class _Tries:
    """``wrong`` in a row, the last of them ``at_s`` seconds after the machine was started."""

    wrong: int
    at_s: int

    def left_s(self, now_s: float) -> int:
        """Whole seconds still to wait; where the machine was started anew since, all its time until now has passed."""
        if self.wrong <= FREE:
            return 0
        whole = WAITS_S[min(self.wrong - FREE, len(WAITS_S)) - 1]
        passed_s = now_s - self.at_s if now_s >= self.at_s - 1 else now_s  # what is written is rounded up
        return min(whole, max(0, ceil(whole - passed_s)))


def wait_s(folder: Path) -> int:
    """How many seconds the next passphrase for the study in this folder has to wait, as the last ones were wrong."""
    return _read(folder).left_s(_now_s())


@contextmanager
def counted(folder: Path) -> Iterator[None]:
    """One try, whatever it consists of: WrongPassphrase counts, success ends the count. Raises TooSoon before it.

    A folder that can't be written keeps no count, and can be opened all the same.
    """
    if seconds := wait_s(folder):
        raise TooSoon(seconds)
    try:
        yield
    except WrongPassphrase:
        _write(folder, _Tries(_read(folder).wrong + 1, ceil(_now_s())))
        raise
    with suppress(OSError):
        (folder / TRIES_FILE).unlink(missing_ok=True)


def _now_s() -> float:
    return clock_ms() / 1000


def _read(folder: Path) -> _Tries:
    """What is not as it was written counts for nothing."""
    try:
        wrong, at_s = (folder / TRIES_FILE).read_bytes()[:64].split()
        return _Tries(max(0, int(wrong)), int(at_s))
    except (OSError, ValueError):
        return _Tries(0, 0)


def _write(folder: Path, tries: _Tries) -> None:
    with suppress(OSError):
        descriptor = os.open(folder / TRIES_FILE, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{tries.wrong} {tries.at_s}\n")
