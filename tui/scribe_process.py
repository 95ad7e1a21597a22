"""The process of one session's scribe: one life after another, each given what is still owed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from transcribe import wire
from transcribe.child import Child
from transcribe.errors import NotStartedError, WireError
from tui.hanging import Patience, until_it_hangs

_GRACE_S = 0.5


@dataclass(frozen=True)
class Life:
    """How one life of a scribe went, to its end."""

    came_up: bool = True
    """Whether it said anything at all; else it could not be started, and ``why`` may say what was missing."""
    hung: bool = False
    failure: wire.Failed | None = None
    """Why it could not load its model, if it said so."""
    why: str = ""


class ScribeProcess:
    """At most one scribe at a time; one that hangs is ended."""

    def __init__(self) -> None:
        self._child: Child | None = None
        self._patience = Patience()
        self._hung = False

    @property
    def pid(self) -> int | None:
        """Its number, while there is one."""
        return None if self._child is None else self._child.pid

    async def live(
        self,
        load: wire.Load,
        owed: Iterable[wire.ScribeCommand],
        note: Callable[[wire.Message], None],
        has_work: Callable[[], bool],
    ) -> Life:
        """One life, every report of which goes to ``note``; what that raises ends it.

        It hangs if it does not get on while it ``has_work``.
        """
        self._child, self._hung = None, False
        try:
            self._child = child = await Child.start("transcribe.scribe")
        except NotStartedError as error:
            return Life(came_up=False, why=error.why)
        watch = asyncio.create_task(self._end_if_it_hangs(child, has_work), name="watch over the scribe")
        came_up, failure = False, None
        try:
            child.send(load)
            for command in owed:
                child.send(command)
            async for report in child.messages():
                came_up = True
                self._patience.answered()
                if isinstance(report, wire.Failed) and report.id is None:
                    failure = report
                note(report)
        except WireError:
            child.kill()  # it does not speak our language any more: another one takes over
        except BaseException:
            child.kill()
            raise
        finally:
            watch.cancel()
        await child.leave(_GRACE_S)
        return Life(came_up, self._hung, failure)

    def send(self, message: wire.ScribeCommand) -> None:
        """Tell it, if there is one."""
        if self._child is not None:
            self._child.send(message)

    def kill(self) -> None:
        """End it at once."""
        if self._child is not None:
            self._child.kill()

    async def leave(self) -> None:
        """Let it go."""
        if self._child is not None:
            await self._child.leave(_GRACE_S)

    async def _end_if_it_hangs(self, child: Child, has_work: Callable[[], bool]) -> None:
        self._patience.begin()
        await until_it_hangs(child.pid, self._patience, has_work)
        self._hung = True
        child.kill()
