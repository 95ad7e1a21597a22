"""The sound that is measured on, with what is known of it: words, when they were said, and by whom."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile

from tests.bench.scores.speakers import Turn
from tests.bench.scores.times import TimedWord
from transcribe.recording import RATE_HZ, Samples
from transcribe.sound import decode
from tui.demo.script import Line, load, sound_path

MEETING = "ami"
"""Names of meetings begin like this."""

_NEARLY_SILENT = 0.2  # words a second


@dataclass(frozen=True)
class Sound:
    """A WAV file, 16 kHz mono. ``text`` is None where nobody wrote down what is said."""

    name: str
    path: Path
    seconds: float
    text: str | None
    words: tuple[TimedWord, ...] = ()
    turns: tuple[Turn, ...] = ()

    @property
    def is_meeting(self) -> bool:
        """Far microphones and people who interrupt each other; otherwise clean speech."""
        return self.name.startswith(MEETING)

    @property
    def is_nearly_silent(self) -> bool:
        """Words found here are inventions, but for a few."""
        return self.text is not None and len(self.text.split()) < _NEARLY_SILENT * self.seconds


def read(path: Path) -> Samples:
    """Any sound file as 16 kHz mono."""
    return np.concatenate(list(decode(path)))


def written(path: Path, samples: Samples) -> float:
    """Write a WAV file; gives its length in seconds."""
    soundfile.write(path, samples, RATE_HZ, subtype="PCM_16")
    return len(samples) / RATE_HZ


def demo(folder: Path, limit_s: float | None = None) -> Sound:
    """The bundled interview, all of it or its first utterances up to ``limit_s``."""
    samples = read(sound_path())
    lines = [line for line in load().utterances if limit_s is None or line.end_ms <= limit_s * 1000]
    if limit_s is not None:
        samples = samples[: (lines[-1].end_ms + 300) * RATE_HZ // 1000]
    seconds = written(folder / "demo.wav", samples)
    text = " ".join(line.text for line in lines)
    return Sound("demo", folder / "demo.wav", seconds, text, turns=tuple(_turn(line) for line in lines))


def speech(root: Path) -> list[Sound]:
    """Every ``NAME.wav`` of a folder, with ``NAME.txt``, ``NAME.words.json`` and ``NAME.rttm`` where they are."""
    return [_brought(path) for path in sorted(root.glob("*.wav"))]


def known(sounds: Sequence[Sound], *, meetings: bool) -> list[Sound]:
    """Those with a text, either the meetings or the clean ones."""
    return [sound for sound in sounds if sound.text is not None and sound.is_meeting == meetings]


def begun_later(sound: Sound, samples: int, folder: Path) -> Sound:
    """The same from so many samples on, under the same name: the same words, a little earlier."""
    if not samples:
        return sound
    later_s = samples / RATE_HZ
    path = folder / f"{sound.name}-{samples}.wav"
    return replace(
        sound,
        path=path,
        seconds=written(path, read(sound.path)[samples:]),
        words=tuple(TimedWord(one.text, one.start_s - later_s, one.end_s - later_s) for one in sound.words),
        turns=tuple((start_s - later_s, end_s - later_s, who) for start_s, end_s, who in sound.turns),
    )


def _brought(path: Path) -> Sound:
    text, words, turns = (path.with_suffix(suffix) for suffix in (".txt", ".words.json", ".rttm"))
    return Sound(
        path.stem,
        path,
        soundfile.info(path).duration,
        text.read_text(encoding="utf-8") if text.is_file() else None,
        tuple(_words(words)) if words.is_file() else (),
        tuple(_turns(turns)) if turns.is_file() else (),
    )


def _words(path: Path) -> list[TimedWord]:
    found = [TimedWord(one["w"], one["s"], one["e"]) for one in json.loads(path.read_text(encoding="utf-8"))]
    return sorted(found, key=lambda word: word.start_s)


def _turns(path: Path) -> list[Turn]:
    """SPEAKER file channel start duration <NA> <NA> name …, as NIST writes rich transcription time marks."""
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("SPEAKER")]
    return [(float(row[3]), float(row[3]) + float(row[4]), row[7]) for row in rows]


def _turn(line: Line) -> Turn:
    return (line.start_ms / 1000, line.end_ms / 1000, line.speaker)
