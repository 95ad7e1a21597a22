"""What has to wait for another program does so beside the event loop: keys, sound and words come meanwhile."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from store import Study, StudyLocked
from tests.at_once.stage import Stage, make
from tests.store.lived import NOW, PASSPHRASE
from tui.holding import taken
from tui.reader import Choice
from tui.rereading import Outcome, retranscribe

TICKS, TICK_S = 10, 0.01


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return make(tmp_path)


async def while_it_ticks(then: Callable[[], object]) -> None:
    """Do this as soon as the loop has turned a few times; a loop that is held up never does."""
    for _ in range(TICKS):
        await asyncio.sleep(TICK_S)
    then()


@pytest.mark.asyncio
async def test_a_session_begins_when_whoever_only_looked_lets_go_of_its_lock(stage: Stage) -> None:
    with Study.open(stage.study, PASSPHRASE, NOW) as study, study.another() as other:
        held = other.lock_for_session()
        ticking = asyncio.create_task(while_it_ticks(held.release))
        with await taken(study) as lock:
            assert lock.held
        await ticking


@pytest.mark.asyncio
async def test_a_session_is_refused_while_another_program_conducts_one(stage: Stage) -> None:
    opened = Study.open(stage.study, PASSPHRASE, NOW)
    with opened as study, study.another() as other, other.lock_for_session(), pytest.raises(StudyLocked):
        await taken(study)


@pytest.mark.asyncio
async def test_a_second_reading_begins_when_another_program_has_written(stage: Stage) -> None:
    written, writing = threading.Event(), threading.Event()

    def write() -> None:
        with Study.open(stage.study, PASSPHRASE, NOW) as other, other.at_once():
            writing.set()
            written.wait()

    with Study.open(stage.study, PASSPHRASE, NOW) as study:
        thread = threading.Thread(target=write)
        thread.start()
        writing.wait()
        ticking = asyncio.create_task(while_it_ticks(written.set))
        try:
            choice = Choice("tiny.en")
            outcome = await retranscribe(study, stage.subject.id, choice, lambda event: None, held_up=lambda: True)
        finally:
            written.set()
            thread.join()
        await ticking
    assert outcome is Outcome.HELD_UP
