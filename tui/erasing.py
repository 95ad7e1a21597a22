"""Erasing what was destroyed out of unused space, behind everything else: by the app, and at the end of a command.

It takes seconds in a large study, and gives way to whoever writes or begins a session (``store/erasing.py``).
"""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from store import NotNow, StoreError, Study
from tui.clock import world_now
from tui.printing import say

GONE = "What was to be destroyed is gone, and nothing shows it any more; receipts are given when it is erased as well."
TAKEN_BACK = "Taken back: what was to be destroyed is gone, and nothing shows it any more. Being erased …"
"""Before the receipt, which is given when unused space inside the study is erased as well."""
ERASING = "Erasing what was destroyed … Ctrl-C leaves it to the next opening."
LEFT = "What was destroyed is erased at the next opening."
SAID_AFTER_S = 0.7
PATIENCE_S = 30.0
"""How long a command waits for another program that holds it up."""
AGAIN_AFTER_S = 2.0
LOOK_EVERY_S = 5.0
_PAUSE_S = 0.2


class Erasing:
    """Erases while the app is open; ``given`` hears of which sessions the receipt, which was owed, is there now."""

    def __init__(self, study: Study, given: Callable[[tuple[str, ...]], None], now: Callable[[], datetime]) -> None:
        self._study, self._given, self._now = study, given, now
        self._asked, self._moved = asyncio.Event(), asyncio.Event()
        self._wanted = True
        self.held_up = ""
        """Why it can't be done just now, in a sentence; empty while it is being done."""

    @property
    def owed(self) -> bool:
        """Whether anything is still to be erased, or a receipt to be given."""
        return self._study.erasing_owed

    def hurry(self) -> None:
        """Somebody waits for it: look at once."""
        self._asked.set()

    async def moved(self) -> None:
        """Wait until something was erased, or could not be."""
        self._moved.clear()
        await self._moved.wait()

    async def run(self) -> None:
        """Erase whatever is to be erased, until cancelled; it then ends within the blink of an eye."""
        while True:
            self._asked.clear()
            with suppress(StoreError):  # it can't even be asked just now
                if self.owed:
                    await self.once()
            with suppress(TimeoutError):
                async with asyncio.timeout(AGAIN_AFTER_S if self.held_up else LOOK_EVERY_S):
                    await self._asked.wait()

    async def once(self) -> bool:
        """One try; whether everything is erased, else it is said why not (``held_up``)."""
        self._wanted = True
        work = asyncio.ensure_future(asyncio.to_thread(self._in_a_thread))
        try:
            given = await asyncio.shield(work)
        except asyncio.CancelledError:
            self._wanted = False
            await asyncio.gather(work, return_exceptions=True)
            raise
        except StoreError as why:
            self.held_up = str(why)
            return False
        finally:
            self._moved.set()
        self.held_up = ""
        if given:
            self._given(given)
        return True

    def _in_a_thread(self) -> tuple[str, ...]:
        with self._study.another() as own:
            return own.erase(self._now(), lambda: self._wanted)


def erase_at_the_end(study: Study, patience_s: float = 0.0) -> str:
    """Erase what a command is to leave erased; why it could not be, in a sentence, else nothing.

    It is said where it lasts, and Ctrl-C leaves it to the next opening.
    """
    if not study.erasing_owed:
        return ""
    slow = threading.Timer(SAID_AFTER_S, _say_so)
    slow.start()
    try:
        with _until_interrupted() as wanted:
            return _erase_patiently(study, wanted, time.monotonic() + patience_s) or ("" if wanted() else LEFT)
    finally:
        slow.cancel()


def _say_so() -> None:
    with suppress(OSError):  # nobody reads it
        say(ERASING)


def _erase_patiently(study: Study, wanted: Callable[[], bool], until: float) -> str:
    while True:
        try:
            study.erase(world_now(), wanted)
        except NotNow as why:
            if not wanted():
                return LEFT
            if study.conducted or time.monotonic() > until:
                return str(why)
            time.sleep(_PAUSE_S)
        else:
            return ""


@contextmanager
def _until_interrupted() -> Iterator[Callable[[], bool]]:
    """Whether nobody has pressed Ctrl-C meanwhile: raised in the midst of a statement, that would be lost."""
    interrupted = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield lambda: True
        return
    before = signal.signal(signal.SIGINT, lambda *_: interrupted.set())
    try:
        yield lambda: not interrupted.is_set()
    finally:
        signal.signal(signal.SIGINT, before)
