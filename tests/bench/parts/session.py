"""Part *session*: twelve minutes in real time, several runs, beside B and Bt on the same sound; the hour on wish."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial

from tests.bench import ways
from tests.bench.held import Held, hold, knows
from tests.bench.lab import Lab
from tests.bench.parts import scoring
from tests.bench.parts.scoring import Result
from tests.bench.processes import read_all
from tests.bench.results import Figures, Row
from tests.bench.scores.latency import final_lags, spread, word_lags
from tests.bench.sounds import Sound
from transcribe import models

PART = "session"
TWELVE, FIVE, HOUR = "twelve minutes", "five minutes", "an hour"
REAL_TIME, AT_ONCE, NO_CAPTIONS = "session", "session, speed 0", "session, no captions"
STOOD_STILL = "session, scribe stopped for 120 s"
LIVE = "tiny.en"
"""The model that the goals of a session are set for."""
BARE_CPU_S = "bare_cpu_s"
"""What B needed for the same sound, a moment before the session."""


def measure(lab: Lab) -> None:
    """Model after model; five minutes and the hour end in mid-speech: how long from Stop to the whole transcript?"""
    quick = lab.options.quick
    for model in lab.options.models:
        _on(lab, lab.tiled("twelve", 60 if quick else 725), TWELVE, model)
        five = lab.broken_off("five", 20 if quick else 300)
        for run in _runs(lab, model):
            lab.row(Row(PART, FIVE, model, REAL_TIME, run), partial(_live, five, model))
        if lab.options.hour:
            hour = lab.broken_off("hour", 3_600)
            lab.row(Row(PART, HOUR, model, REAL_TIME), partial(_live, hour, model))


def _on(lab: Lab, sound: Sound, name: str, model: str) -> None:
    for way, where in lab.engines(model):
        if way in (ways.B, ways.BT):
            lab.row(Row(PART, name, model, way), partial(_read, way, where, sound))
    for run in _runs(lab, model):
        lab.row(Row(PART, name, model, REAL_TIME, run), partial(_live, sound, model))
    lab.row(Row(PART, name, model, AT_ONCE), partial(_once, lab, sound, model))
    standstill = (10.0, 20.0) if lab.options.quick else (60.0, 120.0)
    lab.row(Row(PART, name, model, STOOD_STILL), partial(_live, sound, model, standstill=standstill))
    if knows(lab.options.no_captions):
        options = [lab.options.no_captions]
        lab.row(Row(PART, name, model, NO_CAPTIONS), partial(_live, sound, model, options))


def _runs(lab: Lab, model: str) -> range:
    """Several of the model that the goals of a session are set for; others are held once."""
    return range(1, 1 + (lab.options.runs if model == LIVE and not lab.options.quick else 1))


def _read(way: str, where: str, sound: Sound) -> Figures:
    readings = read_all(way, where, [sound])
    return {**scoring.cost(readings), **scoring.words(scoring.results(readings))}


def _live(
    sound: Sound, model: str, options: Sequence[str] = (), standstill: tuple[float, float] | None = None
) -> Figures:
    """At speed 1, where lags mean something; B reads the same sound right before, as no machine is always as fast."""
    bare = read_all(ways.B, str(models.find(model).path), [sound])
    held = hold(sound.path, model, 1, options, standstill)
    spoken = sound.words or held.words
    captions = word_lags(held.events, spoken)
    confirmed = word_lags(held.events, spoken, confirmed=True)
    return {
        **_whole(held, sound),
        BARE_CPU_S: scoring.cost(bare)["cpu_s"],
        "caption": asdict(spread(captions)),
        "confirmed": asdict(spread(confirmed)),
        "final": asdict(spread(final_lags(held.events))),
        "says_confirmed": any("confirmed" in event for event in held.events),
    }


def _once(lab: Lab, sound: Sound, model: str) -> Figures:
    return _whole(lab.at_once(sound, model), sound)


def _whole(held: Held, sound: Sound) -> Figures:
    return {
        **scoring.session_cost([held], [sound]),
        "ready_s": held.summary["ready_after_stop_s"],
        "transcript": hashlib.sha256(held.text.encode()).hexdigest()[:12],
        **scoring.words([Result(sound, held.text, held.words)]),
    }
