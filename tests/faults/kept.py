"""What a study keeps of the session: its samples, and the rows that were shown while it was held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from store import Dossier, NotFound, Study
from store.errors import StoreError
from tests.faults.stage import SESSION, Run
from transcribe import recording
from transcribe.wire import Gap

Row = tuple[object, ...]


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


def missing(run: Run, study: Study) -> list[Row]:
    """What was shown and is not kept."""
    shown = Counter(_rows_shown(run))
    if not shown:
        return []
    try:
        kept = Counter(_rows_kept(study.dossier(SESSION), study))
    except NotFound:
        kept = Counter()
    return list((shown - kept).elements())


def _rows_shown(run: Run) -> Iterator[Row]:
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


def _rows_kept(dossier: Dossier, study: Study) -> Iterator[Row]:
    yield from (("consent", str(one.kind), str(one.decision)) for one in dossier.decisions)
    yield from (("cue", str(one.move), one.question) for one in dossier.cues)
    yield from (("mark", one.text) for one in dossier.marks)
    yield from (("jotting", one.text) for one in dossier.jottings)
    yield from (("gap", one.start_ms, one.end_ms) for one in dossier.gaps)
    for line in study.transcript.utterances(SESSION, heard_only=False):
        for one in study.transcript.history(line.id):
            yield "utterance", line.id, one.version, one.text
