"""What was played into a room, found again in a recording, piece by piece."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt
import soundfile

from tests.faults.stage import RATE_HZ
from tui.demo.script import sound_path

PIECE_S = 0.25
ALIKE = 0.5
"""Correlation from which a piece is the same: what sound servers make of it keeps 0.9 and more, others have 0.1."""

Sound = npt.NDArray[np.float32]


def speech_in_noise(number: int, seconds: float) -> Sound:
    """Another stretch of the demo for each number, with noise by which also its quiet can be told from any other."""
    frames = round(seconds * RATE_HZ)
    speech, _ = soundfile.read(sound_path(), start=number * frames, frames=frames, dtype="float32")
    noise = np.random.default_rng(number).normal(0, 0.02, len(speech))
    return np.asarray(0.5 * speech + noise, np.float32)


class Recorded:
    """A recording, to look for pieces in."""

    def __init__(self, samples: npt.NDArray[np.int16]) -> None:
        self._samples = samples.astype(np.float32) / 32768

    def holds(self, piece: Sound) -> bool:
        """Whether this piece, of ``PIECE_S``, is somewhere in it."""
        if len(self._samples) < len(piece):
            return False
        places = np.fft.irfft(self._spectrum * np.conj(np.fft.rfft(piece, self._size)), self._size)
        products = places[: len(self._samples) - len(piece) + 1]
        lengths = np.sqrt(np.maximum(self._energy, 1e-6)) * np.linalg.norm(piece)
        return bool(np.max(products / lengths) > ALIKE)

    @cached_property
    def _size(self) -> int:
        return int(2 ** np.ceil(np.log2(len(self._samples) + round(PIECE_S * RATE_HZ))))

    @cached_property
    def _spectrum(self) -> npt.NDArray[np.complex128]:
        return np.fft.rfft(self._samples, self._size)

    @cached_property
    def _energy(self) -> npt.NDArray[np.float64]:
        """Of the piece that begins at each sample."""
        length = round(PIECE_S * RATE_HZ)
        summed = np.concatenate([[0.0], np.cumsum(self._samples.astype(np.float64) ** 2)])
        return np.asarray(summed[length:] - summed[:-length])
