"""What is found in a study after a fault: what was acknowledged, what was recorded, what the next start makes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from store import NotFound, State, Study
from store.errors import StoreError
from tests.faults.fault import APP, KILLED, SCRIBE, Fault
from tests.faults.kept import missing, samples_of
from tests.faults.next_start import NextStart, checked, gone_on, opened, recovered
from tests.faults.stage import RATE_HZ, SESSION, Run, Stage
from transcribe.errors import RecordingError

LONGEST_GAP_S = 3.0


@dataclass(frozen=True)
class Sound:
    """What is in the recording: seconds shown as recorded that are not there, and seconds that were not captured."""

    lost_s: float
    not_captured_s: float
    trouble: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """One run. ``trouble`` holds a sentence for each thing that must not be; times in seconds."""

    name: str
    place: str
    trouble: tuple[str, ...]
    reached: bool
    acked_lost: int
    sound: Sound
    words: str
    sentences: tuple[str, ...]
    same_words: bool = False
    """Whether the words must be those of a session without a fault."""
    longest_gap_s: float = LONGEST_GAP_S


@dataclass(frozen=True)
class Left:
    """What a run left behind, and what became of it."""

    trouble: tuple[str, ...]
    acked_lost: int
    sound: Sound
    words: str


def verdict(stage: Stage, fault: Fault | None, name: str) -> Verdict:
    """Conduct a session with this fault, and look at what is left of it, as the next start finds and finishes it."""
    with stage.copy(name) as folder:
        run = stage.conduct(folder, fault)
        left = looked_at(folder, run, lambda study: _sound(run, study, stage.samples), _next_start(stage, fault))
    return Verdict(
        "none" if fault is None else fault.name,
        "" if fault is None else f"number {fault.at}",
        (*run.trouble, *left.trouble),
        run.reached,
        left.acked_lost,
        left.sound,
        left.words,
        run.sentences,
        same_words=fault is not None and fault.role == SCRIBE and fault.what == KILLED,
    )


def _next_start(stage: Stage, fault: Fault | None) -> NextStart:
    """After every other kill of the app the session goes on; in all other places it is finished."""
    goes_on = fault is not None and (fault.role, fault.what) == (APP, KILLED) and fault.at % 2 == 0
    return partial(gone_on, stage) if goes_on else recovered


def looked_at(folder: Path, run: Run, sound_in: Callable[[Study], Sound], next_start: NextStart = recovered) -> Left:
    """Open the study as the next start does, compare, and let it finish what is unfinished."""
    trouble: list[str] = []
    lost, sound, words = 0, Sound(0.0, 0.0), ""
    try:
        with opened(folder) as study:
            trouble += checked(study, "the next start")
            lost, sound, words = len(missing(run, study)), sound_in(study), _words(study)
            unfinished = any(session.state is not State.COMPLETE for session in study.sessions.list())
        if unfinished:
            trouble += next_start(folder)
            with opened(folder) as study:
                lost, words = max(lost, len(missing(run, study))), _words(study)
    except (StoreError, RecordingError) as refusal:
        trouble.append(f"the study can't be used: {refusal}")
    return Left((*trouble, *sound.trouble), lost, sound, words)


def _sound(run: Run, study: Study, played: npt.NDArray[np.int16]) -> Sound:
    """What is recorded against what was shown to be, and against what was played: all of it, if the app lived."""
    shown_s = max((event["at"] for event in run.events if "at" in event), default=0.0)
    if run.code == 0:
        shown_s = max(shown_s, len(played) / RATE_HZ)
    recorded = samples_of(study)
    if recorded is None:
        return Sound(shown_s, 0.0)
    samples, gaps = recorded
    captured = np.ones(len(samples), bool)
    for gap in gaps:
        captured[gap.start_ms * RATE_HZ // 1000 : gap.end_ms * RATE_HZ // 1000] = False
    same = len(samples) <= len(played) and np.array_equal(samples[captured], played[: len(samples)][captured])
    other = () if same else ("the recording is not what was played",)
    gap_s = sum(gap.end_ms - gap.start_ms for gap in gaps) / 1000
    return Sound(max(0.0, shown_s - len(samples) / RATE_HZ), gap_s, other)


def _words(study: Study) -> str:
    try:
        lines = study.dossier(SESSION).utterances
    except NotFound:
        return ""
    return " ".join(line.text for line in sorted(lines, key=lambda line: line.start_ms) if line.text)
