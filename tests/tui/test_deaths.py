"""A scribe that dies of one kind of work: after some deaths that is let go, said, and all else is done."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from store import Permit
from transcribe import wire
from transcribe.child import Child
from tui import hearing as hearing_module
from tui.hearing import Hearing
from tui.owed import TRIES_PER_JOB, Owed
from tui.reader import Reader
from tui.scribe_reports import Report, ScribeLost, SetAside, Unattributed

PATIENCE_S = 60.0
FIRST, SECOND = wire.Hear("u1#1", 0, 1_000), wire.Hear("u2#1", 2_000, 3_000)
WINDOW = (wire.Hear("u3#0", 4_000, 5_000), wire.Hear("u4#0", 6_000, 7_000))


@pytest.fixture
def dying(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every scribe is one that dies of what ``$DYING`` says."""
    start = Child.start

    async def start_such(module: str, log_fd: int | None = None) -> Child:
        assert module == "transcribe.scribe"
        return await start("tests.transcribe.dying", log_fd)

    monkeypatch.setattr(Child, "start", start_such)
    monkeypatch.setattr(hearing_module, "RESTART_WAIT_S", 0.0)


async def told_of_everything(tmp_path: Path) -> list[Report]:
    """What is told of two stretches, a window, a scan, two voices and a question, until nothing is owed any more."""
    told: list[Report] = []
    hearing = Hearing(told.append)
    hearing.start(Permit("50001-w1-1", tmp_path / "recording", bytes(32)), Reader("tiny.en"))
    for job in (FIRST, SECOND):
        hearing.hear(job)
    hearing.scan(10_000, 20_000)
    hearing.read_again(WINDOW)
    for key in ("u1", "u2"):
        hearing.take_print(wire.TakePrint(key, 0, 1_000))
    hearing.attribute(wire.Attribute("at the end", (), ()))
    async with asyncio.timeout(PATIENCE_S):
        await hearing.drained()
    await hearing.leave()
    return told


def kinds(told: list[Report]) -> set[str]:
    return {type(one).__name__ for one in told}


@pytest.mark.asyncio
@pytest.mark.usefixtures("dying")
@pytest.mark.parametrize("of", ["Hear", "Scan", "Reread", "TakePrint", "Attribute"])
async def test_what_a_scribe_dies_of_is_let_go_and_the_rest_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of: str
) -> None:
    monkeypatch.setenv("DYING", of)

    told = await told_of_everything(tmp_path)

    answered = {"Hear": "Heard", "Scan": "Scanned", "Reread": "Reheard", "Attribute": "Attributed"}
    assert kinds(told) >= {"Ready", "ScribeLost"} | {
        answer for kind, answer in answered.items() if kind not in (of, "Reread")
    }
    set_aside = [one.id for one in told if isinstance(one, SetAside)]
    assert set_aside == {"Hear": [FIRST.id, SECOND.id], "Scan": [""]}.get(of, [])
    read_again = [one for one in told if isinstance(one, wire.Reheard)]
    failed = {key for one in read_again for key in one.failed}
    assert failed == ({one.id for one in WINDOW} if of == "Reread" else set())
    assert (Unattributed in map(type, told)) == (of == "Attribute")


@pytest.mark.asyncio
@pytest.mark.usefixtures("dying")
async def test_captions_of_which_a_scribe_dies_are_asked_for_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DYING", "Glance")
    told: list[Report] = []
    hearing = Hearing(told.append)
    hearing.start(Permit("50001-w1-1", tmp_path / "recording", bytes(32)), Reader("tiny.en"))
    asked = 0
    async with asyncio.timeout(PATIENCE_S):
        while sum(isinstance(one, ScribeLost) for one in told) < TRIES_PER_JOB or hearing.ready is None:
            asked += hearing.glance("caption", 0, 1_000)
            await asyncio.sleep(0.01)

    assert asked == TRIES_PER_JOB
    assert not hearing.glance("caption", 0, 1_000)
    hearing.hear(FIRST)
    async with asyncio.timeout(PATIENCE_S):
        await hearing.drained()
    assert any(isinstance(one, wire.Heard) for one in told)
    await hearing.leave()


def test_deaths_are_counted_by_what_was_in_hand() -> None:
    owed = Owed()
    owed.finals = {FIRST.id: FIRST, SECOND.id: SECOND}

    assert [owed.died(None) for _ in range(TRIES_PER_JOB)] == [None] * (TRIES_PER_JOB - 1) + [FIRST.id]
    owed.finals.clear()
    assert owed.died(None) is None


@pytest.mark.asyncio
@pytest.mark.usefixtures("dying")
async def test_an_answer_at_which_the_app_itself_fails_keeps_nobody_waiting(tmp_path: Path) -> None:
    def tell(report: Report) -> None:
        if isinstance(report, wire.Heard):
            raise ZeroDivisionError

    hearing = Hearing(tell)
    hearing.start(Permit("50001-w1-1", tmp_path / "recording", bytes(32)), Reader("tiny.en"))
    hearing.hear(FIRST)

    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(hearing.drained(), PATIENCE_S)
    await hearing.leave()
