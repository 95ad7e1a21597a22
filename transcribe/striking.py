"""What a recorder does about a strike: the samples go at once, their traces in the log as soon as nobody reads them."""

from __future__ import annotations

from collections.abc import Callable

from transcribe.recording import FRAMES_PER_MS, Samples, Writer
from transcribe.wire import LogEmptied, Message, StrikeSpan


class Striking:
    """Of one recorder. A recorder before it may have had to leave the log as it was, so it looks after that, too."""

    def __init__(self, writer: Writer, report: Callable[[Message], None]) -> None:
        self._writer, self._report = writer, report
        self._on_its_way = 0
        self._log_is_clean = writer.last_seq == 0

    def strike(self, order: StrikeSpan, lag_ms: int) -> None:
        """All that was captured is committed. ``lag_ms``: how long sound is on its way, while any is wanted."""
        struck = self._writer.strike(order.start_ms, order.end_ms)
        if order.end_ms is None:
            self._on_its_way = lag_ms * FRAMES_PER_MS
        self._report(struck)
        self._note(clean=struck.clean)

    def left_of(self, samples: Samples) -> Samples:
        """The newest samples; what of them was said before the strike is silence."""
        if not self._on_its_way:
            return samples
        samples = samples.copy()
        samples[: self._on_its_way] = 0
        self._on_its_way = max(0, self._on_its_way - len(samples))
        return samples

    def forget(self) -> None:
        """What is on its way now is not let in anyhow."""
        self._on_its_way = 0

    def clean(self, wait_s: float = 0.0) -> None:
        """Empty the log, if that is still to be done and can be."""
        if not self._log_is_clean:
            self._note(clean=self._writer.empty_log(wait_s))

    def _note(self, *, clean: bool) -> None:
        if clean and not self._log_is_clean:
            self._report(LogEmptied())
        self._log_is_clean = clean
