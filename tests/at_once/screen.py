"""The app on a terminal of its own: keys go in, and every byte that it writes there is kept."""

from __future__ import annotations

import os
import pty
import re
import select
import struct
import termios
import time
from contextlib import suppress
from fcntl import ioctl
from pathlib import Path

from tests.at_once.running import LOOK_S, Running, until

COLUMNS, ROWS, KEY_S = 100, 30, 0.03
QUIET_S = 0.3
"""When nothing was drawn for so long, all is."""
MOVING_S = 1.5
PAINTED_S = 30.0
_BLOCK = 2**16
_ORDERS = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()#][0-9A-Za-z]|[=>78cDEHM])")


class OnScreen(Running):
    """One app; as long as it is not ``watched``, nobody reads what it draws."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, ())
        self.watched = True
        self.written = b""
        self._master, self._slave = pty.openpty()
        os.set_blocking(self._master, False)
        self.terminal = os.ttyname(self._slave)
        self._columns = COLUMNS
        self._resize()

    def open(self) -> None:
        """There are no pipes."""

    def press(self, *keys: str) -> None:
        """One key after the other, as fast as a person can."""
        for key in keys:
            with suppress(OSError):
                os.write(self._master, key.encode())
            time.sleep(KEY_S)

    def read_on(self) -> None:
        """Take what was drawn."""
        while self._slave >= 0 and self.watched and select.select([self._master], [], [], 0)[0]:
            try:
                self.written += os.read(self._master, _BLOCK)
            except OSError:
                return

    def seen(self, *any_of: str, since: int = 0, patience_s: float = 90.0) -> str:
        """Which of these is drawn behind so many bytes; "" where none is in that time, or the app has ended.

        Time in which nobody looks does not count.
        """
        left_s, looked_at = patience_s, -1
        while left_s > 0 and not self.over:
            self.read_on()
            if len(self.written) > looked_at:
                looked_at, text = len(self.written), shown(self.written[since:])
                if found := next((words for words in any_of if words in text), ""):
                    return found
            time.sleep(LOOK_S)
            left_s -= LOOK_S if self.watched else 0
        return ""

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.code is not None

    def painted(self) -> str:
        """All that it shows now: in a terminal of another size everything is painted anew. Raises Hung."""
        self.read_on()
        before = len(self.written)
        self._columns = 2 * COLUMNS + 1 - self._columns
        self._resize()
        until(lambda: self.over or self._quiet_since(before), "everything was painted anew", PAINTED_S)
        return shown(self.written[before:])

    def end(self) -> int:
        """Wait for its end; gives its exit code. Raises Hung."""
        try:
            return super().end()
        finally:
            os.close(self._master)
            os.close(self._slave)
            self._slave = -1

    @property
    def out(self) -> str:
        """What it drew."""
        return shown(self.written)

    def _quiet_since(self, before: int) -> bool:
        """Whether something was drawn since; it waits until nothing more is, or long enough: a meter never rests."""
        began_s = last_s = time.monotonic()
        while time.monotonic() < min(last_s + QUIET_S, began_s + MOVING_S):
            had = len(self.written)
            self.read_on()
            if len(self.written) > had:
                last_s = time.monotonic()
            time.sleep(LOOK_S)
        return len(self.written) > before

    def _resize(self) -> None:
        ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, self._columns, 0, 0))


def shown(written: bytes) -> str:
    """What stands there, without the orders to the terminal."""
    return _ORDERS.sub(b"", written).decode(errors="replace")
