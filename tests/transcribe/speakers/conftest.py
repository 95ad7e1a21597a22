"""The real weights where they can be had, and made-up voices where they are not needed."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from transcribe import speaker_model
from transcribe.speakers.voiceprints import Print, Vector, Voiceprinter, unit

Speak = Callable[..., Print]


@pytest.fixture(scope="session")
def network(speaker_wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The network drawn from those weights."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIVAVOCE_MODELS", str(tmp_path_factory.mktemp("models")))
        return speaker_model.add(speaker_wheel).path


@pytest.fixture(scope="session")
def voiceprinter(network: Path) -> Voiceprinter:
    return Voiceprinter(network)


@pytest.fixture(scope="session")
def anna() -> Vector:
    return direction(1)


@pytest.fixture(scope="session")
def ben() -> Vector:
    return direction(2)


@pytest.fixture
def speak() -> Speak:
    """A print of a voice, as scattered as real ones are: within a voice the cosine of two is about 0.6."""
    noise = np.random.default_rng(7)

    def spoken(voice: Vector, start_ms: int, length_ms: int = 1_500) -> Print:
        return Print(start_ms, start_ms + length_ms, unit(voice + unit(noise.standard_normal(192)) * 0.8))

    return spoken


def direction(seed: int) -> Vector:
    return unit(np.random.default_rng(seed).standard_normal(192))
