"""The figures of a row, out of what was heard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import chain

from tests.bench.held import Held
from tests.bench.lab import total_s
from tests.bench.processes import Readings
from tests.bench.results import Figures
from tests.bench.scores.memory import peak_mb, slope_mb_per_min
from tests.bench.scores.times import TimedWord, WordTimes, word_times
from tests.bench.scores.verbatim import Verbatim, loops, verbatim
from tests.bench.scores.words import Errors, errors, pieces
from tests.bench.sounds import Sound


@dataclass(frozen=True)
class Result:
    """A sound and what a way made of it."""

    sound: Sound
    text: str
    words: Sequence[TimedWord] = ()


def words(results: Iterable[Result]) -> Figures:
    """Word errors, fillers, loops and word times, pooled; the pieces for comparing with another way.

    A sound that was read from several beginnings has its pieces once, with all errors in each.
    """
    found, said_so, placed, looped = Errors(), Verbatim(), WordTimes(), 0
    cut: dict[str, list[list[int]]] = {}
    timed = False
    for one in results:
        said = one.sound.text or ""
        found += errors(said, one.text)
        said_so += verbatim(said, one.text)
        looped += loops(one.text, said)
        its = pieces(said, one.text)
        before = cut.get(one.sound.name, [[0, 0]] * len(its))
        cut[one.sound.name] = [[a + b for a, b in zip(*both, strict=True)] for both in zip(before, its, strict=True)]
        timed = timed or bool(one.words)
        placed += word_times(one.sound.words, one.words, one.sound.seconds)
    times = asdict(placed) if timed else {}
    return {**asdict(found), **asdict(said_so), "loops": looped, **times, "pieces": list(chain(*cut.values()))}


def cost(readings: Readings) -> Figures:
    """Time and memory of a way; seconds without loading, memory with it."""
    sound_s = total_s([one.sound for one in readings.each])
    return {
        "sound_s": sound_s,
        "wall_s": sum(one.wall_s for one in readings.each),
        "cpu_s": sum(one.cpu_s for one in readings.each),
        "load_cpu_s": readings.load_cpu_s,
        "loaded_mb": readings.loaded_mb,
        "peak_mb": readings.peak_mb,
    }


def session_cost(held: Sequence[Held], each: Sequence[Sound]) -> Figures:
    """Time and memory of whole sessions, from the command to its end."""
    return {
        "sound_s": total_s(each),
        "wall_s": sum(one.wall_s for one in held),
        "cpu_s": sum(one.cpu_s for one in held),
        "peak_mb": max(peak_mb(one.memory) for one in held),
        "slope_mb_per_min": slope_mb_per_min(held[0].memory_while_recording) if len(held) == 1 else None,
        "dropped_frames": sum(one.summary["dropped_frames"] for one in held),
    }


def results(readings: Readings) -> list[Result]:
    """What a way made of each sound."""
    return [Result(one.sound, one.text, one.words) for one in readings.each]
