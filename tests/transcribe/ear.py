"""A stand-in for the engine that hears marked tones in what the real path of a file gives it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from transcribe.decoding import Hearing
from transcribe.files import transcribe_file
from transcribe.recording import RATE_HZ, Samples
from transcribe.scope import scope_of
from transcribe.second import AS_IT_COMES
from transcribe.wire import Word

TONES = 10
EACH_S, LONG_S, FIRST_S = 1.0, 0.16, 0.5
_HOP = RATE_HZ // 200
_WINDOW = RATE_HZ // 50
_BREAK = 6  # hops
NEAR_S = 0.02
"""A tone within this of its time is where it was."""


def heard(path: Path) -> tuple[dict[int, float], tuple[str, ...]]:
    """When each tone of a file begins, and what is said of it."""
    engine: Any = Ear()
    found = transcribe_file(path, engine)
    return as_words(found), found.notices


def sound() -> Samples:
    """A second for each tone, and in its middle the tone, of a pitch that no other has."""
    whole = np.zeros(round(TONES * EACH_S * RATE_HZ), np.float64)
    time = np.arange(round(LONG_S * RATE_HZ)) / RATE_HZ
    for tone in range(TONES):
        first = round((FIRST_S + tone * EACH_S) * RATE_HZ)
        whole[first : first + len(time)] = 12_000 * np.sin(2 * np.pi * _pitch_hz(tone) * time)
    return whole.astype(np.int16)


def _pitch_hz(tone: int) -> float:
    return 500.0 + 200.0 * tone


class Loud:
    """In place of the voice detector: whatever is loud is a voice."""

    def probabilities(self, frames: Samples) -> npt.NDArray[np.float32]:
        """1 where a frame is loud."""
        wide = frames.astype(np.float32)
        loud: npt.NDArray[np.float32] = (np.abs(wide).max(axis=1, initial=0) > 1_500).astype(np.float32)
        return loud

    def reset(self) -> None:
        """Nothing is kept."""


class Ear:
    """In place of the engine; each tone is a word, its number."""

    def __init__(self) -> None:
        self.scope, self.manner = scope_of("tiny.en", frugal=False), AS_IT_COMES
        self.model_dir, self.device, self.notice = Path("ear"), "cpu", None
        self.english_only = False

    def hear(self, windows: Sequence[Samples], **_: Any) -> tuple[Hearing, ...]:
        """The tones in each window."""
        return tuple(self._heard(window) for window in windows)

    def _heard(self, window: Samples) -> Hearing:
        words = tuple(tones_in(window))
        return Hearing("".join(word.text for word in words).strip(), words)


def tones_in(window: Samples) -> Iterator[Word]:
    """Each tone with its beginning and end, in order."""
    if len(window) < _WINDOW:
        return
    wide = window.astype(np.float64)
    frames = np.lib.stride_tricks.sliding_window_view(wide, _WINDOW)[::_HOP] * np.hanning(_WINDOW)
    time = np.arange(_WINDOW) / RATE_HZ
    bank = np.exp(-2j * np.pi * np.outer(time, [_pitch_hz(tone) for tone in range(TONES)]))
    power = np.abs(frames @ bank) / _WINDOW
    best, loudest = power.argmax(axis=1), power.max(axis=1)
    found = []
    for tone in range(TONES):
        heard = np.flatnonzero((best == tone) & (loudest > 800))
        on = max(np.split(heard, np.flatnonzero(np.diff(heard) > _BREAK) + 1), key=len)  # a crack elsewhere is no tone
        if len(on) * _HOP < LONG_S * RATE_HZ / 2:
            continue
        begin_ms = (on[0] * _HOP + _WINDOW // 2) * 1000 // RATE_HZ
        end_ms = (on[-1] * _HOP + _WINDOW // 2) * 1000 // RATE_HZ
        found.append(Word(int(begin_ms), int(end_ms), f" {tone}", 1.0))
    yield from sorted(found, key=lambda word: word.start_ms)


def as_words(heard: Any) -> dict[int, float]:
    """When each tone of a transcript begins, in seconds."""
    return {int(word.text): word.start_ms / 1000 for one in heard.utterances for word in one.words}
