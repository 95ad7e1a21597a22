"""Ctrl-C, a polite kill, a terminal that closes: once for an end in order, three times for an end whatever hangs."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
AT_LAST = 3
"""So many of these signals end the program, and its children."""
_HANG_UP = getattr(signal, "SIGHUP", None)
CHILDREN_S = 0.5
"""After the last of them: how long children have to leave before they are killed."""
PROGRAM_S = 1.0
"""And how long the program has then, to lay down and let go of what it holds."""


class Endings:
    """Counts how often this program was asked to end, and ends it the third time.

    A thread of its own hears the signals: also while the main thread stands in a call that Python can't break off.
    """

    def __init__(self) -> None:
        self.at_last: Callable[[], None] = lambda: None
        """What is still to be done where the program has to be broken off, as putting a terminal right."""
        self._times = 0
        self._tell: Callable[[], None] | None = None
        self._bell: socket.socket | None = None

    def watch(self) -> None:
        """Begin to count; every signal ends the program in order from here on, as Ctrl-C does (KeyboardInterrupt)."""
        for number in SIGNALS:
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, signal.default_int_handler)
        self._listen()

    @contextmanager
    def told(self, tell: Callable[[], None]) -> Iterator[None]:
        """In here each of these signals calls ``tell`` on the running event loop, and does nothing else."""
        loop = asyncio.get_running_loop()
        begun_here = self._listen()
        before = {number: signal.getsignal(number) for number in SIGNALS}
        if before.get(_HANG_UP) is signal.SIG_IGN:  # as it was wished (nohup)
            del before[_HANG_UP]
        for number in before:
            signal.signal(number, lambda *_: None)
        self._tell = lambda: _call(loop, tell)
        try:
            yield
        finally:
            self._tell = None
            for number, handler in before.items():
                signal.signal(number, handler or signal.SIG_DFL)
            if begun_here:
                self._listen_no_more()

    def _listen(self) -> bool:
        """Whether that has begun only now."""
        if self._bell is not None:
            return False
        self._times = 0
        self._bell, heard = socket.socketpair()
        self._bell.setblocking(False)
        signal.set_wakeup_fd(self._bell.fileno(), warn_on_full_buffer=False)
        Thread(target=self._hear, args=(heard,), name="endings", daemon=True).start()
        return True

    def _listen_no_more(self) -> None:
        signal.set_wakeup_fd(-1)
        if self._bell is not None:
            self._bell.close()
        self._bell = None

    def _hear(self, heard: socket.socket) -> None:
        with heard:
            while numbers := heard.recv(64):
                for _ in filter(SIGNALS.__contains__, numbers):
                    self._asked()

    def _asked(self) -> None:
        self._times += 1
        if (tell := self._tell) is not None:
            tell()
        if self._times == AT_LAST:
            Thread(target=self._end, name="end", daemon=True).start()

    def _end(self) -> None:
        """What waits for a child goes on when that is killed, and leaves in order; what hangs all the same is left."""
        import psutil

        time.sleep(CHILDREN_S)
        for child in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                child.kill()
        time.sleep(PROGRAM_S)
        self.at_last()
        os._exit(1)


ENDINGS = Endings()


class Asked:
    """How often it was asked for the end of a loop; to be told by ``Endings``."""

    def __init__(self) -> None:
        self.times = 0
        self._work: dict[asyncio.Task[Any], int] = {}

    def __call__(self) -> None:
        """Once more."""
        self.times += 1
        for task, times in self._work.items():
            if self.times >= times:
                task.cancel()

    async def before(self, times: int, work: Coroutine[Any, Any, object]) -> bool:
        """Do this, but cancel it once the end was asked for so often; whether it came to its own end."""
        task = asyncio.create_task(work)
        self._work[task] = times
        try:
            await asyncio.sleep(0)  # what has nothing to do is done by now
            if self.times >= times:
                task.cancel()
            await asyncio.wait({task})
        finally:
            task.cancel()
            del self._work[task]
        if not task.cancelled():
            task.result()
        return not task.cancelled()


def run(work: Coroutine[Any, Any, T]) -> T:
    """As ``asyncio.run``: what is asked to end is cancelled, leaves in order, and raises KeyboardInterrupt then."""
    given: list[T] = []

    async def done() -> None:
        given.append(await work)

    async def watched() -> None:
        asked = Asked()
        with ENDINGS.told(asked):
            await asked.before(1, done())

    asyncio.run(watched())
    if not given:
        raise KeyboardInterrupt
    return given[0]


def _call(loop: asyncio.AbstractEventLoop, tell: Callable[[], None]) -> None:
    with suppress(RuntimeError):  # it was just closed
        loop.call_soon_threadsafe(tell)
