"""Which faults there are, and where they happen."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from tests.faults.fault import APP, KILLED, READ, RECORDER, REPORT, SCRIBE, WRITE, Fault, calls, counting
from tests.faults.stage import Stage

FIRST = 60
SEEDED = 60

KINDS = (
    Fault(RECORDER, WRITE, KILLED, 0),
    Fault(RECORDER, REPORT, KILLED, 0),
    Fault(APP, WRITE, KILLED, 0),
    Fault(APP, REPORT, KILLED, 0),
    Fault(SCRIBE, REPORT, KILLED, 0),
    Fault(SCRIBE, READ, KILLED, 0),
    Fault(RECORDER, WRITE, "ENOSPC", 0),
    Fault(RECORDER, WRITE, "EIO", 0),
    Fault(APP, WRITE, "ENOSPC", 0),
    Fault(APP, WRITE, "EIO", 0),
)
"""The scribe writes nothing to disk but what SQLite needs to read: it is killed at its reads."""


def planned(stage: Stage, seed: int, first: int, seeded: int) -> Iterator[Fault]:
    """Each kind at each of the first calls, then at seeded places up to the last, of a session without faults."""
    counted: dict[tuple[str, str], int] = {}
    chance = random.Random(seed)
    for kind in KINDS:
        where = kind.role, kind.call
        if where not in counted:
            counted[where] = _count(stage, *where)
        yield from (replace(kind, at=at) for at in places(counted[where], first, seeded, chance))


def places(last: int, first: int, seeded: int, chance: random.Random) -> list[int]:
    """1, 2, 3 to ``first``, then so many more up to ``last``; all of them where there are not so many."""
    beyond = range(first + 1, last + 1)
    return [*range(1, min(first, last) + 1), *sorted(chance.sample(beyond, min(seeded, len(beyond))))]


def _count(stage: Stage, role: str, call: str) -> int:
    with stage.copy(f"count-{role}-{call}") as study:
        stage.conduct(study, counting(role, call))
        return calls(study.parent)
