"""Looks a whole study over in a thread, thing by thing: nobody waits for it, and it can be dropped at any moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import datetime

from store import Looked, Outlook, StoreError, Study
from store.info import StudyInfo


class Look:
    """One look at a study, over a connection of its own."""

    def __init__(self, study: Study, now: datetime) -> None:
        self._study, self._now = study, now
        self._own: Study | None = None
        self._dropped = False
        self.info: StudyInfo | None = None
        self.outlook: Outlook | None = None
        self.trouble = ""
        """Why it could not be looked at to the end, in a sentence."""

    async def everything(self) -> AsyncIterator[Looked]:
        """Each thing when it was looked at; ``info`` and ``outlook`` are there at the end, or ``trouble`` is."""
        loop, things = asyncio.get_running_loop(), asyncio.Queue[Looked | None]()

        def tell(looked: Looked | None) -> None:
            with suppress(RuntimeError):  # the app is gone
                loop.call_soon_threadsafe(things.put_nowait, looked)

        def in_a_thread() -> None:
            try:
                self._look_at(tell)
            finally:
                tell(None)

        work = loop.run_in_executor(None, in_a_thread)
        try:
            while (looked := await things.get()) is not None:
                yield looked
            await work
        finally:
            self.drop()

    def drop(self) -> None:
        """Nobody wants to know any more: it ends as soon as it can."""
        self._dropped = True
        if self._own is not None:
            self._own.interrupt()

    def _look_at(self, tell: Callable[[Looked], None]) -> None:
        try:
            with self._study.another() as own:
                self._own = own
                self.info, self.outlook = own.info(self._now), own.retention.look(self._now)
                for looked in own.checks():
                    if self._dropped:
                        return
                    tell(looked)
        except StoreError as trouble:
            self.trouble = str(trouble)
