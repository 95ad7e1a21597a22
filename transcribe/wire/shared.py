"""What more than one child says, and what is said to the one that learns a voice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """A stretch of speech. Open ones are sent again a few times a second as they grow; a closed one once.

    Where each person has a microphone, ``levels`` of a closed one are the mean squares of each 100 ms, a pair a time.
    """

    start_ms: int
    end_ms: int
    closed: bool
    levels: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True)
class Failed:
    """A child can't do its work (``id`` names the job, if it was one). ``text`` is one sentence for people."""

    code: str
    text: str
    id: str | None = None


@dataclass(frozen=True)
class Enrol:
    """Learn one voice, from a microphone (None: the default) or a file, until ``speech_ms`` of it were heard."""

    device: str | None
    replay: str | None
    speech_ms: int


@dataclass(frozen=True)
class Enrolled:
    """A voice: 192 numbers of a vector of length one, from so much speech."""

    voiceprint: tuple[float, ...]
    speech_ms: int
