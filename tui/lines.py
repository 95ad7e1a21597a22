"""Lines from standard input without a thread, and without changing the terminal's own descriptor."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from typing import Final, TextIO

from guides.texts import NotText, bare, text_in

END: Final = object()
NONE_YET: Final = object()


@dataclass(frozen=True)
class Unreadable:
    """A line that is no UTF-8: which, counted from 1, and what it is instead."""

    number: int
    what: str


class Lines:
    """Reads lines as they come. ``next`` gives a line, ``END`` at the end, ``NONE_YET`` when patience runs out.

    A line that is no UTF-8 is ``Unreadable``; a byte order mark is no part of a line.
    """

    def __init__(self, stream: TextIO) -> None:
        self._queue: asyncio.Queue[str | object] = asyncio.Queue()
        self._held = b""
        self._number = 0
        self._fd = stream.fileno()
        self._watching = False
        try:
            asyncio.get_running_loop().add_reader(self._fd, self._read)
            self._watching = True
        except (PermissionError, NotImplementedError):  # a regular file, which is always ready
            while self._read():
                pass

    async def next(self, patience_s: float | None) -> str | object:
        """The next line without its line end."""
        try:
            async with asyncio.timeout(patience_s):  # wait_for may swallow a cancellation (before Python 3.12)
                return await self._queue.get()
        except TimeoutError:
            return NONE_YET

    def close(self) -> None:
        """Stop reading."""
        if self._watching:
            asyncio.get_running_loop().remove_reader(self._fd)
            self._watching = False

    def _read(self) -> bool:
        """Take what is there; False at the end."""
        try:
            block = os.read(self._fd, 1 << 16)
        except OSError:
            block = b""
        if not block:
            if self._held:
                self._put(self._held)
            self.close()
            self._queue.put_nowait(END)
            return False
        *whole, self._held = (self._held + block).split(b"\n")
        for line in whole:
            self._put(line)
        return True

    def _put(self, line: bytes) -> None:
        self._number += 1
        try:
            self._queue.put_nowait(bare(text_in(line)).rstrip("\r"))
        except NotText as found:
            self._queue.put_nowait(Unreadable(self._number, found.what))
