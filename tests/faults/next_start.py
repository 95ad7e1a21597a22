"""What the next start makes of a session that is not complete: it finishes it, or goes on with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from store import State, Study
from tests.faults.kept import missing, samples_of
from tests.faults.stage import MODEL, Stage, call
from tests.studies import PASSPHRASE
from tui.going_on import UNDECIDED

NextStart = Callable[[Path], Iterator[str]]
"""Given the study's folder; gives a sentence for each thing that must not be."""


def opened(folder: Path) -> Study:
    """As any start opens it."""
    return Study.open(folder, PASSPHRASE, datetime.now(UTC))


def checked(study: Study, after: str) -> Iterator[str]:
    """A sentence for each finding."""
    return (f"study check after {after}: {finding.text}" for finding in study.check())


def recovered(folder: Path) -> Iterator[str]:
    """The rest of the transcript is made out of the recording."""
    run = call(folder, "recover", "--model", MODEL)
    yield from run.trouble
    if run.code:
        yield f"recover failed: {' '.join(run.sentences)}"
    yield from _complete(folder, "recover")


def gone_on(stage: Stage, folder: Path) -> Iterator[str]:
    """The participant is still in the room: the session goes on, in the same recording, and is ended.

    Where it broke off before all decisions were made there is nothing to go on with, which has to be said; one
    that was stopped already is finished.
    """
    with opened(folder) as study:
        before = samples_of(study)
        interrupted = any(session.state is State.INTERRUPTED for session in study.sessions.list())
    if not interrupted:
        yield from recovered(folder)
        return
    run = stage.go_on(folder)
    if run.code == 1 and run.sentences and run.sentences[-1].startswith(UNDECIDED):
        yield from run.trouble
        yield from recovered(folder)
        return
    yield from run.trouble
    if run.code:
        yield f"it did not go on: {' '.join(run.sentences)}"
    yield from _complete(folder, "going on")
    with opened(folder) as study:
        after = samples_of(study)
        yield from (f"what was shown as it went on is not kept: {row[0]}" for row in missing(run, study))
    if before is not None and (after is None or not np.array_equal(after[0][: len(before[0])], before[0])):
        yield "what was recorded before it went on is no more what it was"
    elif after is not None and len(after[0]) <= (0 if before is None else len(before[0])):
        yield "nothing was recorded as it went on"


def _complete(folder: Path, after: str) -> Iterator[str]:
    with opened(folder) as study:
        yield from checked(study, after)
        for session in study.sessions.list():
            if session.state is not State.COMPLETE:
                yield f"the session is {session.state} after {after}"
