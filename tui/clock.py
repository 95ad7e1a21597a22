"""What time it is, in the world and in a session that keeps no sound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from transcribe.clock import clock_ms


def world_now() -> datetime:
    """The time in the world, aware, in UTC."""
    return datetime.now(UTC)


@dataclass
class Stopwatch:
    """How long ago something was, by whichever of two clocks says longer: the world's, and one that nobody can set.

    What guards something waits by it, so that a clock that is set back, or a laptop that sleeps, holds nothing up.
    """

    now: Callable[[], datetime] = world_now
    clock: Callable[[], float] = clock_ms
    _since: tuple[datetime, float] = field(init=False)

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Count from now on."""
        self._since = self.now(), self.clock()

    @property
    def elapsed(self) -> timedelta:
        """The time since ``begin``, never less than nothing."""
        world, steady_ms = self._since
        return max(self.now() - world, timedelta(milliseconds=self.clock() - steady_ms), timedelta(0))


@dataclass
class NotesClock:
    """Milliseconds since a session of notes began, net of pauses; a laptop that sleeps does not hold it up.

    At ``speed`` 0 the clock stands and only ``advance`` moves it, as a replay at speed 0 only plays when waited for.
    """

    speed: float = 1.0
    clock: Callable[[], float] = clock_ms
    paused: bool = False
    _gathered_ms: float = 0.0
    _since: float = field(default=-1.0)

    def __post_init__(self) -> None:
        self._since = self.clock()

    @property
    def at_ms(self) -> int:
        """Where the session is."""
        return round(self._gathered_ms + (0 if self.paused else self._running_ms()))

    def pause(self) -> None:
        """Let the time stand still."""
        self._gathered_ms, self.paused = float(self.at_ms), True

    def resume(self) -> None:
        """Let it run again."""
        self.paused, self._since = False, self.clock()

    def set(self, ms: int) -> None:
        """Go on from here: what was sound until now goes on as notes."""
        self._gathered_ms, self._since = float(ms), self.clock()

    def advance(self, ms: int) -> None:
        """Move the clock by hand (speed 0)."""
        if not self.paused:
            self._gathered_ms += ms

    def _running_ms(self) -> float:
        return (self.clock() - self._since) * self.speed
