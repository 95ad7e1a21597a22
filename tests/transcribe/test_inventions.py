"""Where nobody speaks nothing is written down, whatever else there is to hear."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from transcribe import models
from transcribe.files import transcribe_file
from transcribe.second import Manner
from transcribe.whisper import Engine

RATE_HZ = 16_000
LENGTH_S = 60
Sound = NDArray[np.float64]


def silence(_: np.random.Generator) -> Sound:
    return np.zeros(RATE_HZ * LENGTH_S)


def room_noise(chance: np.random.Generator) -> Sound:
    """Pink: as loud in every octave, like a room with a computer in it."""
    spectrum = np.fft.rfft(chance.normal(0, 1, RATE_HZ * LENGTH_S))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    noise = np.fft.irfft(spectrum)
    return np.asarray(0.01 * noise / noise.std())


def hum(_: np.random.Generator) -> Sound:
    """The mains and its overtones."""
    at_s = np.arange(RATE_HZ * LENGTH_S) / RATE_HZ
    return np.asarray(sum(0.02 / n * np.sin(2 * np.pi * 50 * n * at_s) for n in (1, 2, 3, 5, 7)))


def clatter(chance: np.random.Generator) -> Sound:
    """Somebody types: short bursts, a few a second, with breaks."""
    sound = chance.normal(0, 0.001, RATE_HZ * LENGTH_S)
    at = 0
    while (at := at + int(RATE_HZ * chance.exponential(0.22)) + 800) < len(sound) - 800:
        sound[at : at + 800] += chance.normal(0, 0.15, 800) * np.exp(-np.arange(800) / 120)
    return sound


def tones(chance: np.random.Generator) -> Sound:
    """Bells, beeps and a telephone."""
    sound = chance.normal(0, 0.0005, RATE_HZ * LENGTH_S)
    for begin_s in np.arange(0.5, LENGTH_S - 2, 1.7):
        at, length = int(begin_s * RATE_HZ), int(RATE_HZ * chance.uniform(0.1, 1.2))
        hertz = chance.uniform(300, 2_500)
        sound[at : at + length] += 0.2 * np.sin(2 * np.pi * hertz * np.arange(length) / RATE_HZ)
    return sound


@pytest.fixture(scope="module")
def eager() -> Engine:
    """An engine that looks for terms, fillers and repeats as well."""
    return Engine(models.find().path, "cpu", manner=Manner(("Ravenscombe", "Thank you", "hum"), strict=True))


@pytest.mark.parametrize("kind", [room_noise, clatter, tones])
def test_neither_terms_nor_fillers_are_made_up_where_nobody_speaks(
    kind: Callable[[np.random.Generator], Sound], eager: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "sound.wav"
    soundfile.write(path, kind(np.random.default_rng(8)), RATE_HZ)

    assert [one.text for one in transcribe_file(path, eager).utterances] == []


@pytest.mark.parametrize("kind", [silence, room_noise, hum, clatter, tones])
def test_a_minute_without_a_voice_gives_no_word(
    kind: Callable[[np.random.Generator], Sound], engine: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "sound.wav"
    soundfile.write(path, kind(np.random.default_rng(7)), RATE_HZ)

    assert [one.text for one in transcribe_file(path, engine).utterances] == []
