"""An event loop whose time jumps ahead whenever nothing is left to do: waiting for seconds costs none."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


class HastyLoop(asyncio.SelectorEventLoop):
    """For what waits by the loop's own clock, and for no process."""

    def __init__(self) -> None:
        super().__init__()
        self._ahead_s = 0.0

    def time(self) -> float:
        return super().time() + self._ahead_s

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self._ahead_s += max(0.0, self._scheduled[0].when() - self.time())  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


def run_hastily(work: Coroutine[None, None, T]) -> T:
    """What ``asyncio.run`` does, in such a loop."""
    with asyncio.Runner(loop_factory=HastyLoop) as runner:
        return runner.run(work)
