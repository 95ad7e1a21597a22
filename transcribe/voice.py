"""How likely each 32 ms of sound is a voice: Silero, stepped with a state of its own.

The network (MIT) comes inside faster-whisper; it is found without importing that package, which takes a second or two.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from transcribe import onnx
from transcribe.errors import ModelError
from transcribe.recording import Samples
from transcribe.stretchwise import attempt

FRAME = 512
"""Samples a step: 32 ms at 16 kHz, what the network was made for."""

_CONTEXT = 64
_FULL_SCALE = 32_768.0


class Voice:
    """Silero with the state of one sound; give it frames in order. Raises ModelError when it is not installed."""

    def __init__(self) -> None:
        self._session = onnx.load(_network())
        self.reset()

    def reset(self) -> None:
        """Forgets what was heard: another sound begins."""
        self._h: NDArray[np.float32] = np.zeros((1, 1, 128), np.float32)
        self._c: NDArray[np.float32] = np.zeros((1, 1, 128), np.float32)
        self._before: NDArray[np.float32] = np.zeros(_CONTEXT, np.float32)

    def probabilities(self, frames: Samples) -> NDArray[np.float32]:
        """From 0 to 1, for each of the next frames (int16, one a row): many at once are the same in half the time."""
        if not len(frames):
            return np.zeros(0, np.float32)
        sound = np.concatenate([self._before, frames.reshape(-1) / np.float32(_FULL_SCALE)])
        self._before = sound[-_CONTEXT:].copy()
        windows = np.lib.stride_tricks.sliding_window_view(sound, _CONTEXT + FRAME)[::FRAME]
        feed = {"input": np.ascontiguousarray(windows), "h": self._h, "c": self._c}
        found, self._h, self._c = self._session.run(None, feed)
        return np.asarray(found, np.float32).reshape(-1)


class Everything:
    """In the place of a network that can't be loaded: all sound counts as speech, so that somebody reads it."""

    def reset(self) -> None:
        """There is nothing to forget."""

    def probabilities(self, frames: Samples) -> NDArray[np.float32]:
        """One, for each row."""
        return np.ones(len(frames), np.float32)


def detector() -> Voice | Everything:
    """What finds the speech while sound is recorded, which a broken network must not hold up."""
    try:
        return attempt(Voice) or Everything()
    except ModelError:
        return Everything()


def _network() -> Path:
    found = find_spec("faster_whisper")
    if found is not None and found.origin is not None:
        for path in sorted((Path(found.origin).parent / "assets").glob("silero_vad*.onnx"), reverse=True):
            return path
    raise ModelError("The voice detector is missing; install faster-whisper again.")
