"""Whether the speech in a file is in a language that a model of English can't read: by how sure it is of its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from transcribe import compute, models
from transcribe.errors import ModelError
from transcribe.recording import RATE_HZ, Samples
from transcribe.wire import Word

_STEP = RATE_HZ // 10
_LEAST_WORDS = 15
_UNSURE = ((25.0, 0.64), (18.0, 0.55), (0.0, 0.0))
"""How clear speech is at least, in dB, and below which mean probability of its words it is not English: the more noise
there is, the less sure are the words of English."""

_MAYBE = 0.78  # below this a multilingual model is asked, where there is one
_SURE = 0.8
_KEPT = 30 * RATE_HZ


@dataclass(frozen=True)
class Guess:
    """A language as Whisper calls it, and the probability that it is this one."""

    language: str
    probability: float


class Impression:
    """What is kept of a file's sound as it runs by: how clear it is, and half a minute of speech."""

    def __init__(self) -> None:
        self._levels: list[float] = []
        self._rest: Samples = np.zeros(0, np.int16)
        self._speech: list[Samples] = []
        self._length = 0

    def hear(self, block: Samples) -> Samples:
        """The next of all blocks (n), which is given back."""
        held = np.concatenate([self._rest, block])
        whole = len(held) // _STEP * _STEP
        self._rest = held[whole:]
        parts = held[:whole].reshape(-1, _STEP).astype(np.float32)
        self._levels += (10 * np.log10(np.square(parts).mean(axis=1) + 1)).tolist()
        return block

    def take(self, speech: Samples) -> None:
        """A stretch of speech, as far as there is room."""
        if self._length < _KEPT:
            self._speech.append(speech[: _KEPT - self._length])
            self._length += len(self._speech[-1])

    @property
    def clear_db(self) -> float:
        """How far the loudest tenth of the sound stands above the quietest; 0 where nothing was heard."""
        if not self._levels:
            return 0.0
        quiet, loud = np.percentile(self._levels, (10, 90))
        return float(loud - quiet)

    @property
    def speech(self) -> Samples:
        """What was kept of it."""
        return np.concatenate(self._speech) if self._speech else np.zeros(0, np.int16)


def sentence(name: str, model: str, words: Sequence[Word], impression: Impression) -> str:
    """What to say of a file that a model of English has read; empty where it is English as far as one can tell."""
    if len(words) < _LEAST_WORDS:
        return ""
    sure = sum(word.probability for word in words) / len(words)
    guess = guessed(impression.speech) if sure < _MAYBE else None
    if guess is not None and guess.probability >= _SURE:
        return (
            ""
            if guess.language == "en"
            else _said(name, model, f"is most likely in another language ({guess.language})")
        )
    unsure = next(bound for clear_db, bound in _UNSURE if impression.clear_db >= clear_db)
    return _said(name, model, "does not seem to be in English") if sure < unsure else ""


def guessed(speech: Samples) -> Guess | None:
    """The language, by the smallest multilingual model; None where there is none that works, or nothing to hear."""
    able = sorted((one for one in models.installed() if one.multilingual), key=lambda one: one.size_bytes)
    if not able or len(speech) < RATE_HZ:
        return None
    try:
        path: Path = models.find(able[0].name).path
        loaded: Any = compute.load(path, compute.CPU, compute.thread_count())
        language, probability, _ = loaded.detect_language(speech.astype(np.float32) / 32_768)
    except (ModelError, *compute.COMPUTE_FAULTS):
        return None
    return Guess(str(language), float(probability))


def _said(name: str, model: str, what: str) -> str:
    return (
        f"The speech in {name} {what}, and {model} reads English only: its words can't be relied on; read it with "
        "a multilingual one (see vivavoce models list)."
    )
