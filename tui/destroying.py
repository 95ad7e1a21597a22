"""What destroys is never dropped: strikes and withdrawals go one after the other, whatever key or signal comes next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TypeVar

from store import StoreError

T = TypeVar("T")
TO_COME = "What was to be destroyed is not destroyed yet: that is done when the study is next opened."


class Destroying:
    """Each in a task of its own, which whoever asked for it can't cut short. ``say`` gets what fails unseen."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._last: asyncio.Task[object] | None = None

    async def do(self, work: Callable[[], Coroutine[None, None, T]]) -> T:
        """Do this after those before it, and wait for it; raises what it raises."""
        task = asyncio.create_task(self._in_turn(self._last, work), name="destroying")
        self._last = task
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(self._tell_what_failed)  # nobody waits for it any more
            raise

    async def over(self) -> None:
        """Wait until nothing is being destroyed."""
        while self._last is not None and not self._last.done():
            await asyncio.wait({self._last})

    async def let_go(self, after_s: float = 0) -> None:
        """Wait so long and no longer: what was decided is laid down, and carried out when the study is next opened."""
        if self._last is not None and not self._last.done():
            await asyncio.wait({self._last}, timeout=after_s)
        while self._last is not None and not self._last.done():
            self._say(TO_COME)
            self._last.cancel()
            await asyncio.wait({self._last})

    @staticmethod
    async def _in_turn(before: asyncio.Task[object] | None, work: Callable[[], Coroutine[None, None, T]]) -> T:
        if before is not None:
            await asyncio.wait({before})
        return await work()

    def _tell_what_failed(self, task: asyncio.Task[T]) -> None:
        if not task.cancelled() and isinstance(fault := task.exception(), StoreError):
            self._say(str(fault))
