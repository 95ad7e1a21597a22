"""Part *hour*: long sound in the noise of a room, read as a file. Ten minutes unless the hour is asked for."""

from __future__ import annotations

from functools import partial

from tests.bench import ways
from tests.bench.lab import Lab
from tests.bench.parts import scoring
from tests.bench.parts.scoring import Result
from tests.bench.parts.words import AT_STOP
from tests.bench.processes import read_all
from tests.bench.results import Figures, Row
from tests.bench.sounds import Sound

PART = "hour"
SNRS_DB = (20, 10)

_ANY_LENGTH = (ways.BT_WORDS, ways.LIVE)  # the times of words, and utterances read one by one: *words* has them


def measure(lab: Lab) -> None:
    """The same pieces in the same order at both levels of noise."""
    seconds = 60 if lab.options.quick else 3_600 if lab.options.hour else 600
    for snr_db in SNRS_DB:
        sound = lab.tiled(f"noisy-{snr_db}dB", seconds, snr_db)
        for model in lab.options.models:
            for way, where in lab.engines(model):
                if way not in _ANY_LENGTH:
                    lab.row(Row(PART, set_name(snr_db), model, way), partial(_read, way, where, sound))
            lab.row(Row(PART, set_name(snr_db), model, AT_STOP), partial(_at_stop, lab, model, sound))


def set_name(snr_db: int) -> str:
    """What the set is called in tables."""
    return f"{snr_db} dB"


def _read(way: str, where: str, sound: Sound) -> Figures:
    readings = read_all(way, where, [sound])
    return {**scoring.cost(readings), **scoring.words(scoring.results(readings))}


def _at_stop(lab: Lab, model: str, sound: Sound) -> Figures:
    held = lab.at_once(sound, model)
    return {**scoring.session_cost([held], [sound]), **scoring.words([Result(sound, held.text, held.words)])}
