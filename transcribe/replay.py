"""A sound file in place of a microphone: at its own pace, and never further than it was granted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from threading import Condition, Event, Thread

from transcribe.errors import SoundError
from transcribe.intake import FileEnd, Intake, SourceLost
from transcribe.recording import FRAMES_PER_MS, RATE_HZ, Samples
from transcribe.sound import Reading

STEP_MS = 50
LONGEST_STEP_MS = 1_000
AHEAD_MS = 30_000
"""How far it may run ahead of what the recorder has handled: the bound of the queue."""


class Replay:
    """Plays a file at ``speed`` (0: as fast as it may) from ``played_ms`` on; while it waits, its clock stands."""

    live = False
    rate_hz = RATE_HZ

    def __init__(self, path: Path, speed: float, played_ms: int, *, two_channels: bool = False) -> None:
        self.name = path.name
        self._reading = Reading(path, start_ms=played_ms, channels=2 if two_channels else 1)
        self._speed, self._frame = speed, played_ms * FRAMES_PER_MS
        step_ms = min(LONGEST_STEP_MS, STEP_MS * max(1.0, speed)) if speed else LONGEST_STEP_MS
        self._step = int(step_ms) * FRAMES_PER_MS
        self._granted_ms, self._handled_ms = 0, played_ms
        self._moved, self._closed = Condition(), Event()

    def open(self, intake: Intake) -> None:
        """Begins to play as soon as there is a grant. Raises SoundError."""
        blocks = iter(self._reading)
        first = next(blocks, None)
        whole = blocks if first is None else chain([first], blocks)
        Thread(target=self._play, args=(intake, whole), name="replay", daemon=True).start()

    def grant(self, played_ms: int) -> None:
        """It may play up to here."""
        with self._moved:
            self._granted_ms = max(played_ms, self._granted_ms)
            self._moved.notify()

    def handled(self, played_ms: int) -> None:
        """Everything up to here is on the disk and listened to."""
        with self._moved:
            self._handled_ms = played_ms
            self._moved.notify()

    def played_ms(self) -> int:
        """Position in the file."""
        return self._frame // FRAMES_PER_MS

    def close(self) -> None:
        """Plays nothing more."""
        self._closed.set()
        with self._moved:
            self._moved.notify()

    def _play(self, intake: Intake, blocks: Iterator[Samples]) -> None:
        try:
            self._pass_on(intake, blocks)
        except SoundError as error:
            intake.tell(SourceLost(str(error)))
        else:
            intake.tell(FileEnd(self._reading.findings.sentences()))

    def _pass_on(self, intake: Intake, blocks: Iterator[Samples]) -> None:
        begun, begun_at = time.monotonic(), self._frame
        for block in blocks:
            rest = block
            while len(rest):
                limit, stood_s = self._room()
                begun += stood_s
                piece, rest = self._cut(rest, limit)
                if self._speed:
                    due = begun + (self._frame + len(piece) - begun_at) / RATE_HZ / self._speed
                    self._closed.wait(max(0.0, due - time.monotonic()))
                if self._closed.is_set():
                    return
                self._frame += len(piece)
                intake.take(piece, self.played_ms(), stands=self._frame >= limit)

    def _room(self) -> tuple[int, float]:
        """Waits until it may play on; the frame up to which, and for how long it stood: not for the time of a look."""
        with self._moved:
            if self._frame < self._limit():
                return self._limit(), 0.0
            since = time.monotonic()
            while self._frame >= self._limit() and not self._closed.is_set():
                self._moved.wait()
            return self._limit(), time.monotonic() - since

    def _limit(self) -> int:
        return min(self._granted_ms, self._handled_ms + AHEAD_MS) * FRAMES_PER_MS

    def _cut(self, block: Samples, limit: int) -> tuple[Samples, Samples]:
        length = max(0, min(self._step, limit - self._frame))
        return block[:length], block[length:]
