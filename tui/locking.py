"""Locks the app, by a key or when nobody has touched it for a while: the study is closed, and its key let go."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from textual.timer import Timer
from textual.worker import WorkerError

from store import Study
from store.errors import StoreError
from tui.clock import Stopwatch
from tui.erasing import Erasing
from tui.idle_measuring import MEASURING
from tui.screens import StudyScreen, WayBack
from tui.screens.curtain import Curtain
from tui.screens.unlock import Unlock

if TYPE_CHECKING:
    from tui.app import VivavoceApp

SETTING = "lock_minutes"
MINUTES = 10
MOST_MINUTES = 240
LOOK_EVERY_S = 10.0
HIDDEN = "The interview goes on, so the study stays open. The words are hidden; h shows them."
_UNTIL_DRAWN_S = 1.0
FINISHING = "finishing"
"""The group of the workers that finish a transcript behind the memo; a study stays open for them."""


def minutes(study: Study) -> int:
    """After how many minutes without a key this study locks; 0: never."""
    return int(study.setting(SETTING) or MINUTES)


class Locking:
    """Watches whether somebody is there, closes the study, and knows the way back to where they were.

    A transcript that is being finished is not broken off: the study stays open behind the locked screen until then.
    """

    def __init__(self, app: VivavoceApp) -> None:
        self._app = app
        self.left_alone = Stopwatch(lambda: app.now())
        """Since somebody last touched it."""
        self._closing: asyncio.Task[None] | None = None
        self._limit = timedelta(0)
        self._timer: Timer | None = None
        self._ways: tuple[WayBack, ...] = ()
        self._kept: Study | None = None
        self._locks = False

    # --- is somebody there? -------------------------------------------------------------------------------------------

    def watch(self) -> None:
        """A study is open, or the time after which it locks has changed: count from now on."""
        self.left_alone.begin()
        self._limit = timedelta(minutes=minutes(self._app.study))
        self._arm()

    def touched(self) -> bool:
        """Somebody is there. True where they come too late, as after the laptop slept: it locks, and that key is lost.

        What counts is the longer of two clocks' times, for timers sleep with the laptop, and clocks are set.
        """
        late = self._is_late() and self._may_lock
        if late:
            self._app.call_later(self.lock)
        else:
            self.left_alone.begin()
        return late

    async def _look(self) -> None:
        self._timer = None
        if not self._app.is_open:
            return
        if self._is_late() and self._may_lock:
            await self.lock()
        else:
            self._arm()

    def _arm(self) -> None:
        """Looks often: a timer stands still in standby, and words must not stay in sight for long after it."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._app.set_timer(LOOK_EVERY_S, self._look) if self._limit else None

    def _is_late(self) -> bool:
        return self._app.is_open and bool(self._limit) and self.left_alone.elapsed >= self._limit

    @property
    def _may_lock(self) -> bool:
        """Not while an interview runs or is prepared, nor while words are being read or can't be saved."""
        screens = [screen for screen in self._app.screen_stack if isinstance(screen, StudyScreen)]
        return not self._app.finishing and not any(screen.keeps_open or screen.attended for screen in screens)

    # --- locking, and the way back ------------------------------------------------------------------------------------

    async def asked(self) -> None:
        """Lock it, or say why not, and take words off the screen at least."""
        screens = [screen for screen in reversed(self._app.screen_stack) if isinstance(screen, StudyScreen)]
        for screen in screens:
            if screen.keeps_open:
                hidden = [one.hide() for one in screens]
                screen.say(HIDDEN if any(hidden) else screen.keeps_open, "warning")
                return
        await self.lock()

    async def lock(self) -> None:
        """Nothing of the study is on the screen any more, at once; then it is closed, behind the locked screen."""
        if not self._app.is_open or self._locks:
            return
        self._locks = True
        try:
            await self._lock()
        finally:
            self._locks = False

    async def _lock(self) -> None:
        screens = [screen for screen in self._app.screen_stack if isinstance(screen, StudyScreen)]
        self._ways = tuple(way for screen in screens if (way := screen.way_back()) is not None)
        await self._app.push_screen(Curtain())
        await self._painted()
        await self._end_work()
        await self._app.nothing_beside()
        with self._app.batch_update():
            while len(self._app.screen_stack) > 1:
                await self._app.pop_screen()
            self._app.forget_copied()
            study = self._app.let_go()
            await self._app.push_screen(Unlock("It is locked. What was open is saved.", "muted"))
        await self._painted()  # only now it takes what is typed
        if self._app.finishing:
            self._kept = study
        else:
            self._close(study)

    async def _painted(self) -> None:
        """Until the screen on top was drawn, so that nothing else is seen while the rest is done."""
        drawn = asyncio.Event()
        self._app.screen.call_after_refresh(drawn.set)
        with suppress(TimeoutError):
            async with asyncio.timeout(_UNTIL_DRAWN_S):
                await drawn.wait()

    def _close(self, study: Study) -> None:
        """Close it; where something is still to be erased, when that is done, behind the locked screen."""
        if study.erasing_owed:
            self._closing = asyncio.create_task(self._erase_and_close(study), name="erasing what was destroyed")
        else:
            study.close()

    async def _erase_and_close(self, study: Study) -> None:
        try:
            with suppress(StoreError):
                await Erasing(study, lambda _: None, self._app.now).once()
        finally:
            study.close()

    async def _end_work(self) -> None:
        """What works for a screen, or reads once more, ends here; it is taken up again later."""
        working = [worker for worker in self._app.workers if worker.group not in (FINISHING, MEASURING)]
        for worker in working:
            worker.cancel()
            with suppress(WorkerError):
                await worker.wait()

    def finished(self) -> None:
        """No transcript is being finished any more: what was kept open for it is closed."""
        if self._kept is not None and not self._app.is_open:
            kept, self._kept = self._kept, None
            self._close(kept)

    def opened(self, study: Study) -> Study:
        """The study to go on with: the one that was kept open, where a transcript is still being finished in it."""
        if self._kept is None:
            return study
        study.erase_later()
        study.close()
        kept, self._kept = self._kept, None
        return kept

    def go_back(self) -> None:
        """To where they were."""
        ways, self._ways = self._ways, ()
        for way in ways:
            way(self._app)

    async def close(self) -> None:
        """The app is left: what is still being erased is left to the next opening."""
        if self._closing is not None:
            self._closing.cancel()
            await asyncio.gather(self._closing, return_exceptions=True)
        if self._kept is not None:
            self._kept.close()
