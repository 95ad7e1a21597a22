"""The one way in: every source's callback and every command end in one queue, in the order they happened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from threading import Lock
from typing import Protocol

from transcribe.clock import clock_ms
from transcribe.recording import FRAMES_PER_MS, Samples
from transcribe.wire import Message, Pause, Resume, Stop


@dataclass(frozen=True)
class Block:
    """Sound as it arrived: empty while paused. ``played_ms`` and ``clock_ms`` are those of its end.

    ``stands``: the source waits for a grant after it. ``fresh``: it is the first of a stream that was opened anew,
    for this reason.
    """

    samples: Samples
    played_ms: int
    clock_ms: float
    stands: bool = False
    fresh: str | None = None


@dataclass(frozen=True)
class FileEnd:
    """The replayed file is over; ``notices`` are sentences about what of it could not be read."""

    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceLost:
    """The source can't go on; ``text`` says why in one sentence."""

    text: str


Item = Block | FileEnd | SourceLost | Message | None
"""None: the app is gone."""


class Intake:
    """A gate and a queue. Shut, it lets no sample through: that is what paused means.

    ``lag_ms`` is how long sound is on its way from the room: so much is turned away after the gate opens again,
    because it was said before.
    """

    def __init__(self, paused: bool, lag_ms: int = 0) -> None:
        self.lag_ms = lag_ms
        self._shut = paused
        self._turned_away = 0
        self._lock = Lock()
        self._items: SimpleQueue[Item] = SimpleQueue()

    def take(self, samples: Samples, played_ms: int, *, stands: bool = False) -> None:
        """What a replay's callback does."""
        self.put(Block(samples, played_ms, clock_ms(), stands))

    def put(self, block: Block) -> None:
        """What every callback does: a copy of the sound goes on the queue; while paused, only the time does."""
        with self._lock:
            samples = block.samples[:0] if self._shut else block.samples[self._turned_away :]
            self._turned_away = max(0, self._turned_away - len(block.samples))
            self._items.put(replace(block, samples=samples.copy()))

    def tell(self, item: Item) -> None:
        """A command, or the end of something; pause and stop shut the gate at once, before anyone handles them."""
        with self._lock:
            if isinstance(item, Pause | Stop | FileEnd) or item is None:
                self._shut = True
            elif isinstance(item, Resume) and self._shut:
                self._shut, self._turned_away = False, self.lag_ms * FRAMES_PER_MS
            self._items.put(item)

    def next(self, wait_s: float) -> tuple[Item, ...]:
        """The next item, or nothing after ``wait_s``."""
        try:
            return (self._items.get(timeout=wait_s),)
        except Empty:
            return ()

    @property
    def empty(self) -> bool:
        """Whether everything that arrived has been handled."""
        return self._items.empty()


class Source(Protocol):
    """Where sound comes from."""

    name: str
    rate_hz: int
    live: bool
    """Whether time passes whether or not sound arrives."""

    def open(self, intake: Intake) -> None:
        """Lets the sound in from now on. Raises SoundError."""

    def grant(self, played_ms: int) -> None:
        """It may play up to here."""

    def handled(self, played_ms: int) -> None:
        """Everything up to here is on the disk and listened to."""

    def played_ms(self) -> int:
        """Played time now."""

    def close(self) -> None:
        """No sound from now on; never waits for a device."""
