"""Laughter out of a formula: a voice detector takes it for speech, and Whisper hears no word in it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from transcribe.recording import Samples

RATE_HZ = 16_000
PITCHES_HZ = (240, 220, 180)

_FORMANTS = ((730, 90), (1090, 110), (2440, 170))  # Hz: where they are, how wide
_BURST_S, _BREATH_S, _BURSTS = 0.14, 0.09, 6


def laughter(pitches_hz: tuple[int, ...] = PITCHES_HZ) -> Samples:
    """A laugh at each of these pitches, two seconds apart."""
    quiet = np.zeros(RATE_HZ)
    parts = [part for pitch in pitches_hz for part in (quiet, _laugh(pitch), quiet)]
    sound = np.concatenate(parts)
    noise = np.random.default_rng(2).normal(0, 0.001, len(sound))
    loud: Samples = ((sound / np.abs(sound).max() * 0.4 + noise) * 32_767).astype(np.int16)
    return loud


def _laugh(pitch_hz: float) -> NDArray[np.float64]:
    breath = np.zeros(int(_BREATH_S * RATE_HZ))
    bursts = (_burst(pitch_hz * (1 - 0.03 * at)) for at in range(_BURSTS))
    return np.concatenate([part for burst in bursts for part in (burst, breath)])


def _burst(pitch_hz: float) -> NDArray[np.float64]:
    """One vowel, falling in pitch."""
    count = int(_BURST_S * RATE_HZ)
    pitch = pitch_hz * np.linspace(1.1, 0.85, count)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE_HZ
    tones = (_strength(at * pitch) / at**0.3 * np.sin(at * phase) for at in range(1, 30))
    return sum(tones, np.zeros(count)) * np.hanning(count)


def _strength(pitch: NDArray[np.float64]) -> NDArray[np.float64]:
    return sum((1 / (1 + ((pitch - at) / width) ** 2) for at, width in _FORMANTS), np.zeros(len(pitch)))
