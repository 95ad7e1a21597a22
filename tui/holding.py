"""While a session is conducted, finished or read once more: the files of the study's locks stay where they are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from store import SessionLock, Study, StudyLocked
from tui import events

LOOK_EVERY_S = 3.0
TRIES, AGAIN_S = 25, 0.02


async def taken(study: Study) -> SessionLock:
    """The lock of whoever conducts, which another program may hold only to look: it is waited for beside the loop.

    Raises StudyLocked.
    """
    for _ in range(TRIES - 1):
        with suppress(StudyLocked):
            return study.lock_for_session(patient=False)
        await asyncio.sleep(AGAIN_S)
    return study.lock_for_session(patient=False)


class Holding:
    """Looks after the locks from ``begin`` to ``end``, by a timer of the event loop; ``tell`` gets what is wrong, once.

    Whatever is wrong, what is being done goes on.
    """

    def __init__(self, study: Study, tell: Callable[[events.Event], None]) -> None:
        self._study, self._tell = study, tell
        self._said = ""
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Look from now on."""
        self._timer = asyncio.get_running_loop().call_later(LOOK_EVERY_S, self._look)

    def end(self) -> None:
        """Look no more; twice is nothing."""
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        self.begin()
        said = self._study.look_after_locks()
        if said and said != self._said:
            self._tell(events.Notice("lock", said))
        self._said = said


@contextmanager
def holding(study: Study, tell: Callable[[events.Event], None]) -> Iterator[None]:
    """The same for as long as the block lasts."""
    watch = Holding(study, tell)
    watch.begin()
    try:
        yield
    finally:
        watch.end()
