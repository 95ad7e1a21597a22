"""What takes longer than a key may: done in a thread of its own, over a connection of its own to the study."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from store import Study
from tui.errors import FaceError

T = TypeVar("T")


class Over(FaceError):
    """The study is being closed: nothing is read or written beside it any more. Nobody needs to be told."""

    def __init__(self) -> None:
        super().__init__("The study was closed meanwhile.")


class Beside:
    """One thing after the other, in the order in which it was asked for; the connection is made when it is needed.

    What somebody waits for and is cancelled before its turn is never done.
    """

    def __init__(self, study: Study) -> None:
        self._study = study
        self._own: Study | None = None
        self._thread = ThreadPoolExecutor(1, "beside")
        self._over = False

    async def do(self, task: Callable[[Study], T]) -> T:
        """What ``task`` gives, called with a study of its own in the thread; raises what it raises, or Over."""
        if self._over:
            raise Over
        found = await asyncio.get_running_loop().run_in_executor(self._thread, self._done, task)
        if self._over:
            raise Over
        return found

    async def read(self, task: Callable[[Study], T]) -> T:
        """What ``task`` reads; read once more where something was taken back meanwhile, so that none of it is shown."""
        while True:
            lines = self._study.news.lines()
            found = await self.do(task)
            if not self._study.news.taken_back_since(lines):
                return found

    def close(self) -> None:
        """Nothing more is begun, and the connection is closed behind what is being done; waits for nothing."""
        if not self._over:
            self._over = True
            self._thread.submit(self._close)
            self._thread.shutdown(wait=False)

    async def closed(self) -> None:
        """Close, and wait until the thread has let go of the study."""
        self.close()
        await asyncio.to_thread(self._thread.shutdown)

    def _done(self, task: Callable[[Study], T]) -> T:
        if self._over:
            raise Over
        if self._own is None:
            self._own = self._study.another()
        return task(self._own)

    def _close(self) -> None:
        if self._own is not None:
            self._own.close()
