"""The script of the bundled demo interview: what is said, by whom, and which keys the interviewer presses when."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal

Speaker = Literal["interviewer", "participant"]
MoveKind = Literal["ask", "back", "skip", "follow", "pause", "resume", "mark", "jotting"]


@dataclass(frozen=True)
class Line:
    """One utterance, verbatim, with its place in the sound file (ms of played time)."""

    speaker: Speaker
    start_ms: int
    end_ms: int
    text: str
    off_record: bool


@dataclass(frozen=True)
class Move:
    """One move of the interviewer, at ``at_ms`` of played time.

    ``question`` is the guide's id for ask, back and skip; ``text`` what was typed, where something was.
    """

    at_ms: int
    move: MoveKind
    question: str | None
    text: str | None


@dataclass(frozen=True)
class DemoScript:
    """The whole interview; every time is in ms of the sound file, in which the off-record stretch is heard too.

    ``off_record_words`` (lower case) are spoken off the record and nowhere else: none may ever reach a recording.
    """

    title: str
    notice: str
    participant: str
    wave: int
    duration_ms: int
    utterances: tuple[Line, ...]
    moves: tuple[Move, ...]
    off_record_words: tuple[str, ...]


def load() -> DemoScript:
    """The bundled script."""
    raw = json.loads(_bundled("interview.json").read_text(encoding="utf-8"))
    return DemoScript(
        title=raw["title"],
        notice=raw["notice"],
        participant=raw["participant"],
        wave=raw["wave"],
        duration_ms=raw["duration_ms"],
        utterances=tuple(Line(**line) for line in raw["utterances"]),
        moves=tuple(Move(**move) for move in raw["moves"]),
        off_record_words=tuple(raw["off_record_words"]),
    )


def sound_path() -> Path:
    """The bundled sound: FLAC, 16 kHz mono, 16 bit."""
    return _bundled("interview.flac")


def spoken_on_record(script: DemoScript) -> str:
    """Every word that may be recorded, in order of speaking: the reference a transcript is scored against."""
    return " ".join(line.text for line in script.utterances if not line.off_record)


def _bundled(name: str) -> Path:
    return Path(str(files(__package__).joinpath(name)))
