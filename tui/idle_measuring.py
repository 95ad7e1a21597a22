"""Measures this machine while the app is open and nobody waits for anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from textual.app import App
from textual.timer import Timer
from textual.worker import Worker

MEASURING = "measuring"
"""The group of the worker that measures."""
LOOK_EVERY_S = 60.0


class IdleMeasuring:
    """Looks now and then whether it is a good moment; measures once at the most, and never during a session."""

    def __init__(self, app: App[Any], idle: Callable[[], bool], now: Callable[[], datetime]) -> None:
        self._app, self._idle, self._now = app, idle, now
        self._timer: Timer | None = None
        self._worker: Worker[bool] | None = None

    def begin(self) -> None:
        """Look for a good moment from now on."""
        self._timer = self._app.set_interval(LOOK_EVERY_S, self._look)

    def hold_off(self) -> None:
        """Somebody is about to need the machine: whatever is being measured is given up, for now."""
        if self._worker is not None:
            self._worker.cancel()

    def _look(self) -> None:
        if self._worker is not None and self._worker.result and self._timer is not None:
            self._timer.stop()
        elif self._idle() and (self._worker is None or self._worker.is_finished):
            self._worker = self._app.run_worker(
                self._measure(), group=MEASURING, description="how fast this machine reads", exit_on_error=False
            )

    async def _measure(self) -> bool:
        from tui.measuring import when_quiet  # only now: the board is painted without it

        return await when_quiet(self._now())
