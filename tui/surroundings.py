"""What surrounds a session: a laptop that stays awake, with room on its disk and charge in its battery."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tui import events, supplies
from tui.awake import Awake
from tui.machine import Machine

LOOK_EVERY_S = 30.0


class Surroundings:
    """Looked at from ``begin`` to ``end``, by a timer of the event loop; ``tell`` gets a notice when something changes.

    ``look`` gives the facts about the laptop; where it raises OSError (a disk that was taken out) nothing is known.
    """

    def __init__(self, look: Callable[[], Machine], tell: Callable[[events.Event], None]) -> None:
        self._look, self._tell = look, tell
        self._awake = Awake(tell)
        self._watch = supplies.Watch(recorded=False)
        self._timer: asyncio.TimerHandle | None = None
        self.low = ""
        """What runs low, in a few words; empty while nothing does."""

    def begin(self, *, recorded: bool) -> None:
        """The session begins: say what should have been seen to before, and watch from now on."""
        self._watch = supplies.Watch(recorded)
        facts = self._facts()
        if facts is not None:
            for notice in supplies.before(facts, recorded=recorded):
                self._tell(notice)
            self._watch, _ = self._watch.seeing(facts)  # it has just been told
            self.low = self._watch.words(facts)
        self._wait()

    def sound(self) -> None:
        """The first sound is recorded: from now on the laptop stays awake, off the record too."""
        self._awake.begin()

    async def end(self) -> None:
        """The session is over."""
        if self._timer is not None:
            self._timer.cancel()
        await self._awake.end()

    @property
    def pid(self) -> int | None:
        """The child that keeps the laptop awake, while there is one."""
        return self._awake.pid

    def _facts(self) -> Machine | None:
        try:
            return self._look()
        except OSError:
            return None

    def _wait(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(LOOK_EVERY_S, self._again)

    def _again(self) -> None:
        self._wait()
        facts = self._facts()
        if facts is None:
            return
        self._watch, news = self._watch.seeing(facts)
        self.low = self._watch.words(facts)
        for notice in news:
            self._tell(notice)
