"""The second readings that were wished for: one at a time, behind everything else that is done in the study."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from store import ConsentRequired, NotFound, State, StoreError, Study, StudyLocked, Wish
from transcribe.errors import TranscribeError
from tui import events
from tui.reader import Choice
from tui.rereading import Outcome, progress, retranscribe

TRY_AGAIN_EVERY_S = 1.0
"""How often a wish that can't be fulfilled yet is looked at: an interview runs, or a transcript is being finished."""


class Readings:
    """Fulfils the wishes of a study while ``run`` runs; what is left of them is taken up by the next start.

    ``moved`` gets the session and the utterance that was read, or None where the wish itself has moved; ``said`` gets a
    sentence about a reading that did not succeed. Nothing is read while somebody conducts a session.
    """

    def __init__(
        self,
        study: Study,
        device: str,
        moved: Callable[[str, str | None], None],
        said: Callable[[str], None],
        now: Callable[[], datetime],
    ) -> None:
        self._study, self._device, self._now = study, device, now
        self._moved, self._said = moved, said
        self._now_read: Wish | None = None
        self._set_aside: set[str] = set()
        self._news = asyncio.Event()

    # --- for the screens ----------------------------------------------------------------------------------------------

    def wish(self, session: str, model: str) -> None:
        """Have a session read once more by this model; raises ConsentRequired or NotFound without a recording."""
        self._study.wishes.add(session, model, self._now())
        self._set_aside.discard(session)
        self._changed(session)

    def take_back(self, session: str) -> None:
        """Let it be; what was read stays."""
        self._study.wishes.drop(session)
        self._changed(session)

    def status(self, session: str) -> str:
        """How far the reading of a session is, in a few words; empty where nobody wishes for one."""
        wish = self._study.wishes.get(session)
        if wish is None:
            return ""
        if not self._complete(wish):
            return f"then read again with {wish.model}"
        read, count = progress(self._study, session, wish.model)
        if not read and (wish != self.first or self._study.conducted):
            return f"waits to be read again with {wish.model}"
        return f"{read} of {count} read again with {wish.model}"

    @property
    def first(self) -> Wish | None:
        """The wish that is being fulfilled, or will be next."""
        ready = [
            wish for wish in self._study.wishes.list() if self._complete(wish) and wish.session not in self._set_aside
        ]
        return self._now_read if self._now_read in ready else next(iter(ready), None)

    def told(self) -> str:
        """Which session is being read and how far that is, short; empty where none is."""
        wish = self.first
        if wish is None:
            return ""
        session = self._study.sessions.get(wish.session)
        read, count = progress(self._study, wish.session, wish.model)
        return f"{session.participant} w{session.wave}: {read} of {count} read again"

    # --- reading ------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Read whatever is wished for, until cancelled."""
        refused = ""
        while True:
            self._news.clear()
            try:
                wish = self.first
                if wish is not None and not self._study.conducted:
                    await self._fulfil(wish)
                    continue
                pause_s = TRY_AGAIN_EVERY_S if self._study.wishes.list() else None
            except StoreError as fault:  # the study can't be read or written now; that is said once
                if str(fault) != refused:
                    self._said(str(fault))
                refused, pause_s = str(fault), TRY_AGAIN_EVERY_S
            await self._wait(pause_s)

    async def _fulfil(self, wish: Wish) -> None:
        self._now_read = wish
        choice = Choice(wish.model, self._device, captions=False)
        self._moved(wish.session, None)
        try:
            outcome = await retranscribe(
                self._study, wish.session, choice, lambda event: self._hear(wish, event), self._now, self._held_up(wish)
            )
        except StudyLocked:
            await self._wait(TRY_AGAIN_EVERY_S)  # another program reads
            return
        except (ConsentRequired, NotFound):
            self._study.wishes.drop(wish.session)
        except (StoreError, TranscribeError) as fault:
            self._set_aside.add(wish.session)  # until the next start, or until it is wished for anew
            self._said(str(fault))
        else:
            self._end(wish, outcome)
        self._moved(wish.session, None)

    def _held_up(self, wish: Wish) -> Callable[[], bool]:
        return lambda: self._study.conducted or self._study.wishes.get(wish.session) != wish

    def _hear(self, wish: Wish, event: events.Event) -> None:
        match event:
            case events.UtteranceHeard(id=key):
                self._moved(wish.session, key)
            case events.Notice(code="no_scribe", text=text):
                self._said(f"{wish.session}: {text}")
            case _:
                pass

    def _end(self, wish: Wish, outcome: Outcome) -> None:
        """A wish that was fulfilled is done, as far as it can be."""
        if outcome is Outcome.HELD_UP:
            return
        if outcome is Outcome.IN_PART:
            read, count = progress(self._study, wish.session, wish.model)
            self._said(f"{wish.session}: {wish.model} could read {read} of {count} utterances again.")
        self._study.wishes.drop(wish.session)

    def _complete(self, wish: Wish) -> bool:
        """Whether the transcript is finished, so that its second reading can begin."""
        return self._study.sessions.get(wish.session).state is State.COMPLETE

    def _changed(self, session: str) -> None:
        self._news.set()
        self._moved(session, None)

    async def _wait(self, at_most_s: float | None) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(at_most_s):
                await self._news.wait()
