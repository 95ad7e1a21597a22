"""Closed stretches among their neighbours: what is read in one window, and when a window is whole."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace

from transcribe.scope import NARROW, Scope
from transcribe.windows import QUIET_MS, Windows, touches, without
from transcribe.wire import Hear, Heard

Window = tuple[Hear, ...]


class Neighbours:
    """Of one session: stretches in as they close, whole windows out once everything in them is heard.

    Where windows grow, the reading of each stretch says once more what is said in those before it: what the last one
    of a window says is kept here until the window is whole, and only then taken for what was said.
    """

    def __init__(self, scope: Scope = NARROW) -> None:
        self.scope = scope
        self._windows = Windows(scope.longest_ms, QUIET_MS)
        self._closed: deque[Window] = deque()
        self._said: dict[str, tuple[Heard, ...]] = {}

    def go_on(self, scope: Scope) -> None:
        """Another model reads from here on, or the same with another scope: the open window is whole."""
        if scope != self.scope:
            self._close(self._windows.close())
            self.scope, self._windows = scope, Windows(scope.longest_ms, QUIET_MS)

    def place(self, job: Hear) -> Hear:
        """Put a stretch among the others; gives it as it is to be heard."""
        self._close(self._windows.add(job))
        if not self.scope.grows:
            return job
        *earlier, last = self._windows.open
        return replace(last, earlier=tuple(earlier))

    def take(self, heard: Heard) -> None:
        """Keep what the reading of a stretch says of those before it."""
        if self.scope.grows:
            self._said[heard.id] = heard.earlier

    def whole(self, owed: Callable[[str], bool]) -> Iterator[tuple[Window, tuple[Heard, ...] | None]]:
        """The windows of several stretches of which nothing is ``owed`` any more, in order, each once.

        Each with what is said in all of it but its last stretch; None where nobody has read it in one yet.
        """
        while self._closed and not any(owed(one.id) for one in self._closed[0]):
            window = self._closed.popleft()
            found = [self._said.pop(one.id, None) for one in window]
            if len(window) > 1:  # one alone would be read as it was
                yield window, found[-1]

    def end(self) -> None:
        """Nothing more comes: where windows grow, the open one is whole."""
        if self.scope.grows:
            self._close(self._windows.close())

    def set_aside(self, job: str) -> None:
        """Have a stretch that can't be heard in nobody's window any more."""
        if any(one.id == job for one in self._windows.open):
            self._close(self._windows.close())
        self._closed = deque(tuple(one for one in window if one.id != job) for window in self._closed)

    def forget(self, start_ms: int, end_ms: int) -> None:
        """Let go of what touches this stretch of time, and of every word that was read with it."""
        for window in (self._windows.open, *self._closed):
            if any(touches(one, start_ms, end_ms) for one in window):
                for one in window:
                    self._said.pop(one.id, None)
        self._windows.forget(start_ms, end_ms)
        self._closed = deque(without(window, start_ms, end_ms) for window in self._closed)

    def _close(self, window: Window) -> None:
        if window:
            self._closed.append(window)
