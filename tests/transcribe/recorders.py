"""A real recorder child on a replayed file, for the tests that talk to one."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import numpy as np

from transcribe import recording, wire
from transcribe.child import Child
from transcribe.intake import Intake

KEY = bytes(range(32))
PATIENCE_S = 30.0
WITHOUT_LIMIT = 2**53


class Room:
    """A live source that a test speaks for: what it puts into the intake is heard."""

    name, rate_hz, live = "room", recording.RATE_HZ, True

    def open(self, intake: Intake) -> None:
        """It is open already."""

    def grant(self, played_ms: int) -> None:
        """It needs none."""

    def handled(self, played_ms: int) -> None:
        """It does not wait."""

    def played_ms(self) -> int:
        """No clock of its own."""
        return 0

    def close(self) -> None:
        """Nothing is held."""


class Session:
    """One run of the recorder: every report it made so far, and where it writes."""

    def __init__(self, child: Child, path: Path) -> None:
        self.child, self.path = child, path
        self.reports: list[wire.Message] = []
        self._messages = child.messages()

    @classmethod
    async def begin(cls, path: Path, **more: object) -> "Session":
        session = cls(await Child.start("transcribe.record"), path)
        session.child.send(wire.Begin(str(path), KEY.hex(), **more))  # type: ignore[arg-type]  # as the test gives them
        return session

    async def until(self, wanted: Callable[[wire.Message], bool]) -> wire.Message:
        """Reads on to the first report that is wanted."""

        async def read() -> wire.Message:
            async for message in self._messages:
                self.reports.append(message)
                if wanted(message):
                    return message
            raise AssertionError(f"the recorder left after {self.reports[-3:]}")

        return await asyncio.wait_for(read(), PATIENCE_S)

    async def play_to(self, played_ms: int) -> wire.Level:
        """Grants, and waits until exactly so much was played and handled."""
        self.child.send(wire.Grant(played_ms))
        level = await self.until(lambda each: isinstance(each, wire.Level) and each.played_ms >= played_ms)
        assert isinstance(level, wire.Level)
        assert level.played_ms == played_ms
        return level

    async def order(self, command: wire.RecorderCommand, answer: type) -> wire.Message:
        """Sends a command and waits for the report that answers it."""
        self.child.send(command)
        return await self.until(lambda each: isinstance(each, answer))

    async def stop(self) -> wire.Ended:
        """Stops, and sees the child out."""
        ended = await self.order(wire.Stop(), wire.Ended)
        assert await self.child.leave(10) == 0
        assert isinstance(ended, wire.Ended)
        return ended

    def of(self, kind: type) -> list[wire.Message]:
        """The reports of one kind."""
        return [each for each in self.reports if isinstance(each, kind)]

    def closed_spans(self) -> list[wire.Span]:
        """The spans, once they were closed."""
        return [each for each in self.reports if isinstance(each, wire.Span) and each.closed]

    def sound(self, start_ms: int = 0, end_ms: int = 10**8) -> recording.Samples:
        """What the recording holds now."""
        reader = recording.open_reader(self.path, KEY)
        try:
            samples: recording.Samples = np.array(reader.read(start_ms, end_ms))
        finally:
            reader.close()
        return samples
