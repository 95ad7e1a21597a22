"""A microphone tried before a session, with leave from the store; knows nothing of screens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from store import CheckPermit
from transcribe import wire
from transcribe.child import Child
from transcribe.errors import NotStartedError, WireError
from tui.source import Source
from tui.unforeseen import survived

BROKEN = "The microphone could not be tried; begin anyway, or try again."


class SoundCheck:
    """One try of one microphone, in a process of its own that writes nothing; over when ``end`` returns.

    ``tell`` gets its name (Opened), its Level several times a second, a Signal when something is odd, and Failed when
    there is nothing to hear.
    """

    def __init__(self, source: Source, tell: Callable[[wire.Message], None]) -> None:
        self._source = source
        self._tell = tell
        self._child: Child | None = None
        self._runner: asyncio.Task[None] | None = None

    def start(self, permit: CheckPermit) -> None:
        """Open the microphone; ``permit`` is the store's leave, which nobody else can give."""
        self._runner = asyncio.create_task(survived(self._run()), name=f"soundcheck {permit.participant}")

    async def end(self) -> None:
        """Close the microphone at once."""
        if self._child is not None:
            self._child.kill()
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.gather(self._runner, return_exceptions=True)

    @property
    def pid(self) -> int | None:
        """The process that listens, while there is one."""
        return None if self._child is None or self._child.returncode is not None else self._child.pid

    async def _run(self) -> None:
        try:
            self._child = await Child.start_patiently("transcribe.record")
        except NotStartedError as error:
            self._tell(wire.Failed("recorder", f"The microphone can't be tried ({error.why}); close other programs."))
            return
        try:
            self._child.send(wire.Check(self._source.device, self._source.interviewer_channel is not None))
            await self._listen(self._child)
        finally:
            self._child.kill()
            await self._child.leave(0.5)

    async def _listen(self, child: Child) -> None:
        failed = False
        try:
            async for report in child.messages():
                failed = failed or isinstance(report, wire.Failed)
                self._tell(report)
        except WireError:
            pass  # it speaks another language: as good as broken
        if not failed:
            self._tell(wire.Failed("recorder", BROKEN))
