"""When a child that died, or could not be started, is started again, and when it is given up."""

from __future__ import annotations

import asyncio
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

from transcribe import wire
from transcribe.errors import NotStartedError

DISK_FULL, GONE = "disk_full", "recording_gone"
# One that a full disk has ended is started again when there is room for ten minutes and more.
ROOM_BYTES = 24_000_000
LOOK_AGAIN_S = 1.0
# Pause between starts while they fail at once, so that a broken recorder does not spin.
WAIT_S = (0.0, 0.5, 2.0, 5.0)
START_WAIT_S = (0.2, 0.5, 1.0, 2.0, 5.0, 5.0, 5.0, 5.0, 30.0)
# One that never recorded anything, and one of a file, is given up after so many starts that failed.
TRIES = 3
# One of a file that could not be started at all, or left without a word, after so many: that is a minute at least.
TRIES_TO_START = 60
# To ask for a process costs nothing, and who speaks meanwhile is not recorded: no longer pause than this.
LONGEST_WITHOUT_A_PROCESS_S = 1.0


@dataclass
class Restarting:
    """How the starts of one session's recorder went. In an interview that is being recorded it is never given up."""

    may_wait: bool
    """Whether there is a room full of people, and not a file."""
    attempts: int = 0
    failed: wire.Failed | None = None
    not_started: NotStartedError | None = None
    """Why the last one could not be started at all."""
    came_up: bool = False
    """Whether the last one said anything."""
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
        if self.failed is None:  # in a room there is no end to trying: what is short now may soon be there
            return self.may_wait or self.attempts < TRIES_TO_START
        return self.attempts < TRIES or self.failed.code in (DISK_FULL, GONE) or (ever and self.may_wait)

    def begin(self) -> None:
        """The next is started."""
        self.failed, self.not_started, self.came_up = None, None, False

    @property
    def missing(self) -> str | None:
        """What is missing for a start, empty where that is not known; None where the last one did start.

        One that leaves without a word could not be started: its Python is being changed, say.
        """
        if self.not_started is not None:
            return self.not_started.why
        return None if self.came_up else ""

    async def wait(self, recording: Path) -> None:
        """Until the next start: there is room, the recording is where it was, and a failing one has had its pause."""
        code = "" if self.failed is None else self.failed.code
        while not _can_be_written(recording, code):  # noqa: ASYNC110 - nobody tells when a disk has room, or is back
            await asyncio.sleep(LOOK_AGAIN_S)
        wait_s = WAIT_S[min(self.attempts, len(WAIT_S) - 1)]
        await asyncio.sleep(wait_s if self.not_started is None else min(wait_s, LONGEST_WITHOUT_A_PROCESS_S))


def _can_be_written(recording: Path, code: str) -> bool:
    """As far as the reason of the last failure goes."""
    return (code != DISK_FULL or _room(recording.parent)) and (code != GONE or recording.exists())


def _room(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free >= ROOM_BYTES
    except OSError:
        return False


class Starts:
    """How often in a row a child could not be started at all."""

    def __init__(self) -> None:
        self.failed = 0
        self._since_s = 0.0

    def fail(self) -> None:
        """Once more."""
        if not self.failed:
            self._since_s = time.monotonic()
        self.failed += 1

    @property
    def failing_s(self) -> float:
        """For how long that goes on."""
        return time.monotonic() - self._since_s if self.failed else 0.0

    @property
    def wait_s(self) -> float:
        """Until the next try: what was short for a moment is soon there again."""
        return START_WAIT_S[min(self.failed, len(START_WAIT_S)) - 1]


def cannot_be_started(why: str) -> str:
    """What is said of a child that can't be started, with what is missing, where that is known."""
    return f"can't be started ({why})" if why else "can't be started"
