"""Part *words*: every way on every set, one model after the other: time, memory, word errors, fillers, word times."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tests.bench.lab import Lab
from tests.bench.parts import scoring
from tests.bench.parts.scoring import Result
from tests.bench.processes import read_all
from tests.bench.results import Figures, Row
from tests.bench.sounds import Sound

PART = "words"
AT_STOP, FINALS = "session, at Stop", "session, live"


def measure(lab: Lab) -> None:
    """Sessions are held at speed 0, each sound a session."""
    for model in lab.options.models:
        for name, each in lab.sets.items():
            for way, where in lab.engines(model):
                lab.row(Row(PART, name, model, way), partial(_read, way, where, each))
            lab.row(Row(PART, name, model, AT_STOP), partial(_at_stop, lab, model, each))
            lab.row(Row(PART, name, model, FINALS), partial(_finals, lab, model, each))


def _read(way: str, where: str, each: Sequence[Sound]) -> Figures:
    readings = read_all(way, where, each)
    return {**scoring.cost(readings), **scoring.words(scoring.results(readings))}


def _at_stop(lab: Lab, model: str, each: Sequence[Sound]) -> Figures:
    held = [lab.at_once(sound, model) for sound in each]
    heard = [Result(sound, one.text, one.words) for sound, one in zip(each, held, strict=True)]
    return {**scoring.session_cost(held, each), **scoring.words(heard)}


def _finals(lab: Lab, model: str, each: Sequence[Sound]) -> Figures:
    return scoring.words(Result(sound, lab.at_once(sound, model).live_text) for sound in each)
