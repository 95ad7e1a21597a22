"""Whose the utterances of one recording are: the scribe's voiceprints, and the labels that follow from them."""

from __future__ import annotations

import numpy as np

from transcribe import speaker_model
from transcribe.recording import Samples
from transcribe.speakers import UNSURE, Label, Turn, Voiceprinter, Voices
from transcribe.wire import Attribute, TakePrint, Whose, WhoseTurn


class Attribution:
    """Keeps the prints of a session for as long as the process lives, and nowhere else.

    ``voiceprint`` is the interviewer's, as it was enrolled; empty where it was not. Raises ModelError when the speaker
    model that is installed can't be loaded.
    """

    def __init__(self, network: speaker_model.SpeakerModel, voiceprint: tuple[float, ...] = ()) -> None:
        self._printer = Voiceprinter(network.path)
        self._voices = Voices()
        if voiceprint:
            self._voices.enrol(np.asarray(voiceprint, dtype=np.float32))

    def take(self, order: TakePrint, sound: Samples) -> None:
        """The prints of one utterance; asked for again they take the place of those before."""
        self._voices.add(order.id, order.start_ms, order.end_ms, self._printer.embed(sound, order.start_ms))

    def forget(self, utterance_id: str) -> None:
        """An utterance was struck."""
        self._voices.remove(utterance_id)

    def whose(self, order: Attribute) -> tuple[Whose, ...]:
        """A label for every utterance whose prints were taken; a speaker of None is unsure."""
        texts = {said.id: said.text for said in order.said}
        labels = self._voices.labels(texts, order.cues_ms)
        return tuple(_told(key, label) for key, label in labels.items())


def _told(key: str, label: Label) -> Whose:
    return Whose(key, _speaker(label.speaker), label.confidence, tuple(_turn(turn) for turn in label.turns))


def _turn(turn: Turn) -> WhoseTurn:
    return WhoseTurn(turn.start_ms, turn.end_ms, _speaker(turn.speaker), turn.confidence)


def _speaker(name: str) -> str | None:
    return None if name == UNSURE else name
