"""One session as it is being conducted: its conductor, the study's lock, and the screen that is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from textual.message import Message
from textual.message_pump import MessagePump

from store import Study
from tui import events
from tui.reader import Choice
from tui.session import Conductor
from tui.source import Source


@dataclass
class Told(Message):
    """An event of the session, and the recording time it was told at."""

    event: events.Event
    at_ms: int

    def can_replace(self, message: Message) -> bool:
        """Levels come many times a second: only the newest counts."""
        return (
            isinstance(message, Told)
            and isinstance(message.event, events.LevelMoved)
            and isinstance(self.event, events.LevelMoved)
        )


class Sitting:
    """Holds the study's lock while a session is conducted, and hands its events to one screen after another.

    Raises StudyLocked when another program conducts a session in this study.
    """

    def __init__(
        self, study: Study, session_id: str, source: Source, choice: Choice, now: Callable[[], datetime]
    ) -> None:
        self.listener: MessagePump | None = None
        self._lock = study.lock_for_session()
        self._over = False
        try:
            self.conductor = Conductor(study, session_id, source, choice, self.tell, now)
        except BaseException:
            self._lock.release()
            raise

    def tell(self, event: events.Event) -> None:
        """Hand an event to the screen that listens, if one does."""
        if self.listener is not None:
            self.listener.post_message(Told(event, self.conductor.at_ms))

    async def end(self) -> None:
        """Let the children go, at once if the session still runs, and free the study for other programs."""
        if self._over:
            return
        self._over = True
        try:
            await self.conductor.close()
        finally:
            self._lock.release()

    async def see_out(self) -> None:
        """Wait for the transcript in the background, then end; cancelled when the app goes."""
        try:
            await self.conductor.finished()
        except asyncio.CancelledError:
            self._over = True
            await self.conductor.abandon()
            self._lock.release()
            raise
        await self.end()
