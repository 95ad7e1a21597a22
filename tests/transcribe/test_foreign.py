"""Speech that a model of English can't read is said to be so, and English never, however noisy."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from transcribe import compute, foreign, models
from transcribe.files import transcribe_file
from transcribe.foreign import Impression
from transcribe.recording import RATE_HZ, Samples
from transcribe.whisper import Engine
from transcribe.wire import Word

NOT_ENGLISH = "does not seem to be in English"


def said(probability: float, count: int = 40) -> Sequence[Word]:
    return [Word(at * 300, at * 300 + 200, " word", probability) for at in range(count)]


def heard(*, behind: float) -> Impression:
    """Speech for half of the time, and what is behind it."""
    found, chance = Impression(), np.random.default_rng(2)
    for at in range(40):
        level = 3_000 if at % 2 else behind
        found.hear(chance.normal(0, level, RATE_HZ // 4).astype(np.int16))
    found.take(np.ones(40 * RATE_HZ, np.int16))
    return found


def test_speech_that_is_no_english_is_said_to_be_none(
    tmp_path: Path, engine: Engine, engine_sound: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVAVOCE_MODELS", str(tmp_path))
    soundfile.write(tmp_path / "backwards.flac", engine_sound[: 16 * RATE_HZ][::-1], RATE_HZ)

    (sentence,) = transcribe_file(tmp_path / "backwards.flac", engine).notices

    assert sentence.startswith(f"The speech in backwards.flac {NOT_ENGLISH}, and tiny.en reads English only")


@pytest.mark.parametrize("above_db", [100, 10, 0])
def test_english_is_never_said_to_be_none(
    above_db: float, tmp_path: Path, engine: Engine, engine_sound: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVAVOCE_MODELS", str(tmp_path))
    sound = engine_sound[: 16 * RATE_HZ].astype(float)
    noise = np.random.default_rng(4).normal(0, np.sqrt(np.square(sound).mean()) * 10 ** (-above_db / 20), len(sound))
    soundfile.write(tmp_path / "noisy.flac", np.clip(sound + noise, -32_768, 32_767).astype(np.int16), RATE_HZ)

    assert transcribe_file(tmp_path / "noisy.flac", engine).notices == ()


@pytest.mark.parametrize(
    ("words", "behind", "told"),
    [
        (said(0.45), 3, True),
        (said(0.75), 3, False),
        (said(0.45), 1_500, False),  # so noisy that English would be as unsure
        (said(0.45, 5), 3, False),  # too little to tell
    ],
)
def test_it_takes_many_unsure_words_in_clear_speech(
    words: Sequence[Word], behind: float, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "installed", lambda: ())

    assert (NOT_ENGLISH in foreign.sentence("a.wav", "tiny.en", words, heard(behind=behind))) is told


class Polyglot:
    """A model of many languages that is as sure as it is told to be."""

    def __init__(self, language: str, probability: float) -> None:
        self._found = language, probability
        self.asked = 0

    def detect_language(self, sound: Any) -> tuple[str, float, list[Any]]:
        assert sound.dtype == np.float32
        assert len(sound) == 30 * RATE_HZ
        self.asked += 1
        return (*self._found, [])


@pytest.mark.parametrize(
    ("probability", "guess", "sentence"),
    [
        (0.45, ("es", 0.97), "is most likely in another language (es)"),
        (0.70, ("es", 0.97), "is most likely in another language (es)"),
        (0.45, ("en", 0.95), ""),
        (0.45, ("es", 0.4), NOT_ENGLISH),
        (0.70, ("es", 0.4), ""),
    ],
)
def test_a_model_of_many_languages_is_asked_where_there_is_one(
    probability: float,
    guess: tuple[str, float],
    sentence: str,
    tmp_path: Path,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    polyglot, here = Polyglot(*guess), models.Model("base", tmp_path, 9, bundled=False, multilingual=True)
    monkeypatch.setattr(models, "installed", lambda: (here,))
    monkeypatch.setattr(models, "find", lambda name: here)
    monkeypatch.setattr(compute, "load", lambda *_: polyglot)

    found = foreign.sentence("a.wav", "tiny.en", said(probability), heard(behind=3))

    assert (sentence in found) if sentence else found == ""
    assert polyglot.asked == 1


def test_where_words_are_sure_no_other_model_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute, "load", lambda *_: pytest.fail("a model was loaded"))

    assert foreign.sentence("a.wav", "tiny.en", said(0.9), heard(behind=3)) == ""


def test_a_model_that_does_not_load_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = models.Model("broken", tmp_path, 9, bundled=False, multilingual=True)
    monkeypatch.setattr(models, "installed", lambda: (broken,))
    monkeypatch.setattr(models, "find", lambda name: broken)

    assert NOT_ENGLISH in foreign.sentence("a.wav", "tiny.en", said(0.45), heard(behind=3))
