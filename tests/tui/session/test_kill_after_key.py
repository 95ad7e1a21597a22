"""The app is killed right after a key could be seen on the screen: what was typed is in the study."""

from __future__ import annotations

import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from datetime import datetime
from fcntl import ioctl
from pathlib import Path

import pytest

from store import Study

pytestmark = pytest.mark.slow

RUNNER = """
import sys
from datetime import UTC, datetime
from pathlib import Path

from tui.app import VivavoceApp
from tui.opening import Opening
from tui.screens.memo import MemoScreen


app = VivavoceApp(Opening(Path(sys.argv[1]), "demo"), now=lambda: datetime(2026, 11, 22, 12, 0, tzinfo=UTC))
enter = app.enter


def enter_and_write(study):
    enter(study)
    app.push_screen(MemoScreen(sys.argv[2]))


app.enter = enter_and_write
app.run()
"""
PATIENCE_S = 60.0


class Terminal:
    """A child of ours on a terminal of its own."""

    def __init__(self, *arguments: str) -> None:
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLUMNS="100", LINES="30")
            os.execv(sys.executable, [sys.executable, "-c", RUNNER, *arguments])
        ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.seen = b""

    def until(self, words: bytes) -> None:
        """Read on until these words have been drawn."""
        patience, self.seen = time.monotonic() + PATIENCE_S, b""
        while words not in self.seen:
            if time.monotonic() > patience:
                raise AssertionError(f"never drawn: {words!r}")
            if select.select([self._fd], [], [], 0.1)[0]:
                try:
                    self.seen += os.read(self._fd, 65_536)
                except OSError as gone:
                    raise AssertionError(self.seen[-3000:].decode(errors="replace")) from gone

    def type(self, keys: bytes) -> None:
        os.write(self._fd, keys)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._fd)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_key_that_can_be_seen_in_the_memo_survives_a_kill(filled: tuple[Path, str], now: datetime) -> None:
    folder, session = filled
    terminal = Terminal(str(folder), session)
    terminal.until(b"First words")
    for typed in (b"a", b"ab", b"abc", b"abcX"):
        terminal.type(typed[-1:])
        terminal.until(typed)
    terminal.kill()

    with Study.open(folder, "demo", now) as study:
        memo = study.memos.for_session(session)

    assert memo is not None
    assert memo.text.split("\n")[0] == "abcX"
