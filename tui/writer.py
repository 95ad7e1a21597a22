"""Lines to a place whose reader may stop or go: whoever tells never waits for it, and what nobody reads is counted."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from enum import Enum
from threading import Condition, Thread
from typing import Protocol

# At the end: how long a reader may take for its next line, and how long for all of them.
NEXT_S = 5.0
ALL_S = 60.0
# Pause until a place that takes nothing now, and does not make its writer wait either, is tried again.
_AGAIN_S = 0.02


class Worth(Enum):
    """What would be lost with a line that nobody reads; its value is how many bytes may wait before it."""

    PASSING = 1 << 14
    """The next line says as much: a caption."""
    KEPT = 1 << 20
    """The study holds it too: an utterance."""
    SAID_ONCE = 1 << 21
    """It stands nowhere else: a notice, an answer."""


class Place(Protocol):
    """Where bytes go: gives how many it took, None where it takes none now; raises OSError."""

    def write(self, block: bytes, /) -> int | None:
        """Take some of it."""
        ...


class Writer:
    """Writes lines in their order, from a thread of its own; at most two million bytes of them wait.

    What comes when too much waits is left out. Where more than captions was, ``left_out`` makes the line that stands in
    its place, out of the number of lines. A place that can't be written is told to ``broke``, once, and what comes
    after is dropped.
    """

    def __init__(self, place: Place, left_out: Callable[[int], bytes], broke: Callable[[OSError], None]) -> None:
        self.left_out = left_out
        self._place, self._broke = place, broke
        self._lines: deque[bytes] = deque()
        self._waiting_bytes = self._missed = self._taken = 0
        self._broken = False
        self._moved = Condition()
        self._thread = Thread(target=self._write, name="writer", daemon=True)  # one that waits for ever holds up no end
        self._thread.start()

    def put(self, line: bytes, worth: Worth) -> None:
        """Write this when its turn comes."""
        with self._moved:
            if self._broken:
                return
            if self._lines and self._waiting_bytes + len(line) > worth.value:
                self._missed += worth is not Worth.PASSING
                return
            self._say_what_is_missing()
            self._add(line)

    def drain(self) -> int:
        """Wait until all is read, as long as somebody reads on; gives how many lines nobody did."""
        until = time.monotonic() + ALL_S
        with self._moved:
            while self._unread and self._moves(min(NEXT_S, until - time.monotonic())):
                pass
            return self._unread

    @property
    def _unread(self) -> int:
        return 0 if self._broken else len(self._lines) + self._missed

    def _moves(self, patience_s: float) -> bool:
        """Whether something is taken within this time, or nothing is left to take."""
        before = self._taken
        return self._moved.wait_for(lambda: self._taken != before or not self._unread, patience_s)

    def _say_what_is_missing(self) -> None:
        if self._missed:
            self._add(self.left_out(self._missed))
            self._missed = 0

    def _add(self, line: bytes) -> None:
        self._lines.append(line)
        self._waiting_bytes += len(line)
        self._moved.notify_all()

    def _write(self) -> None:
        try:
            while True:
                self._hand_over(self._next())
        except OSError as error:
            self._broke(error)
            with self._moved:
                self._broken = True
                self._lines.clear()
                self._moved.notify_all()

    def _next(self) -> bytes:
        """The next line, which waits until it is written."""
        with self._moved:
            while not self._lines:
                self._say_what_is_missing()
                if not self._lines:
                    self._moved.wait()
            return self._lines[0]

    def _hand_over(self, line: bytes) -> None:
        rest = line
        while rest:
            took = self._place.write(rest)
            if took:
                rest = rest[took:]
            else:
                time.sleep(_AGAIN_S)
            with self._moved:
                self._taken += bool(took)
                if not rest:
                    self._lines.popleft()
                    self._waiting_bytes -= len(line)
                self._moved.notify_all()
