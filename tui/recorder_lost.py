"""What is said of a recorder that is gone, and what it would have said itself at its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from transcribe import recording, wire
from tui.events import Notice
from tui.restarting import cannot_be_started

STOPPED_BY_ITSELF = "Recording stopped by itself and is being started again."


@dataclass(frozen=True)
class RecorderLost:
    """The recorder died without being told to leave, or could not be started; it is being started again.

    ``why``: in its own words, if any; ``not_started``: or what is missing for a start.
    """

    at_ms: int
    why: str = ""
    not_started: str | None = None

    @property
    def notice(self) -> Notice:
        """In a sentence."""
        if self.not_started is not None:
            return Notice("recorder_lost", f"Recording {cannot_be_started(self.not_started)} and is tried again.")
        if self.why:
            return Notice("recorder_lost", f"{self.why} Recording is being started again.")
        return Notice("recorder_lost", STOPPED_BY_ITSELF)


def closed(begin: wire.Begin, end_ms: int) -> Iterator[wire.RecorderReport]:
    """What a recorder that is gone would have said at its end: its gaps, one more up to there, and its figures.

    Raises RecordingError.
    """
    writer = recording.append_to(Path(begin.path), bytes.fromhex(begin.key_hex))
    try:
        start_ms = writer.end_ms
        if start_ms < end_ms:
            writer.gap(start_ms, end_ms, "restart")
        yield from writer.gaps()
        yield wire.Ended("lost", writer.last_seq, writer.end_ms, writer.captured_ms, writer.dropped_frames)
    finally:
        writer.close()
