"""Speakers told apart from the sound alone, without a session: what the voices, an enrolled voice, or channels say.

Run as ``python -m tests.bench.alone SOUND`` it prints the processor seconds that prints and labels take.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from tests.bench.results import Figures
from tests.bench.scores.speakers import Turn, confusion, misnamed
from tests.bench.sounds import Sound, read
from transcribe import speaker_model, speakers
from transcribe.frugal import FRUGAL
from transcribe.recording import FRAMES_PER_MS, RATE_HZ, Samples
from transcribe.segmenter import spans
from transcribe.speakers import INTERVIEWER, PARTICIPANT, Label, Voiceprinter, Voices, enrolment
from transcribe.whose import ByChannel
from transcribe.wire import Span

_ENROL_S = 5.0
_BLEED = 0.25  # how loud one person is in the other's microphone: 12 dB down


def by_voice(sound: Sound) -> Figures:
    """Confusion of voices, whatever their names, and the processor seconds of prints and labels."""
    samples = read(sound.path)
    voices = _listened(_printer(), samples, list(spans([samples])))
    turns = [(turn.start_ms / 1000, turn.end_ms / 1000, str(turn.voice)) for turn in _cut(voices.labels())]
    command = [sys.executable, "-m", "tests.bench.alone", str(sound.path)]
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env={**FRUGAL, **os.environ})
    figures = {"people": _people(sound), "labels_cpu_s": float(told.stdout), "sound_s": sound.seconds}
    return {**vars(confusion(sound.turns, turns)), **figures}


def main() -> None:
    """What the labels cost, in a process with the environment that the program has."""
    samples = read(Path(sys.argv[1]))
    found, printer = list(spans([samples])), _printer()
    began_s = time.process_time()
    _listened(printer, samples, found).labels()
    print(time.process_time() - began_s)


def enrolled(sound: Sound) -> Figures:
    """Wrong names once five seconds of who speaks first, the interviewer, were enrolled; they are not counted."""
    samples, printer = read(sound.path), _printer()
    first = sound.turns[0][2]
    start_s, end_s = _longest_alone(sound.turns, first)
    end_s = min(end_s, start_s + _ENROL_S)
    voices = _listened(printer, samples, list(spans([samples])))
    voices.enrol(enrolment(printer.embed(samples[round(start_s * RATE_HZ) : round(end_s * RATE_HZ)])))
    named = [turn for part in _named(sound.turns) for turn in _without(part, start_s, end_s)]
    return {**vars(misnamed(named, _turns(voices.labels()))), "people": _people(sound)}


def two_channels(sound: Sound) -> Figures:
    """Wrong names where each person has a microphone that hears the other one 12 dB softer."""
    samples = read(sound.path)
    channels = np.stack([samples, samples], axis=1).astype(np.float32) * _BLEED
    for start_s, end_s, who in sound.turns:
        place = slice(round(start_s * RATE_HZ), round(end_s * RATE_HZ))
        own = 0 if who == sound.turns[0][2] else 1
        channels[place, own] = samples[place]
    whose, found = ByChannel(0), list(spans([samples]))
    for span in found:
        cut = channels[span.start_ms * FRAMES_PER_MS : span.end_ms * FRAMES_PER_MS].astype(np.int16)
        whose.listen(str(span.start_ms), span.start_ms, cut)
    labels = whose.labels({})
    return {**vars(misnamed(_named(sound.turns), _turns(labels))), "people": _people(sound)}


def _printer() -> Voiceprinter:
    return Voiceprinter(speaker_model.find().path)


def _listened(printer: Voiceprinter, samples: Samples, found: Sequence[Span]) -> Voices:
    voices = Voices()
    for span in found:
        cut = samples[span.start_ms * FRAMES_PER_MS : span.end_ms * FRAMES_PER_MS]
        voices.add(str(span.start_ms), span.start_ms, span.end_ms, printer.embed(cut, span.start_ms))
    return voices


def _cut(labels: Mapping[str, Label]) -> list[speakers.Turn]:
    return [turn for label in labels.values() for turn in label.turns]


def _turns(labels: Mapping[str, Label]) -> list[Turn]:
    return [(turn.start_ms / 1000, turn.end_ms / 1000, turn.speaker) for turn in _cut(labels)]


def _named(turns: Sequence[Turn]) -> list[Turn]:
    """Who speaks first is the interviewer."""
    return [(start, end, INTERVIEWER if who == turns[0][2] else PARTICIPANT) for start, end, who in turns]


def _people(sound: Sound) -> int:
    return len({who for _, _, who in sound.turns})


def _longest_alone(turns: Sequence[Turn], who: str | None) -> tuple[float, float]:
    """The longest stretch in which this person speaks and nobody else does."""
    edges = sorted({edge for start, end, _ in turns for edge in (start, end)})
    runs: list[tuple[float, float]] = []
    for start, end in pairwise(edges):
        if {one for a, b, one in turns if a < end and start < b} == {who}:
            joined = runs and runs[-1][1] == start
            runs.append((runs.pop()[0] if joined else start, end))
    return max(runs, key=lambda run: run[1] - run[0])


def _without(turn: Turn, start_s: float, end_s: float) -> list[Turn]:
    """A turn less a stretch of time."""
    first, last, who = turn
    return [(a, b, who) for a, b in ((first, min(last, start_s)), (max(first, end_s), last)) if b > a]


if __name__ == "__main__":
    main()
