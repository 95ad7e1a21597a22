"""Where recording time would be by now, had nothing gone wrong: what a dead or sleeping recorder has missed."""

from __future__ import annotations

FORGIVEN = 0.001
"""A sound card's clock may be behind the computer's by so much of it; real ones are five times better."""


class Due:
    """Compares the recording with a clock, both in milliseconds, while sound is wanted.

    Sound is always a little later than the clock. How much is known from the quickest report; a slower one was held
    up on its way, or by an app that did not get to read it.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Recording time stands still, or begins anew."""
        self._at_ms, self._clock_ms = -1, 0.0
        self._lag_ms: float | None = None

    def heard(self, at_ms: int, clock_ms: float) -> None:
        """The recording goes up to ``at_ms``, as a report says that was read at ``clock_ms``."""
        if at_ms == self._at_ms:
            return
        lag_ms = clock_ms - at_ms
        if self._lag_ms is None or lag_ms < self._lag_ms:
            self._lag_ms = lag_ms
        else:
            self._lag_ms += min(lag_ms - self._lag_ms, (clock_ms - self._clock_ms) * FORGIVEN)
        self._at_ms, self._clock_ms = at_ms, clock_ms

    def missed_ms(self, clock_ms: float) -> int:
        """What has passed since the last sound that is recorded."""
        return 0 if self._lag_ms is None else max(0, round(clock_ms - self._lag_ms - self._at_ms))
