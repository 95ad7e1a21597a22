"""Captions of what is being said, asked for when the scribe has nothing better to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from transcribe import wire
from tui import events
from tui.hearing import Hearing

# An open stretch is captioned once it is this long, and again each time it has grown by this much: so much that a
# caption (0.3 to 0.5 s of processor) is done before the next is due. A replay at speed 0 has nobody who reads along.
FROM_MS = 600
EVERY_MS = 1100
EVERY_MS_UNWATCHED = 2500


class Captioning:
    """Follows the one stretch of speech that is open, from where it was last struck."""

    def __init__(self, hearing: Hearing, tell: Callable[[events.Event], None]) -> None:
        self.every_ms = EVERY_MS
        self._hearing = hearing
        self._tell = tell
        self._open: wire.Span | None = None
        self._glanced_ms = 0
        self._struck_ms = 0

    def follow(self, span: wire.Span) -> None:
        """Someone speaks, up to here so far."""
        self._open = span
        self.ask()

    def let_go(self, start_ms: int) -> None:
        """The stretch that began here is closed."""
        if self._open is not None and self._open.start_ms <= start_ms:
            self._open = None

    def break_off(self, end_ms: int) -> wire.Span | None:
        """The open stretch, closed here because nobody listens any more; None where nobody spoke."""
        span, self._open = self._open, None
        return None if span is None or end_ms <= span.start_ms else replace(span, end_ms=end_ms, closed=True)

    def strike(self, end_ms: int) -> None:
        """Nothing before this is shown any more."""
        self._struck_ms = max(self._struck_ms, end_ms)

    def ask(self) -> None:
        """Have what is being said captioned, if the scribe is idle and enough was said since the last time."""
        if self._open is None or not self._hearing.reader.captions:
            return
        start_ms, end_ms = self._start_ms(self._open), self._open.end_ms
        if self._glanced_ms < start_ms:
            self._glanced_ms = start_ms + FROM_MS - self.every_ms
        if end_ms - self._glanced_ms >= self.every_ms and self._hearing.glance(_key(start_ms), start_ms, end_ms):
            self._glanced_ms = end_ms

    def show(self, caption: wire.Caption) -> None:
        """Show what is being said, unless it was struck or has become an utterance meanwhile."""
        if self._open is not None and caption.text:
            start_ms = self._start_ms(self._open)
            if caption.id == _key(start_ms):
                self._tell(events.CaptionShown(caption.id, start_ms, caption.text, caption.confirmed))
        self.ask()

    def _start_ms(self, span: wire.Span) -> int:
        return max(span.start_ms, self._struck_ms)


def _key(start_ms: int) -> str:
    return f"caption-{start_ms}"
