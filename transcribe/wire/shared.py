"""What both children say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """A stretch of speech. Open ones are sent again a few times a second as they grow; a closed one once."""

    start_ms: int
    end_ms: int
    closed: bool


@dataclass(frozen=True)
class Failed:
    """A child can't do its work (``id`` names the job, if it was one). ``text`` is one sentence for people."""

    code: str
    text: str
    id: str | None = None
