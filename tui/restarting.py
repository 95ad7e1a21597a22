"""When a recorder that died is started again, and when it is given up."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from transcribe import wire

DISK_FULL, GONE = "disk_full", "recording_gone"
# One that a full disk has ended is started again when there is room for ten minutes and more.
ROOM_BYTES = 24_000_000
LOOK_AGAIN_S = 1.0
# Pause between starts while they fail at once, so that a broken recorder does not spin.
WAIT_S = (0.0, 0.5, 2.0, 5.0)
# One that never recorded anything, and one of a file, is given up after so many starts that failed.
TRIES = 3


@dataclass
class Restarting:
    """How the starts of one session's recorder went. In an interview that is being recorded it is never given up."""

    may_wait: bool
    """Whether there is a room full of people, and not a file."""
    attempts: int = 0
    failed: wire.Failed | None = None
    _told: set[str] = field(default_factory=set)

    @property
    def why(self) -> str:
        """What the last one said as it failed; nothing where it just died."""
        return "" if self.failed is None else self.failed.text

    def first_time(self, what: str) -> bool:
        """Whether this has not been told since it last recorded; however often a start fails, it is said once."""
        new = what not in self._told
        self._told.add(what)
        return new

    def works(self) -> None:
        """It records."""
        self._told.clear()

    def died(self, *, recorded: bool, ever: bool) -> bool:
        """Whether to start again one that recorded something in this life, or ``ever``."""
        self.attempts = 0 if recorded else self.attempts + 1
        hopeless = self.failed is not None and self.failed.code not in (DISK_FULL, GONE)
        return self.attempts < TRIES or not hopeless or (ever and self.may_wait)

    async def wait(self, recording: Path) -> None:
        """Until the next start: there is room, the recording is where it was, and a failing one has had its pause."""
        code = "" if self.failed is None else self.failed.code
        while not _can_be_written(recording, code):  # noqa: ASYNC110 - nobody tells when a disk has room, or is back
            await asyncio.sleep(LOOK_AGAIN_S)
        await asyncio.sleep(WAIT_S[min(self.attempts, len(WAIT_S) - 1)])


def _can_be_written(recording: Path, code: str) -> bool:
    """As far as the reason of the last failure goes."""
    return (code != DISK_FULL or _room(recording.parent)) and (code != GONE or recording.exists())


def _room(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free >= ROOM_BYTES
    except OSError:
        return False
