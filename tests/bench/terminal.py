"""The app in a terminal of its own: keys go in, and what is painted comes out."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType

from tests.bench.processes import BenchError

_COLUMNS, _ROWS = 120, 40
_NONE: Mapping[str, str] = {}


class Terminal:
    """Runs ``vivavoce ARGUMENTS`` on a pseudo-terminal of 120 columns and 40 rows until the ``with`` block ends.

    ``program`` is run in place of this tree's, in an environment with ``more`` in it.
    """

    def __init__(
        self, *arguments: str, program: Sequence[str] = (sys.executable, "-m", "tui"), more: Mapping[str, str] = _NONE
    ) -> None:
        environment = {**os.environ, **more, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self._pid, self._terminal = pty.fork()
        if not self._pid:
            os.execve(program[0], [*program, *arguments], environment)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
        self._painted = b""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._terminal)

    def press(self, keys: bytes) -> float:
        """Type; forgets what was painted before. Gives the time (monotonic, seconds)."""
        self.look(0)
        self._painted = b""
        pressed_s = time.monotonic()
        os.write(self._terminal, keys)
        return pressed_s

    def until(self, *texts: bytes, patience_s: float = 30.0) -> float:
        """When one of these texts was painted since the last key. Raises BenchError when none is."""
        end_s = time.monotonic() + patience_s
        while not self.shows(*texts):
            if time.monotonic() > end_s:
                raise BenchError(f"the app did not paint {b' or '.join(texts).decode()!r}")
            self.look(0.2)
        return time.monotonic()

    def shows(self, *texts: bytes) -> bool:
        """Whether one of these texts was painted since the last key."""
        return any(text in self._painted for text in texts)

    def look(self, wait_s: float) -> None:
        """Take what is painted meanwhile."""
        ready: Sequence[int] = (self._terminal,)
        while ready:
            ready, _, _ = select.select([self._terminal], [], [], wait_s)
            if ready:
                try:
                    self._painted += os.read(self._terminal, 65_536)
                except OSError:
                    raise BenchError("the app has left") from None
                wait_s = 0

    def wait(self, seconds: float) -> None:
        """Let time pass, as somebody who looks on."""
        end_s = time.monotonic() + seconds
        while (left_s := end_s - time.monotonic()) > 0:
            self.look(left_s)
