"""Who says what in a file: by voice, or by channel where each person has one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import numpy.typing as npt

from transcribe.recording import FRAMES_PER_MS, Samples
from transcribe.speaker_model import SpeakerModel
from transcribe.speakers import Label, Levels, Voiceprinter, Voices, by_channel

Sound = npt.NDArray[np.int16]
"""16 kHz: mono (n), or two channels (n, 2)."""


class Whose(Protocol):
    """Listens to stretch after stretch, then says whose each one is."""

    channels: int
    """In how many channels it wants to hear: 1 or 2."""

    def listen(self, key: str, start_ms: int, sound: Sound) -> None:
        """A stretch of the file, in the channels that were asked for."""
        ...

    def labels(self, texts: Mapping[str, str]) -> dict[str, Label]:
        """A label for each stretch that was listened to, given its words."""
        ...


class ByVoice:
    """Two voices, told apart by their prints; who asks more is the interviewer, if that is clear.

    Raises ModelError for a bad model.
    """

    channels = 1

    def __init__(self, model: SpeakerModel) -> None:
        self._printer, self._voices = Voiceprinter(model.path), Voices()

    def listen(self, key: str, start_ms: int, sound: Samples) -> None:
        """Take the prints of a stretch."""
        end_ms = start_ms + len(sound) // FRAMES_PER_MS
        self._voices.add(key, start_ms, end_ms, self._printer.embed(sound, start_ms))

    def labels(self, texts: Mapping[str, str]) -> dict[str, Label]:
        """Turns and confidence of each stretch."""
        return self._voices.labels(texts)


class ByChannel:
    """Each person has a channel; ``interviewer`` is the number of theirs, 0 (left) or 1 (right)."""

    channels = 2

    def __init__(self, interviewer: int) -> None:
        self._interviewer = interviewer
        self._levels: dict[str, Levels] = {}

    def listen(self, key: str, start_ms: int, sound: Sound) -> None:
        """Measure both channels."""
        self._levels[key] = Levels.of(start_ms, sound)

    def labels(self, texts: Mapping[str, str]) -> dict[str, Label]:
        """Who is louder in their own channel speaks."""
        return by_channel(self._levels, self._interviewer)
