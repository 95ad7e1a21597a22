"""Children that are no processes: they answer as recorder and scribe do, hear nothing and read nothing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
import pytest

import tui.awake
import tui.capturing
import tui.scribe_process
from transcribe import recording, wire

PIDS = count(1)
RATE_HZ = recording.RATE_HZ
EVERY_S = 0.1


class ScriptedChild:
    """Stands where a child process stands; sound goes by only when ``capture`` is called."""

    running: ClassVar[set[ScriptedChild]] = set()

    def __init__(self, module: str) -> None:
        self.pid = next(PIDS)
        self.module = module
        self.returncode: int | None = None
        self.permit: str | None = None
        self.paused = False
        self.samples = self.at_ms = self.played_ms = self.seq = 0
        self._reports: asyncio.Queue[wire.Message | None] = asyncio.Queue()
        self.running.add(self)

    @classmethod
    async def start(cls, module: str, log_fd: int | None = None) -> Self:
        return cls(module)

    def send(self, message: wire.Message) -> bool:
        """Answer at once; False when it is gone."""
        match message:
            case wire.Begin():
                self.begin(message)
            case wire.Load(model=model):
                self.tell(wire.Ready(model, "cpu", "int8"))
            case wire.Hear(id=job):
                self.tell(wire.Heard(job, "", ()))
            case wire.Pause():
                self.paused = True
                self.tell(wire.Paused(self.at_ms, self.at_ms))
            case wire.Resume():
                self.paused = False
                self.tell(wire.Resumed(self.at_ms, self.at_ms))
            case wire.StrikeSpan(start_ms=start_ms, end_ms=end_ms):
                self.strike(start_ms, self.at_ms if end_ms is None else end_ms)
            case wire.Stop():
                self.tell(wire.Ended("stopped", max(self.seq, 1), self.at_ms, self.at_ms, 0))
                self.kill()
            case _:
                pass
        return self in self.running

    def begin(self, begin: wire.Begin) -> None:
        """Record from now on."""
        self.permit, self.paused = begin.key_hex, begin.paused
        self.tell(wire.Started(0))

    def capture(self, passed_ms: int = 1000) -> None:
        """A moment goes by in front of the microphone."""
        if self.permit is None:
            return
        self.played_ms += passed_ms
        if not self.paused:
            self.samples += passed_ms * RATE_HZ // 1000
            self.at_ms += passed_ms
            self.seq += 1
        self.tell(wire.Level(self.seq, self.at_ms, self.played_ms, -20.0, -10.0, self.at_ms))

    def strike(self, start_ms: int, end_ms: int) -> None:
        """Destroy what was captured in this stretch."""
        self.tell(wire.Struck(start_ms, end_ms, clean=True))

    def tell(self, report: wire.Message) -> None:
        self._reports.put_nowait(report)

    async def messages(self) -> AsyncIterator[wire.Message]:
        while (report := await self._reports.get()) is not None:
            yield report

    async def leave(self, grace_s: float) -> int:
        self.kill()
        return 0

    def kill(self) -> None:
        if self in self.running:
            self.running.discard(self)
            self.returncode = 0
            self._reports.put_nowait(None)

    @classmethod
    def recorders(cls) -> list[ScriptedChild]:
        """Those that record now."""
        return [child for child in cls.running if child.module == "transcribe.record"]


class InRealTime(ScriptedChild):
    """The same with a clock; its recorder keeps silence, encrypted, where the recording belongs."""

    def begin(self, begin: wire.Begin) -> None:
        self._writer = recording.create(Path(begin.path), bytes.fromhex(begin.key_hex))
        super().begin(begin)
        self._clock = asyncio.get_running_loop().create_task(self._go_by())

    def capture(self, passed_ms: int = 1000) -> None:
        if not self.paused:
            self._writer.append(np.zeros(passed_ms * RATE_HZ // 1000, np.int16))
        super().capture(passed_ms)

    def strike(self, start_ms: int, end_ms: int) -> None:
        self._writer.strike(start_ms, end_ms)
        super().strike(start_ms, end_ms)

    def kill(self) -> None:
        if self in self.running and self.permit is not None:
            self._clock.cancel()
            self._writer.close()
        super().kill()

    async def _go_by(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            self.capture(round(EVERY_S * 1000))


class Reads(InRealTime):
    """The same; its scribe reads something in each stretch, and no more windows than it is let."""

    let: ClassVar[int | None] = None
    """How many windows of neighbours are read; None: all."""

    def __init__(self, module: str) -> None:
        super().__init__(module)
        self._waiting: list[wire.Hear | wire.Reread] = []

    def send(self, message: wire.Message) -> bool:
        if isinstance(message, wire.Hear | wire.Reread):
            self._waiting.append(message)
            self.read()
            return self in self.running
        return super().send(message)

    def read(self) -> None:
        """As far as it is let."""
        while self._waiting and Reads.let != 0:
            match self._waiting.pop(0):
                case wire.Hear() as stretch:
                    self.tell(self._heard(stretch))
                case wire.Reread(id=job, stretches=stretches):
                    self.tell(wire.Reheard(job, tuple(map(self._heard, stretches))))
            if Reads.let is not None:
                Reads.let -= 1

    @staticmethod
    def _heard(stretch: wire.Hear) -> wire.Heard:
        text = f"What was said from {stretch.start_ms} ms on."
        return wire.Heard(stretch.id, text, (wire.Word(stretch.start_ms, stretch.end_ms, text, 0.9),), "en")

    @classmethod
    def go_on(cls) -> None:
        """Read all there is."""
        cls.let = None
        for child in cls.scribes():
            child.read()

    @classmethod
    def scribes(cls) -> list[Reads]:
        """Those that read now."""
        return [one for one in cls.running if isinstance(one, Reads) and one.module == "transcribe.scribe"]


@contextlib.contextmanager
def scripted(child: type[ScriptedChild] = InRealTime) -> Iterator[None]:
    """As long as this lasts, sessions have such children."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tui.capturing, "Child", child)
        patch.setattr(tui.scribe_process, "Child", child)
        patch.setattr(tui.awake, "Child", child)
        yield
    child.running.clear()
