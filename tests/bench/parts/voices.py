"""Part *voices*: who said what, as a session tells it, on everything of which the turns are known."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial

from tests.bench.lab import Lab
from tests.bench.results import Figures, Row
from tests.bench.scores.speakers import confusion
from tests.bench.sounds import Sound

PART = "voices"
WAY = "session, at Stop"


def measure(lab: Lab) -> None:
    """Each sound for itself: people are not the same in two of them."""
    pieces = [sound for sound in [*lab.sets["demo"], *lab.brought] if sound.turns and not sound.is_nearly_silent]
    for model in lab.options.models:
        for sound in pieces[: 2 if lab.options.quick else None]:
            lab.row(Row(PART, sound.name, model, WAY), partial(_figures, lab, sound, model))


def _figures(lab: Lab, sound: Sound, model: str) -> Figures:
    labels = lab.at_once(sound, model).labels
    people = len({who for _, _, who in sound.turns})
    return {**asdict(confusion(sound.turns, labels)), "people": people}
