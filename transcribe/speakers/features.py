"""What the network hears: how strong each of 80 bands of hearing is, every 10 ms.

The features Kaldi computes (https://kaldi-asr.org/doc/feat.html, "fbank" without dither), which the network was taught
on: frames of 25 ms, level with zero, treble raised, its own window, power, triangles on the mel scale, logarithm.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from transcribe.recording import FRAMES_PER_MS, RATE_HZ, Samples
from transcribe.speakers.network import BANDS

HOP_MS = 10
SPAN_MS = 25
"""A frame looks at this much sound; the next one begins 10 ms later."""

Features = NDArray[np.float32]

_HOP, _SPAN, _FOURIER = HOP_MS * FRAMES_PER_MS, SPAN_MS * FRAMES_PER_MS, 512
_FULL_SCALE = 32_768.0
_TREBLE = np.float32(0.97)
_LOWEST_HZ, _HIGHEST_HZ = 20.0, RATE_HZ / 2
_LEAST = np.finfo(np.float32).eps  # power below this counts as this


def features(samples: Samples) -> Features:
    """Logarithms of the mel bands, [frames, 80], of int16 at 16 kHz.

    Frames lie within the samples: (ms - 25) // 10 + 1 of them, none of less than 25 ms.
    """
    if len(samples) < _SPAN:
        return np.zeros((0, BANDS), np.float32)
    sound = samples.astype(np.float32) / np.float32(_FULL_SCALE)
    frames = np.lib.stride_tricks.sliding_window_view(sound, _SPAN)[::_HOP]
    level = frames - frames.mean(axis=1, keepdims=True)
    raised = level - _TREBLE * np.concatenate([level[:, :1], level[:, :-1]], axis=1)
    spectrum = np.fft.rfft(raised * _window(), _FOURIER)[:, :-1]
    power = (np.square(spectrum.real) + np.square(spectrum.imag)).astype(np.float32)
    bands: Features = np.log(np.maximum(power @ _triangles(), _LEAST))
    return bands


def levelled(window: Features) -> Features:
    """The window less its mean: what microphone and room add is the same in every frame."""
    level: Features = window - window.mean(axis=0)
    return level


@cache
def _window() -> NDArray[np.float32]:
    """Kaldi's own ("povey"): a raised cosine to the power of 0.85."""
    raised = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_SPAN) / (_SPAN - 1))
    window: NDArray[np.float32] = np.power(raised, 0.85).astype(np.float32)
    return window


@cache
def _triangles() -> NDArray[np.float32]:
    """How much each of 256 frequencies counts for each band, [256, 80]: from one band's middle to the next one's."""
    hertz = np.arange(_FOURIER // 2) * RATE_HZ / _FOURIER
    edges = np.linspace(_mel(_LOWEST_HZ), _mel(_HIGHEST_HZ), BANDS + 2)
    at = _mel(hertz)[:, np.newaxis]
    rising = (at - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - at) / (edges[2:] - edges[1:-1])
    triangles: NDArray[np.float32] = np.maximum(0, np.minimum(rising, falling)).astype(np.float32)
    return triangles


def _mel(hertz: float | NDArray[np.floating]) -> NDArray[np.float64]:
    return np.asarray(1127.0 * np.log1p(np.asarray(hertz) / 700.0))
