"""Whose the utterances of one recording are: the scribe's voiceprints, and the labels that follow from them."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from transcribe import speaker_model
from transcribe.errors import TranscribeError
from transcribe.recording import Samples
from transcribe.speakers import UNSURE, Label, Levels, Turn, Voiceprinter, Voices, by_channel
from transcribe.stretchwise import attempt
from transcribe.wire import Attribute, Load, TakePrint, Whose, WhoseTurn


class Attribution(Protocol):
    """Collects what each utterance sounded like, for as long as the process lives and nowhere else, and labels them."""

    def take(self, order: TakePrint, sound: Samples) -> None:
        """One utterance; asked for again it takes the place of itself."""
        ...

    def forget(self, utterance_id: str) -> None:
        """An utterance was struck."""
        ...

    def whose(self, order: Attribute) -> tuple[Whose, ...]:
        """A label for every utterance that was taken; a speaker of None is unsure."""
        ...


class ByVoice:
    """Tells two voices apart by their prints.

    ``voiceprint`` is the interviewer's, as it was enrolled; empty where it was not. Raises ModelError when the speaker
    model that is installed can't be loaded.
    """

    def __init__(self, network: speaker_model.SpeakerModel, voiceprint: tuple[float, ...] = ()) -> None:
        self._printer = Voiceprinter(network.path)
        self._voices = Voices()
        if voiceprint:
            self._voices.enrol(np.asarray(voiceprint, dtype=np.float32))

    def take(self, order: TakePrint, sound: Samples) -> None:
        """The prints of one utterance."""
        self._voices.add(order.id, order.start_ms, order.end_ms, self._printer.embed(sound, order.start_ms))

    def forget(self, utterance_id: str) -> None:
        """An utterance was struck."""
        self._voices.remove(utterance_id)

    def whose(self, order: Attribute) -> tuple[Whose, ...]:
        """What the voices say, and the words, and the moves in the guide."""
        texts = {said.id: said.text for said in order.said}
        labels = self._voices.labels(texts, order.cues_ms)
        return tuple(_told(key, label) for key, label in labels.items())


class ByChannel:
    """Tells two people apart who have a microphone each; ``interviewer`` is the number of theirs, 0 or 1."""

    def __init__(self, interviewer: int) -> None:
        self._interviewer = interviewer
        self._levels: dict[str, Levels] = {}

    def take(self, order: TakePrint, sound: Samples) -> None:
        """What the order says of the channels; without that the utterance stays unsure."""
        if order.levels:
            self._levels[order.id] = Levels(order.start_ms, order.end_ms, np.asarray(order.levels))

    def forget(self, utterance_id: str) -> None:
        """How loud it was is no longer known."""
        self._levels.pop(utterance_id, None)

    def whose(self, order: Attribute) -> tuple[Whose, ...]:
        """What the channels say."""
        return tuple(_told(key, label) for key, label in by_channel(self._levels, self._interviewer).items())


def of(load: Load) -> Attribution | None:
    """Who tells speakers apart: their channels, or their voices where the model is whole; words do not wait for it."""
    if load.interviewer_channel is not None:
        return ByChannel(load.interviewer_channel)
    try:
        return attempt(lambda: _by_voice(load.voiceprint))
    except TranscribeError:
        return None


def _by_voice(voiceprint: tuple[float, ...]) -> ByVoice | None:
    model = speaker_model.installed()
    return None if model is None else ByVoice(model, voiceprint)


def _told(key: str, label: Label) -> Whose:
    voice = None if label.voice is None else label.voice + 1
    turns = tuple(_turn(turn) for turn in label.turns) if len(label.turns) > 1 else ()
    return Whose(key, _speaker(label.speaker), label.confidence, voice, turns)


def _turn(turn: Turn) -> WhoseTurn:
    voice = turn.voice + 1 if turn.known else None
    return WhoseTurn(turn.start_ms, turn.end_ms, _speaker(turn.speaker), turn.confidence, voice)


def _speaker(name: str) -> str | None:
    return None if name == UNSURE else name
