"""Part *inventions*: sound in which nobody speaks, and a meeting that is nearly silent; every word is one too many."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tests.bench.held import Held
from tests.bench.lab import Lab
from tests.bench.parts import scoring
from tests.bench.parts.scoring import Result
from tests.bench.parts.words import AT_STOP
from tests.bench.processes import read_all
from tests.bench.results import Figures, Row
from tests.bench.scores.words import tokens
from tests.bench.sounds import Sound

PART = "inventions"
SILENT_MEETING = "nearly silent meeting"


def measure(lab: Lab) -> None:
    """A row a way; in it the words of each noise."""
    silent = [sound for sound in lab.brought if sound.is_meeting and sound.is_nearly_silent]
    for model in lab.options.models:
        for name, each in (("noises", lab.noises), (SILENT_MEETING, silent)):
            if not each:
                continue
            for way, where in lab.engines(model):
                lab.row(Row(PART, name, model, way), partial(_read, way, where, each))
            lab.row(Row(PART, name, model, AT_STOP), partial(_held, lab, model, each))


def _read(way: str, where: str, each: Sequence[Sound]) -> Figures:
    return _figures(scoring.results(read_all(way, where, each)))


def _held(lab: Lab, model: str, each: Sequence[Sound]) -> Figures:
    held: list[Held] = [lab.at_once(sound, model) for sound in each]
    return _figures([Result(sound, one.text) for sound, one in zip(each, held, strict=True)])


def _figures(heard: Sequence[Result]) -> Figures:
    whole = scoring.words(heard)
    written = {one.sound.name: len(tokens(one.text)) for one in heard}
    return {"insertions": whole["insertions"], "loops": whole["loops"], "written": written}
