"""Starts what is measured in a process of its own, and reads what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.bench.scores.times import TimedWord
from tests.bench.sounds import Sound
from tests.bench.ways import OURS
from transcribe.frugal import FRUGAL


class BenchError(Exception):
    """What was to be measured did not run; the message says why."""


@dataclass(frozen=True)
class Reading:
    """One way over one sound: what was heard, wall-clock and processor seconds without loading."""

    sound: Sound
    text: str
    words: tuple[TimedWord, ...]
    wall_s: float
    cpu_s: float


@dataclass(frozen=True)
class Readings:
    """One way over some sounds in one process; memory in MB, of which ``loaded_mb`` before the first sound."""

    each: tuple[Reading, ...]
    load_s: float
    load_cpu_s: float
    loaded_mb: float
    peak_mb: float


def read_all(way: str, model: str, sounds: Sequence[Sound]) -> Readings:
    """Run a way over the sounds. Raises BenchError when its process fails."""
    job = {"way": way, "model": model, "sounds": [str(sound.path) for sound in sounds]}
    command = [sys.executable, "-m", "tests.bench.worker"]
    env = {**FRUGAL, **os.environ} if way in OURS else None  # as the program does; the others as they come
    done = subprocess.run(
        command, input=json.dumps(job) + "\n", stdout=subprocess.PIPE, text=True, check=False, env=env
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or not answers or answers[-1]["answer"] != "done":
        raise BenchError(f"{way} ended with code {done.returncode} before it was done")
    loaded, *heard, last = answers
    each = tuple(_reading(sound, answer) for sound, answer in zip(sounds, heard, strict=True))
    return Readings(each, loaded["wall_s"], loaded["cpu_s"], loaded["loaded_mb"], last["peak_mb"])


def _reading(sound: Sound, answer: dict[str, Any]) -> Reading:
    words = tuple(_words(answer["words"]))
    return Reading(sound, answer["text"], words, answer["wall_s"], answer["cpu_s"])


def _words(found: Sequence[dict[str, Any]]) -> Iterator[TimedWord]:
    yield from (TimedWord(**word) for word in found)
