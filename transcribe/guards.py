"""What Whisper makes up, and how it is known: loops, cut-off texts, and words in a sound without speech."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

#: Whisper's own thresholds (openai/whisper, ``transcribe``).
MAX_COMPRESSION = 2.4
MIN_LOGPROB = -1.0
NO_SPEECH = 0.6

#: Below this level nothing in a 16-bit recording is speech (about 16 steps of the converter).
_SILENCE_RMS = 0.0005

#: What it writes where nobody speaks, without punctuation and in lower case.
_INVENTIONS = frozenset(
    (
        "", "you", "thank you", "thanks", "thank you very much", "thank you so much", "thanks for watching",
        "thank you for watching", "thank you bye", "bye", "bye bye", "the end", "okay", "oh", "so", "hmm", "mm", "i",
        "the", "and", "to be continued", "subtitles by the amara org community", "please subscribe",
        "ill see you next time", "see you next time", "well be right back",
    )
)  # fmt: skip


def is_silent(sound: npt.NDArray[np.float32]) -> bool:
    """Whether no tenth of a second in the sound (16 kHz) is above the converter's own noise."""
    if not len(sound):
        return True
    whole = len(sound) // 1600 * 1600
    blocks = sound[:whole].reshape(-1, 1600) if whole else sound[None, :]
    return bool(np.sqrt(np.square(blocks, dtype=np.float32).mean(axis=1)).max() < _SILENCE_RMS)


def compression(text: str) -> float:
    """How many times smaller zlib makes the text: looped text goes far above 2.4."""
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw)) if raw else 0.0


def without_loops(words: Sequence[str]) -> list[int]:
    """The indices of the words to keep: of a phrase said on and on only the first time.

    A loop is four words or more three times running, or a shorter phrase that fills twelve words.
    """
    plain = [_plain(word) for word in words]
    keep: list[int] = []
    at = 0
    while at < len(plain):
        length, times = _loop_at(plain, at)
        keep.extend(range(at, at + length))
        at += length * times
    return keep


def _loop_at(words: Sequence[str], at: int) -> tuple[int, int]:
    """Length and number of the phrases that repeat from here on; (1, 1) when nothing does."""
    for length in range(1, (len(words) - at) // 3 + 1):
        phrase, times = words[at : at + length], 1
        while words[at + times * length : at + (times + 1) * length] == phrase:
            times += 1
        if times >= 3 and times * length >= 12:
            return length, times
    return 1, 1


def is_invention(text: str, no_speech: float, mean_logprob: float) -> bool:
    """Whether these words were made up for a sound without speech."""
    if not any(letter.isalnum() for letter in text):
        return True
    if no_speech > NO_SPEECH and mean_logprob < MIN_LOGPROB:
        return True
    doubtful = no_speech > 0.4 or mean_logprob < -0.9
    return doubtful and _plain(text) in _INVENTIONS


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", "", text.lower()).split())
