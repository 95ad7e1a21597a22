"""Tells the screens that are open what other programs and other screens take back, within a second."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from textual.timer import Timer

from store import StoreError, Study
from tui.screens import StudyScreen

if TYPE_CHECKING:
    from tui.app import VivavoceApp

LOOK_EVERY_S = 0.5


class Watch:
    """Looks at the study each half second; what was copied within the app is forgotten when something is taken back."""

    def __init__(self, app: VivavoceApp, study: Study) -> None:
        self._app, self._study = app, study
        self._stand = study.news.stand()
        self._timer: Timer | None = None

    def begin(self) -> None:
        """From now on."""
        self._timer = self._app.set_interval(LOOK_EVERY_S, self.look)

    def end(self) -> None:
        """The study is being closed."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    async def look(self) -> None:
        """Is there anything new? A study that can't be read now is looked at again in half a second."""
        if self._timer is None or not self._app.is_running:  # as the app ends, screens lose what is on them
            return
        with suppress(StoreError):
            stand = self._study.news.stand()
            if stand == self._stand:
                return
            if stand.sealed - self._stand.sealed or self._study.news.taken_back_since(self._stand.lines):
                self._app.forget_copied()
                await self._let_look_anew()
            for screen in self._screens():
                screen.written_elsewhere()
            self._stand = stand

    async def _let_look_anew(self) -> None:
        """Every screen, from the lowest: what stands on one that has to be left goes with it."""
        for screen in self._screens():
            if not screen.look_anew():
                await self._app.leave(screen)
                return

    def _screens(self) -> tuple[StudyScreen[object], ...]:
        """Those with something on them: who is about to be drawn reads the study then."""
        every = self._app.screen_stack
        return tuple(screen for screen in every if isinstance(screen, StudyScreen) and screen.is_mounted)
