"""What is found in a study after a fault: what was acknowledged, what was recorded, what the next start makes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from store import Dossier, NotFound, State, Study
from store.errors import StoreError
from tests.faults.fault import KILLED, SCRIBE, Fault
from tests.faults.stage import MODEL, PASSPHRASE, RATE_HZ, SESSION, Run, Stage, call
from transcribe import recording
from transcribe.errors import RecordingError
from transcribe.wire import Gap

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
        left = looked_at(folder, run, lambda study: _sound(run, study, stage.samples))
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


def looked_at(folder: Path, run: Run, sound_in: Callable[[Study], Sound]) -> Left:
    """Open the study as the next start does, compare, and finish what is unfinished."""
    trouble: list[str] = []
    lost, sound, words = 0, Sound(0.0, 0.0), ""
    try:
        with _opened(folder) as study:
            trouble += _checked(study, "the next start")
            lost, sound, words = len(_missing(run, study)), sound_in(study), _words(study)
            unfinished = any(session.state is not State.COMPLETE for session in study.sessions.list())
        if unfinished:
            trouble += _recovered(folder)
            with _opened(folder) as study:
                trouble += [*_checked(study, "recover"), *_unfinished(study)]
                words = _words(study)
    except (StoreError, RecordingError) as refusal:
        trouble.append(f"the study can't be used: {refusal}")
    return Left((*trouble, *sound.trouble), lost, sound, words)


def samples_of(study: Study) -> tuple[npt.NDArray[np.int16], tuple[Gap, ...]] | None:
    """The recording and its gaps; None where there is none."""
    try:
        permit = study.permit_listening(SESSION)
    except StoreError:
        return None
    if not permit.path.exists():
        return None
    reader = recording.open_reader(permit.path, permit.key)
    try:
        return reader.read(0, 3_600_000), reader.gaps()
    finally:
        reader.close()


def _opened(folder: Path) -> Study:
    return Study.open(folder, PASSPHRASE, datetime.now(UTC))


def _checked(study: Study, after: str) -> list[str]:
    return [f"study check after {after}: {finding.text}" for finding in study.check()]


def _recovered(folder: Path) -> Iterator[str]:
    recovered = call(folder, "recover", "--model", MODEL)
    yield from recovered.trouble
    if recovered.code:
        yield f"recover failed: {' '.join(recovered.sentences)}"


def _unfinished(study: Study) -> Iterator[str]:
    for session in study.sessions.list():
        if session.state is not State.COMPLETE:
            yield f"the session is {session.state} after recover"


def _missing(run: Run, study: Study) -> list[Any]:
    """What was shown and is not kept."""
    shown = Counter(_rows_shown(run))
    if not shown:
        return []
    try:
        kept = Counter(_rows_kept(study.dossier(SESSION), study))
    except NotFound:
        kept = Counter()
    return list((shown - kept).elements())


def _rows_shown(run: Run) -> Iterator[tuple[object, ...]]:
    for event in run.events:
        match event:
            case {"event": "consent", "kind": kind, "decision": decision}:
                yield "consent", kind, decision
            case {"event": "cue", "move": move, "question": question}:
                yield "cue", move, question
            case {"event": "mark", "text": text}:
                yield "mark", text
            case {"event": "jotting", "text": text}:
                yield "jotting", text
            case {"event": "gap", "start": start, "end": end}:
                yield "gap", round(start * 1000), round(end * 1000)
            case {"event": "utterance", "id": key, "version": version, "text": text}:
                yield "utterance", key, version, text
            case _:
                pass


def _rows_kept(dossier: Dossier, study: Study) -> Iterator[tuple[object, ...]]:
    yield from (("consent", str(one.kind), str(one.decision)) for one in dossier.decisions)
    yield from (("cue", str(one.move), one.question) for one in dossier.cues)
    yield from (("mark", one.text) for one in dossier.marks)
    yield from (("jotting", one.text) for one in dossier.jottings)
    yield from (("gap", one.start_ms, one.end_ms) for one in dossier.gaps)
    for line in study.transcript.utterances(SESSION, heard_only=False):
        for one in study.transcript.history(line.id):
            yield "utterance", line.id, one.version, one.text


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
