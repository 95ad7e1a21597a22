"""A program of ours on a terminal of its own, which is told what to do and looked at."""

from __future__ import annotations

import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from fcntl import ioctl
from pathlib import Path

import psutil
import pytest

from store import Study
from tui.clock import world_now

PATIENCE_S = 90.0
SESSION = "50008-w2-1"
on_posix = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


class Terminal:
    """A program of ours on a terminal of its own; ``hung_up`` is whether it hears of a terminal that is closed.

    ``prelude`` is Python that is run before it.
    """

    def __init__(self, *arguments: str, hung_up: bool = True, prelude: str = "") -> None:
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
            os.environ.pop("COLUMNS", None)
            os.environ.pop("LINES", None)
            if not hung_up:
                signal.signal(signal.SIGHUP, signal.SIG_IGN)
            program = ("-c", f"{prelude}\nfrom tui.cli import main; main()") if prelude else ("-m", "tui")
            os.execv(sys.executable, [sys.executable, *program, *arguments])
        self._open = True
        self.process = psutil.Process(self.pid)
        self.resize(120, 40)

    def resize(self, columns: int, rows: int) -> None:
        ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def until(self, *any_of: bytes) -> None:
        """Read on until one of these has been drawn."""
        patience, seen = time.monotonic() + PATIENCE_S, b""
        while not any(words in seen for words in any_of):
            assert time.monotonic() < patience, f"never drawn: {any_of!r}"
            if select.select([self._fd], [], [], 0.1)[0]:
                seen += os.read(self._fd, 65_536)

    def drawn(self) -> bytes:
        """What has been drawn, and was not read."""
        seen = b""
        with suppress(OSError):  # it has ended
            while select.select([self._fd], [], [], 0.02)[0]:
                seen += os.read(self._fd, 65_536)
        return seen

    @property
    def shows_what_is_typed(self) -> bool:
        """As a shell has it, and the app has not."""
        return bool(termios.tcgetattr(self._fd)[3] & termios.ECHO)

    def type(self, keys: bytes) -> None:
        os.write(self._fd, keys)

    def close(self) -> None:
        self._open = False
        os.close(self._fd)

    def _look_on(self) -> None:
        """A terminal takes what is drawn, as long as it is there."""
        if self._open and select.select([self._fd], [], [], 0.02)[0]:
            with suppress(OSError):
                os.read(self._fd, 65_536)
                return
        time.sleep(0.02)

    def left(self, *, read: bool = True) -> int:
        """Wait until the program has left by itself, and read what is drawn unless nobody does; its status."""
        patience = time.monotonic() + PATIENCE_S
        while time.monotonic() < patience:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status)
            if read:
                self._look_on()
            else:
                time.sleep(0.02)
        raise AssertionError("The program is still there, with nobody to see it.")

    def kill(self) -> None:
        if self._open:
            self.close()
        with suppress(OSError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


@pytest.fixture
def terminal() -> Iterator[Callable[..., Terminal]]:
    made: list[Terminal] = []

    def make(*arguments: str, hung_up: bool = True, prelude: str = "") -> Terminal:
        made.append(Terminal(*arguments, hung_up=hung_up, prelude=prelude))
        return made[-1]

    yield make
    for one in made:
        one.kill()


def begin_the_demo(one: Terminal) -> None:
    """From the board to an interview that is being recorded."""
    one.until(b"Start")
    one.type(b"\r")
    one.until(b"Taking part")
    one.type(b"gggg\x13")
    one.until(b"REC")


def recorded_ms(folder: Path) -> int:
    """How much of the session the recorder has acknowledged, seen by another program while it runs."""
    with Study.open(folder, "demo", world_now()) as study:
        return study.sessions.get(SESSION).recording_ms


def paused_ms(folder: Path) -> tuple[int, ...]:
    """Where the session went off the record, seen in the same way."""
    with Study.open(folder, "demo", world_now()) as study:
        return tuple(pause.at_ms for pause in study.log.pauses(SESSION))
