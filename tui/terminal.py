"""The terminal under the app: it may be closed at any moment, and what is drawn on it must never hold anything up."""

from __future__ import annotations

import asyncio
import os
import select
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, TextIO, cast

from tui.endings import ENDINGS
from tui.errors import WrongUse
from tui.writer import Place, Worth, Writer

_NEVER_DRAWN_ON = ("dumb", "unknown")


def require_one(otherwise: str) -> None:
    """Raises WrongUse where there is no terminal that can be drawn on, with what to do ``otherwise``."""
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise WrongUse(f"The app needs a terminal; {otherwise} without one.")
    if (kind := os.environ.get("TERM", "")) in _NEVER_DRAWN_ON:
        raise WrongUse(f"Nothing can be drawn on this terminal (TERM={kind}): use another one; {otherwise} on it.")


_LEFT_OUT = b"\x1b[m"
"""Stands for frames that were left out; it changes nothing."""
WITH_A_CURSOR = b"\x1b[?25h"
"""Takes back what a bar of progress has asked of a terminal."""
_NO_APP = (
    b"\x1b[<u\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1004l\x1b[?2004l" + WITH_A_CURSOR + b"\x1b[?1049l"
)  # the same for Textual: keys, mouse, focus, pasting, the other screen


_SHORT = 64
"""Letters of what sets a terminal to something: a frame has more."""


class _Drawn:
    """A place to draw on; calls ``missed`` as what stands for frames that were left out gets there, and not before.

    For what is drawn anew while nobody reads is left out again.
    """

    def __init__(self, place: Place, missed: Callable[[], None]) -> None:
        self._place, self._missed = place, missed

    def write(self, block: bytes, /) -> int | None:
        took = self._place.write(block)
        if took and block == _LEFT_OUT:
            self._missed()
        return took


class Screen:
    """A stream to draw on, for which nobody waits: a terminal may stand still for as long as it likes.

    What is drawn meanwhile is kept up to a million bytes, then frames are left out; ``missed`` is called once all
    before them was taken, in another thread, for then all has to be drawn anew. On a terminal that was closed, what is
    drawn is dropped without a fault.
    """

    def __init__(self, stream: TextIO) -> None:
        self.missed: Callable[[], None] = lambda: None
        self._stream = stream
        self._place = cast(Place, stream.buffer.raw)  # type: ignore[attr-defined]  # a text file has one
        drawn = _Drawn(self._place, lambda: self.missed())  # whoever is to be called is known later
        self._writer: Writer | None = Writer(drawn, lambda count: _LEFT_OUT, lambda fault: None)

    def write(self, text: str) -> int:
        """Draw this."""
        drawn = text.encode(errors="replace")
        if self._writer is not None:
            self._writer.put(drawn, Worth.KEPT if len(text) > _SHORT else Worth.SAID_ONCE)
        else:
            with suppress(OSError):
                self._place.write(drawn)
        return len(text)

    def flush(self) -> None:
        """What was drawn is on its way."""

    def settle(self) -> None:
        """Wait until all that was drawn was taken, or nobody takes it."""
        if self._writer is not None:
            self._writer.drain()

    def leave(self) -> None:
        """Nothing is drawn any more: wait until all was taken, or nobody takes it; who writes from now on may wait."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.drain()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class Terminal:
    """Calls ``gone`` when the terminal is closed, or when the system asks the program to leave; from ``begin`` on.

    And ``draw_anew`` when it takes again what it did not take for a while.

    A closed terminal sends SIGHUP, unless the program was told to ignore that (nohup): then its input hangs up, which
    on Linux can be waited for.
    """

    def __init__(self, gone: Callable[[], None], draw_anew: Callable[[], object]) -> None:
        self._gone, self._draw_anew = gone, draw_anew
        self._told = ExitStack()
        self._hung_up: select.epoll | None = None

    def begin(self) -> None:
        """Watch; to be called where the event loop runs."""
        loop = asyncio.get_running_loop()
        self._told.enter_context(ENDINGS.told(self._gone))
        if isinstance(screen := cast(object, sys.__stderr__), Screen):
            screen.missed = lambda: soon(loop, self._draw_anew)
        if hasattr(select, "epoll") and os.isatty(0):
            self._hung_up = select.epoll()
            self._hung_up.register(0, 0)  # of no event but a hang-up, which is always told
            loop.add_reader(self._hung_up.fileno(), self._on_hang_up)

    def end(self) -> None:
        """Leave the loop as it was found."""
        self._told.close()
        self._forget()

    def _on_hang_up(self) -> None:
        self._forget()
        self._gone()

    def _forget(self) -> None:
        if self._hung_up is not None:
            asyncio.get_running_loop().remove_reader(self._hung_up.fileno())
            self._hung_up.close()
            self._hung_up = None


def put_right_at_last(sequence: bytes = _NO_APP) -> None:
    """Should the program have to be broken off, the terminal is left as it is now."""
    if os.name != "posix":
        return
    import termios

    before = termios.tcgetattr(0) if os.isatty(0) else None

    def put_right() -> None:
        with suppress(OSError, termios.error):
            if before is not None:
                termios.tcsetattr(0, termios.TCSANOW, before)
            os.write(os.open("/dev/tty", os.O_WRONLY | os.O_NONBLOCK), sequence)  # one that is stopped takes nothing

    ENDINGS.at_last = put_right


def soon(loop: asyncio.AbstractEventLoop, what: Callable[[], object]) -> None:
    """Do this between two callbacks of the loop, from wherever it is asked for; nothing where it has ended."""
    with suppress(RuntimeError):  # it has ended
        loop.call_soon_threadsafe(what)


def keep_the_screen(path: Path) -> Screen:
    """Textual draws on ``sys.__stderr__``; ALSA, PortAudio and SQLCipher print to descriptor 2: part the two."""
    try:
        log = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    except OSError:
        log = os.open(os.devnull, os.O_WRONLY)
    screen = os.dup(2)
    os.dup2(log, 2)
    drawn = os.fdopen(screen, "w", encoding="utf-8", errors="replace")
    sys.__stderr__ = sys.stderr = made = Screen(drawn)  # type: ignore[misc, assignment]  # Textual's to take
    return made
