"""The terminal under the app: it may be closed at any moment, and what is drawn on it must never hold anything up."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from tui.errors import WrongUse

_ENDINGS = ("SIGHUP", "SIGTERM")
_NEVER_DRAWN_ON = ("dumb", "unknown")


def require_one(otherwise: str) -> None:
    """Raises WrongUse where there is no terminal that can be drawn on, with what to do ``otherwise``."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise WrongUse(f"The app needs a terminal; {otherwise} without one.")
    if (kind := os.environ.get("TERM", "")) in _NEVER_DRAWN_ON:
        raise WrongUse(f"Nothing can be drawn on this terminal (TERM={kind}): use another one; {otherwise} on it.")


class Screen:
    """A stream to draw on. On a terminal that was closed, what is drawn is dropped without a fault.

    Textual draws from a thread that a fault would end; what waits for that thread would then wait for ever.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Draw this."""
        with suppress(OSError):
            return self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Let it be seen."""
        with suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class Terminal:
    """Calls ``gone`` when the terminal is closed, or when the system asks the program to leave; from ``begin`` on.

    A closed terminal sends SIGHUP, unless the program was told to ignore that (nohup): then its input hangs up, which
    on Linux can be waited for.
    """

    def __init__(self, gone: Callable[[], None]) -> None:
        self._gone = gone
        self._hung_up: select.epoll | None = None

    def begin(self) -> None:
        """Watch; to be called where the event loop runs."""
        loop = asyncio.get_running_loop()
        for name in _ENDINGS:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                with suppress(NotImplementedError, ValueError):  # Windows; a loop that is not in the main thread
                    loop.add_signal_handler(number, self._gone)
        if hasattr(select, "epoll") and os.isatty(0):
            self._hung_up = select.epoll()
            self._hung_up.register(0, 0)  # of no event but a hang-up, which is always told
            loop.add_reader(self._hung_up.fileno(), self._on_hang_up)

    def end(self) -> None:
        """Leave the loop as it was found."""
        loop = asyncio.get_running_loop()
        for name in _ENDINGS:
            with suppress(NotImplementedError, ValueError, AttributeError):
                loop.remove_signal_handler(getattr(signal, name))
        self._forget()

    def _on_hang_up(self) -> None:
        self._forget()
        self._gone()

    def _forget(self) -> None:
        if self._hung_up is not None:
            asyncio.get_running_loop().remove_reader(self._hung_up.fileno())
            self._hung_up.close()
            self._hung_up = None


def keep_the_screen(path: Path) -> None:
    """Textual draws on ``sys.__stderr__``; ALSA, PortAudio and SQLCipher print to descriptor 2: part the two."""
    try:
        log = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    except OSError:
        log = os.open(os.devnull, os.O_WRONLY)
    screen = os.dup(2)
    os.dup2(log, 2)
    drawn = os.fdopen(screen, "w", encoding="utf-8", errors="replace")
    sys.__stderr__ = sys.stderr = Screen(drawn)  # type: ignore[misc, assignment]  # Textual's to take
