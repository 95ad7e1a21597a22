"""Lines from standard input without a thread, and without changing the terminal's own descriptor."""

from __future__ import annotations

import asyncio
import os
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TextIO

from guides.texts import NotText, bare, text_in

END: Final = object()
NONE_YET: Final = object()


@dataclass(frozen=True)
class Line:
    """A line without its end, and when it came (by ``time.monotonic``).

    One that is no UTF-8 has no text: ``number`` says which it is, counted from 1, and ``fault`` what it is instead.
    """

    text: str
    came: float
    number: int
    fault: str = ""


class Lines:
    """Reads lines as they come. ``next`` gives a line, ``END`` at the end, ``NONE_YET`` when patience runs out.

    A byte order mark is no part of a line. ``typed``: whether they come from a terminal.
    """

    def __init__(self, stream: TextIO) -> None:
        self._row: deque[Line | object] = deque()
        self._came = asyncio.Event()
        self._held = b""
        self._number = 0
        self._fd = stream.fileno()
        self.typed = os.isatty(self._fd)
        self._watching = False
        try:
            asyncio.get_running_loop().add_reader(self._fd, self._read)
            self._watching = True
        except (PermissionError, NotImplementedError):  # a regular file, which is always ready
            while self._read():
                pass

    async def next(self, patience_s: float | None) -> Line | object:
        """The next line, or the end."""
        try:
            async with asyncio.timeout(patience_s):  # wait_for may swallow a cancellation (before Python 3.12)
                while not self._row:
                    await self._another()
        except TimeoutError:
            return NONE_YET
        return self._row.popleft()

    async def picked(self, wanted: Callable[[Line], bool]) -> Line:
        """Wait for a line that is wanted; it overtakes those that came before it."""
        while True:
            for line in self._row:
                if isinstance(line, Line) and wanted(line):
                    self._row.remove(line)
                    return line
            await self._another()

    def drop(self, unwanted: Callable[[Line], bool]) -> int:
        """Take lines out of the row; how many there were."""
        before = len(self._row)
        self._row = deque(line for line in self._row if not (isinstance(line, Line) and unwanted(line)))
        return before - len(self._row)

    def close(self) -> None:
        """Stop reading."""
        if self._watching:
            asyncio.get_running_loop().remove_reader(self._fd)
            self._watching = False

    async def _another(self) -> None:
        self._came.clear()
        await self._came.wait()

    def _read(self) -> bool:
        """Take what is there; False at the end."""
        try:
            block = os.read(self._fd, 1 << 16)
        except OSError:
            block = b""
        *whole, self._held = (self._held + block).split(b"\n")
        if not block and self._held:
            whole.append(self._held)
        self._row.extend(map(self._line, whole))
        if not block:
            self.close()
            self._row.append(END)
        self._came.set()
        return bool(block)

    def _line(self, raw: bytes) -> Line:
        self._number += 1
        try:
            return Line(bare(text_in(raw)).rstrip("\r"), time.monotonic(), self._number)
        except NotText as found:
            return Line("", time.monotonic(), self._number, found.what)
