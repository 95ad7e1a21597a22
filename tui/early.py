"""A reading that is begun in a pause, before it is certain that the pause is the end: mostly it is, and time is won."""

from __future__ import annotations

from dataclasses import replace

from transcribe import wire
from transcribe.windows import touches

_EARLY = "early-"


class Early:
    """At most one reading ahead of its utterance; the stretch that closes as it was foreseen takes it over."""

    def __init__(self) -> None:
        self._asked: wire.Hear | None = None
        self._heard: wire.Heard | None = None
        self._adopted: dict[str, str] = {}

    def begin(self, start_ms: int, end_ms: int) -> wire.Hear:
        """The job for a stretch that closes here if nobody goes on; one before it that nobody took is let go."""
        self._asked, self._heard = wire.Hear(f"{_EARLY}{start_ms}-{end_ms}", start_ms, end_ms), None
        return self._asked

    def adopt(self, job: wire.Hear) -> bool:
        """Whether this closed stretch is the one that was foreseen: its words are here, or on their way."""
        asked = self._asked
        if asked is None or (asked.start_ms, asked.end_ms) != (job.start_ms, job.end_ms):
            return False
        self._adopted[asked.id] = job.id
        return True

    def here(self) -> wire.Heard | None:
        """The words of the stretch that was just adopted, if they have come; else they come by ``named``."""
        heard, self._asked, self._heard = self._heard, None, None
        return None if heard is None else self.named(heard)

    def named(self, heard: wire.Heard) -> wire.Heard | None:
        """The report under the name of the stretch it belongs to; None for what belongs to none (yet)."""
        if not heard.id.startswith(_EARLY):
            return heard
        if heard.id in self._adopted:
            return replace(heard, id=self._adopted.pop(heard.id))
        if self._asked is not None and self._asked.id == heard.id:
            self._heard = heard
        return None

    def failed(self, job: str) -> str | None:
        """Which stretch must be heard after all, when this early reading failed."""
        if self._asked is not None and self._asked.id == job:
            self._asked = None
        return self._adopted.pop(job, None)

    def let_go(self, start_ms: int, end_ms: int) -> None:
        """A stretch of time was struck: what was begun of it is nobody's."""
        if self._asked is not None and touches(self._asked, start_ms, end_ms):
            self._asked = self._heard = None

    def forget(self) -> None:
        """The scribe that had it is gone."""
        self._asked = self._heard = None
        self._adopted.clear()
