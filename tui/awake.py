"""Keeps the laptop awake while a session lasts, by a child that does nothing else; says so where that fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from transcribe import wire
from transcribe.child import Child
from transcribe.errors import ChildError, WireError
from tui import events
from tui.restarting import Starts
from tui.unforeseen import attempt, survived

MODULE = "transcribe.awake"
ANSWER_S = 15.0
"""A desktop that is asked in each of its ways, and answers none, has used up less than this."""
TRIES = 4
"""After so many starts that came to nothing it is said that the laptop may sleep; it is tried all the same."""
MAY_SLEEP = (
    "This laptop may go to sleep: keep it plugged in and touch a key now and then, or switch sleeping off in its "
    "settings."
)
_LEAVE_S = 1.0


async def answer() -> wire.Awake | None:
    """Ask, and let go at once: who would keep this laptop awake; None where nobody does."""
    try:
        child = await Child.start_patiently(MODULE)
        try:
            said = await _answer_of(child)
        finally:
            await child.leave(_LEAVE_S)
    except (ChildError, WireError, TimeoutError):
        return None
    return said if isinstance(said, wire.Awake) else None


async def _answer_of(child: Child) -> wire.Message | None:
    """None where it left without one. Raises TimeoutError."""
    async with asyncio.timeout(ANSWER_S):
        return await anext(child.messages(), None)


class Awake:
    """From ``begin`` to ``end``; ``tell`` gets one notice where the laptop may sleep all the same."""

    def __init__(self, tell: Callable[[events.Event], None]) -> None:
        self._tell = tell
        self._child: Child | None = None
        self._starts = Starts()
        self._runner: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The child's process, while there is one."""
        return None if self._child is None or self._child.returncode is not None else self._child.pid

    def begin(self) -> None:
        """Once; nobody waits for it."""
        if self._runner is None:
            self._runner = asyncio.create_task(self._run(), name="awake")

    async def end(self) -> None:
        """The laptop may sleep as it likes when this returns."""
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.gather(self._runner, return_exceptions=True)

    async def _run(self) -> None:
        """A child that can't be started, or dies, is started again; what a desktop answers holds."""
        while await survived(self._hold()) is not False:
            self._starts.fail()
            if self._starts.failed == TRIES:
                self._say_that_it_may_sleep()
            await asyncio.sleep(self._starts.wait_s)
        if self._starts.failed < TRIES:
            self._say_that_it_may_sleep()

    async def _hold(self) -> bool:
        """As long as it holds; False where nobody promises anything."""
        try:
            self._child = await Child.start(MODULE)
            try:
                said = await _answer_of(self._child)
                if isinstance(said, wire.Awake):
                    self._starts = Starts()
                    await anext(self._child.messages(), None)  # it has no more to say: this is its end
            finally:
                await self._child.leave(_LEAVE_S)
        except TimeoutError:
            return False
        except (ChildError, WireError):
            return True
        return not isinstance(said, wire.MaySleep)

    def _say_that_it_may_sleep(self) -> None:
        attempt(lambda: self._tell(events.Notice("may_sleep", MAY_SLEEP)))
