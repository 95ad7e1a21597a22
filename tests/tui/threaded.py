"""A recorder that is the real one but for its process: it runs in a thread, in a room for which the test speaks."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import count
from threading import Event, Thread
from typing import ClassVar, Self

import numpy as np
import pytest

import tui.awake
import tui.capturing
import tui.scribe_process
from tests.transcribe.recorders import Room
from tests.tui.scripted import ScriptedChild
from transcribe import wire
from transcribe.clock import clock_ms
from transcribe.errors import NotStartedError
from transcribe.intake import Block, Intake, Item
from transcribe.record import _writer
from transcribe.recorder import Recorder, steered

BLOCK_MS = 20
PIDS = count(1)


@dataclass
class Spawning:
    """From the ``first`` child of a session on (counted from 1) none can be started for ``seconds``."""

    first: int
    seconds: float
    made: int = 0
    _until_s: float | None = None

    def ask(self) -> None:
        """For one more. Raises NotStartedError."""
        if self._until_s is None:
            self.made += 1
            if self.made == self.first:
                self._until_s = time.monotonic() + self.seconds
        if self._until_s is not None and time.monotonic() < self._until_s:
            raise NotStartedError("no memory for another process")


SPAWNING: ContextVar[Spawning] = ContextVar("spawning")
"""Of the session in whose tasks this is asked; several may be held at once."""


class Mortal(Intake):
    """An intake at which the recorder can be killed: it gets no further, and says nothing more."""

    def __init__(self, paused: bool) -> None:
        super().__init__(paused)
        self.dead = Event()

    def next(self, wait_s: float) -> tuple[Item, ...]:
        """Raises SystemExit, which a thread ends by."""
        items = super().next(wait_s)
        if self.dead.is_set():
            raise SystemExit
        return items


class ThreadedRecorder:
    """Stands where a child process stands. ``refusals`` starts fail, with the reason ``why``."""

    refusals: ClassVar[int] = 0
    why: ClassVar[str] = "too many open files"
    started: ClassVar[list[ThreadedRecorder]] = []

    def __init__(self) -> None:
        self.pid = next(PIDS)
        self.returncode: int | None = None
        self.begin: wire.Begin | None = None
        self._reports: asyncio.Queue[wire.Message | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._intake = Mortal(paused=False)
        self.started.append(self)

    @classmethod
    async def start(cls, module: str, log_fd: int | None = None) -> Self:
        await asyncio.sleep(0)
        if ThreadedRecorder.refusals:
            ThreadedRecorder.refusals -= 1
            raise NotStartedError(cls.why)
        if (spawning := SPAWNING.get(None)) is not None:
            spawning.ask()
        return cls()

    def send(self, message: wire.Message) -> bool:
        """To the real recorder; False when it is gone."""
        if self.returncode is not None:
            return False
        if isinstance(message, wire.Begin):
            self.begin = message
            self._intake = Mortal(message.paused)
            self._thread = Thread(target=self._record, args=(message,), daemon=True)
            self._thread.start()
            Thread(target=self._speak, daemon=True).start()
        else:
            steered(Room(), self._intake)(message)
        return True

    async def messages(self) -> AsyncIterator[wire.Message]:
        while (report := await self._reports.get()) is not None:
            yield report

    async def leave(self, grace_s: float) -> int:
        self.kill()
        await asyncio.to_thread(self._thread.join, grace_s)
        return 0

    def kill(self) -> None:
        """At once; nothing more is written or said."""
        self._intake.dead.set()
        self._gone()

    def _gone(self) -> None:
        if self.returncode is None:
            self.returncode = 0
            self._intake.dead.set()
            self._loop.call_soon(self._reports.put_nowait, None)  # what was said before is still heard

    def _record(self, begin: wire.Begin) -> None:
        with contextlib.suppress(SystemExit):
            Recorder(begin, _writer(begin), Room(), self._intake, self._report).run()
        self._tell(None)

    def _report(self, message: wire.Message) -> None:
        if not self._intake.dead.is_set():
            self._tell(message)

    def _tell(self, message: wire.Message | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop of a test that is over
            self._loop.call_soon_threadsafe(self._take, message)

    def _take(self, message: wire.Message | None) -> None:
        if message is None:
            self._gone()
        else:
            self._reports.put_nowait(message)

    def _speak(self) -> None:
        """Somebody speaks without a pause: however late this gets its turn, no sound is lost."""
        begun_ms, spoken_ms = clock_ms(), 0
        while not self._intake.dead.wait(BLOCK_MS / 1000):
            length_ms = int(clock_ms() - begun_ms) - spoken_ms
            spoken_ms += length_ms
            self._intake.put(Block(np.full(length_ms * 16, 500, np.int16), 0, clock_ms()))


class Scripted(ScriptedChild):
    """A child that is no process, and can't always be started."""

    @classmethod
    async def start(cls, module: str, log_fd: int | None = None) -> Self:
        await asyncio.sleep(0)
        if (spawning := SPAWNING.get(None)) is not None:
            spawning.ask()
        return cls(module)


@contextlib.contextmanager
def threaded() -> Iterator[type[ThreadedRecorder]]:
    """As long as this lasts, recorders are such."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tui.capturing, "Child", ThreadedRecorder)
        patch.setattr(tui.scribe_process, "Child", Scripted)
        patch.setattr(tui.awake, "Child", Scripted)
        patch.setattr(ThreadedRecorder, "started", [])
        patch.setattr(ThreadedRecorder, "refusals", 0)
        yield ThreadedRecorder
        for one in ThreadedRecorder.started:
            one._intake.dead.set()
