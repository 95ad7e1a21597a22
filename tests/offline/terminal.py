"""The app in a terminal of its own, worked by keys, and every byte that it writes there."""

from __future__ import annotations

import os
import pty
import select
import signal
import struct
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from fcntl import ioctl
from termios import TIOCSWINSZ

PATIENCE_S = 90.0


class Terminal:
    """Runs a command in a terminal of 120 by 40."""

    def __init__(self, command: Sequence[str], env: dict[str, str]) -> None:
        self.written = b""
        self._reaped = False
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], list(command), env)
        ioctl(self._fd, TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))

    def until(self, wanted: bytes | Callable[[], bool]) -> None:
        """Reads until this was written since the beginning, or something has come true."""

        def there() -> bool:
            return wanted in self.written if isinstance(wanted, bytes) else wanted()

        patience = time.monotonic() + PATIENCE_S
        while not there():
            assert time.monotonic() < patience, self.written[-2_000:]
            assert self._read() or there(), self.written[-2_000:]

    def press(self, keys: str | bytes) -> None:
        """Types; bytes, where they are no UTF-8."""
        os.write(self._fd, keys.encode() if isinstance(keys, str) else keys)

    def end(self) -> int:
        """Reads what is left, and gives the exit code."""
        patience = time.monotonic() + PATIENCE_S
        while self._read():
            assert time.monotonic() < patience, self.written[-2_000:]
        _, status = os.waitpid(self.pid, 0)
        self._reaped = True
        return os.waitstatus_to_exitcode(status)

    def kill(self) -> None:
        """Whatever happens, it is gone, and no zombie of it is left for another test to find."""
        if not self._reaped:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self._reaped = True
        with suppress(OSError):
            os.close(self._fd)

    def _read(self) -> bool:
        """What has come within half a second; False at the end."""
        if not select.select([self._fd], [], [], 0.5)[0]:
            return True
        try:
            block = os.read(self._fd, 65_536)
        except OSError:
            return False
        self.written += block
        return bool(block)
