"""Two acts at the same time, and something that is slow meanwhile; what was wrong with what came of it."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psutil

from store import keys
from store.database import Database
from store.errors import StudyLocked
from store.opening import DATABASE_FILE
from tests.at_once import judge
from tests.at_once.acts import BY_NAME, Act
from tests.at_once.doing import Doing, begin, prepared
from tests.at_once.programs import Programs
from tests.at_once.running import LOOK_S
from tests.at_once.screen import OnScreen
from tests.at_once.stage import NEWCOMERS, Stage
from tests.store.lived import PASSPHRASE

SUSPENDED_S = 2.0
UNREAD_S = 3.0


class Phase(StrEnum):
    """When the second begins: as the first does, in its midst, or as it ends."""

    START = "start"
    MIDST = "midst"
    END = "end"


class Slow(StrEnum):
    """What is slow meanwhile."""

    NOTHING = "nothing"
    LOCKED_2 = "another program writes for 2 s"
    LOCKED_14 = "another program writes for 14 s"
    UNREAD = "nobody reads what the first prints or draws"
    RECORDER = "a recorder is suspended for 2 s"
    SCRIBE = "a scribe is suspended for 2 s"


LOCKED_S = {Slow.LOCKED_2: 2.0, Slow.LOCKED_14: 14.0}
CHILD = {Slow.RECORDER: "transcribe.record", Slow.SCRIBE: "transcribe.scribe"}


@dataclass(frozen=True)
class Pair:
    """What is done at once."""

    first: str
    second: str
    phase: Phase
    slow: Slow

    @property
    def acts(self) -> tuple[Act, Act]:
        """The two."""
        return BY_NAME[self.first], BY_NAME[self.second]

    def __str__(self) -> str:
        meanwhile = "" if self.slow is Slow.NOTHING else f"; {self.slow}"
        return f"{self.first} + {self.second} at its {self.phase}{meanwhile}"


@dataclass(frozen=True)
class Found:
    """What was wrong, in sentences; the longest that a loop was held up, in ms; and processor time of the programs."""

    pair: Pair
    trouble: tuple[str, ...]
    held_up_ms: float
    cost_s: float


def happen(
    programs: Programs, made: Stage, pair: Pair, folder: Path, most_held_up_ms: float = judge.MOST_HELD_UP_MS
) -> Found:
    """Do both in a copy of the study, in an empty folder, and judge; no loop may be held up for longer than this."""
    stage = made.copied_to(folder)
    key = keys.unlock(stage.study, "passphrase", PASSPHRASE)
    doings = _done(programs, stage, pair, key)
    return Found(
        pair,
        tuple(judge.troubles(stage, key, doings, most_held_up_ms)),
        round(max(doing.running.held_up[0] for doing in doings), 1),
        round(sum(doing.running.cost_s for doing in doings), 2),
    )


def _done(programs: Programs, stage: Stage, pair: Pair, key: bytes) -> tuple[Doing, Doing]:
    one, other = (prepared(act, stage, name) for act, name in zip(pair.acts, NEWCOMERS, strict=True))
    _stay_open(pair, one, other)
    with ExitStack() as stack:
        if pair.phase is Phase.START:
            stack.enter_context(_locked(pair.slow, stage, key))
        threads = [begin(programs, one, unread=pair.slow is Slow.UNREAD)]
        if pair.phase is not Phase.START:
            (one.midst if pair.phase is Phase.MIDST else one.close_to_end).wait()
            stack.enter_context(_locked(pair.slow, stage, key))
        _watch(one, pair.slow is not Slow.UNREAD)
        threads.append(begin(programs, other))
        if pair.slow in CHILD:
            _suspend(CHILD[pair.slow], (one, other))
        if pair.slow is Slow.UNREAD:
            time.sleep(UNREAD_S)
            _watch(one, True)
        for thread in threads:
            thread.join()
    return one, other


def _watch(doing: Doing, watched: bool) -> None:
    """Whether anybody looks at the terminal, if it is the app."""
    if isinstance(doing.running, OnScreen):
        doing.running.watched = watched


def _stay_open(pair: Pair, one: Doing, other: Doing) -> None:
    """Screens stay open as long as the other act lasts; where the second begins at the first's end, that one leaves."""
    if one.act.screen and other.act.screen:
        one.stays_for = other.midst if pair.phase is not Phase.END else None
    elif one.act.screen and pair.phase is not Phase.END:
        one.stays_for = other.over
    elif other.act.screen:
        other.stays_for = one.over


@contextmanager
def _locked(slow: Slow, stage: Stage, key: bytes) -> Iterator[None]:
    """Holds the write lock of the study for so long, in a thread."""
    if slow not in LOCKED_S:
        yield
        return
    held = threading.Event()
    thread = threading.Thread(target=_hold, args=(stage.study, key, LOCKED_S[slow], held))
    thread.start()
    held.wait()
    try:
        yield
    finally:
        thread.join()


def _hold(study: Path, key: bytes, seconds: float, held: threading.Event) -> None:
    try:
        database = Database(study / DATABASE_FILE, key)
        with suppress(StudyLocked), database.write():
            held.set()
            time.sleep(seconds)
        database.close()
    finally:
        held.set()


def _suspend(module: str, doings: tuple[Doing, ...]) -> None:
    """The first child of this kind that there is, as soon as there is one."""
    while not all(doing.over.is_set() for doing in doings):
        for child in filter(None, (doing.running.child(module) for doing in doings if not doing.over.is_set())):
            with suppress(psutil.Error):
                child.send_signal(signal.SIGSTOP)
                time.sleep(SUSPENDED_S)
                child.send_signal(signal.SIGCONT)
            return
        time.sleep(LOOK_S)
