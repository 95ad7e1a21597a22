"""Part *voices*: who said what, as a session tells it and from the sound alone, where the turns are known."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial

from tests.bench import alone
from tests.bench.lab import Lab
from tests.bench.results import NO_MODEL, Figures, Row
from tests.bench.scores.speakers import confusion
from tests.bench.sounds import Sound
from transcribe import speaker_model

PART = "voices"
WAY = "session, at Stop"
BY_VOICE, ENROLLED, TWO_CHANNELS = "voices alone", "one voice enrolled", "two channels"


def measure(lab: Lab) -> None:
    """Each sound for itself: people are not the same in two of them. Without words a model makes no difference."""
    pieces = [sound for sound in [*lab.sets["demo"], *lab.brought] if sound.turns and not sound.is_nearly_silent]
    pieces = pieces[: 2 if lab.options.quick else None]
    if speaker_model.installed() is not None:
        for sound in pieces:
            for way, measured in (
                (BY_VOICE, alone.by_voice),
                (ENROLLED, alone.enrolled),
                (TWO_CHANNELS, alone.two_channels),
            ):
                lab.row(Row(PART, sound.name, NO_MODEL, way), partial(measured, sound))
    for model in lab.options.models:
        for sound in pieces:
            lab.row(Row(PART, sound.name, model, WAY), partial(_figures, lab, sound, model))


def _figures(lab: Lab, sound: Sound, model: str) -> Figures:
    labels = lab.at_once(sound, model).labels
    people = len({who for _, _, who in sound.turns})
    return {**asdict(confusion(sound.turns, labels)), "people": people}
