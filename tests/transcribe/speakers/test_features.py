import numpy as np
import pytest

from transcribe.recording import Samples
from transcribe.speakers.features import features, levelled


@pytest.fixture
def tones() -> Samples:
    """50 ms of two tones and a little noise that is the same every time."""
    at = np.arange(800)
    loud = 8_000 * np.sin(2 * np.pi * 440 * at / 16_000) + 500 * np.sin(2 * np.pi * 3_000 * at / 16_000)
    sound: Samples = (loud + at * 7_919 % 201 - 100).astype(np.int16)
    return sound


def test_features_are_those_of_kaldi(tones: Samples) -> None:
    # Computed once with kaldi-native-fbank 1.23.0, bands 0, 5, 12, 40, 55 and 79.
    kaldi = [
        [-12.959, -10.627, -1.010, -10.711, -4.356, -7.563],
        [-12.294, -10.477, -1.009, -10.666, -4.372, -7.565],
        [-12.069, -10.170, -1.009, -10.607, -4.358, -7.567],
    ]

    np.testing.assert_allclose(features(tones)[:, [0, 5, 12, 40, 55, 79]], kaldi, atol=0.002)


@pytest.mark.parametrize(("ms", "frames"), [(0, 0), (24, 0), (25, 1), (34, 1), (35, 2), (1_000, 98)])
def test_frames_lie_within_the_samples(ms: int, frames: int) -> None:
    assert features(np.ones(ms * 16, np.int16)).shape == (frames, 80)


def test_silence_has_features_too() -> None:
    assert np.isfinite(features(np.zeros(1_600, np.int16))).all()


def test_how_loud_the_microphone_is_turned_up_makes_no_difference(tones: Samples) -> None:
    np.testing.assert_allclose(levelled(features(tones)), levelled(features(tones // 2 * 2 // 2)), atol=0.2)
