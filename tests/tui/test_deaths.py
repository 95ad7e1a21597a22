"""A scribe that dies of one kind of work, hangs at it, or can't be started: all that can be done is done, and said."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from store import NotNow, Permit
from transcribe import wire
from transcribe.child import Child
from transcribe.errors import NotStartedError
from tui import hanging, restarting, scribing
from tui.hanging import LEAST_PATIENCE_S, STILL_S, TIMES_THE_LONGEST, Patience
from tui.hearing import Hearing
from tui.owed import TRIES_PER_JOB, Owed
from tui.reader import Reader
from tui.scribe_reports import NoScribe, Report, ScribeLost, ScribeWaits, SetAside, Unattributed

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
    monkeypatch.setattr(scribing, "RESTART_WAIT_S", 0.0)


def begun(tmp_path: Path, tell: Callable[[Report], None]) -> Hearing:
    hearing = Hearing(tell)
    hearing.start(Permit("50001-w1-1", tmp_path / "recording", bytes(32)), Reader("tiny.en"))
    return hearing


async def told_of_everything(tmp_path: Path) -> list[Report]:
    """What is told of two stretches, a window, a scan, two voices and a question, until nothing is owed any more."""
    told: list[Report] = []
    hearing = begun(tmp_path, told.append)
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
    hearing = begun(tmp_path, told.append)
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
async def test_an_answer_at_which_the_app_itself_fails_is_let_go_and_keeps_nobody_waiting(tmp_path: Path) -> None:
    told: list[Report] = []

    def tell(report: Report) -> None:
        if isinstance(report, wire.Heard) and report.id == FIRST.id:
            raise ZeroDivisionError
        told.append(report)

    hearing = begun(tmp_path, tell)
    for job in (FIRST, SECOND):
        hearing.hear(job)
    await asyncio.wait_for(hearing.drained(), PATIENCE_S)
    await hearing.leave()

    assert [one.id for one in told if isinstance(one, SetAside)] == [FIRST.id]
    assert [one.id for one in told if isinstance(one, wire.Heard)] == [SECOND.id]


# --- one that hangs ---------------------------------------------------------------------------------------------------


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hanging, "STILL_S", 1.0)
    monkeypatch.setattr(hanging, "LOOK_S", 0.05)


@pytest.mark.asyncio
@pytest.mark.usefixtures("dying", "impatient")
async def test_a_stretch_at_which_a_scribe_hangs_is_let_go_and_the_rest_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DYING", "Reread")
    monkeypatch.setenv("DYING_BY", "hanging")
    told: list[Report] = []
    hearing = begun(tmp_path, told.append)
    hearing.hear(FIRST)
    hearing.read_again(WINDOW[:1])
    await asyncio.wait_for(hearing.drained(), PATIENCE_S)
    await hearing.leave()

    lost = [one for one in told if isinstance(one, ScribeLost)]
    assert lost == [ScribeLost(hung=True)] * TRIES_PER_JOB
    assert lost[0].notice.text == "The transcriber hangs and is being started again."
    assert [one.id for one in told if isinstance(one, wire.Heard)] == [FIRST.id]
    assert [one.failed for one in told if isinstance(one, wire.Reheard)] == [(WINDOW[0].id,)]


@pytest.mark.asyncio
@pytest.mark.usefixtures("dying", "impatient")
async def test_a_scribe_that_never_has_its_model_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DYING", "Load")
    monkeypatch.setenv("DYING_BY", "hanging")
    told: list[Report] = []
    hearing = begun(tmp_path, told.append)
    hearing.hear(FIRST)
    await asyncio.wait_for(hearing.drained(), PATIENCE_S)
    await hearing.leave()

    assert kinds(told) == {"ScribeLost", "NoScribe"}


@pytest.mark.asyncio
@pytest.mark.usefixtures("dying", "impatient")
@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="nothing can be stopped here")
async def test_a_scribe_that_is_stopped_holds_up_nobody_who_waits_for_the_end(tmp_path: Path) -> None:
    told: list[Report] = []
    hearing = begun(tmp_path, told.append)
    async with asyncio.timeout(PATIENCE_S):
        while hearing.ready is None:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
        assert hearing.pid is not None
        os.kill(hearing.pid, signal.SIGSTOP)
        for job in (FIRST, SECOND):
            hearing.hear(job)
        await hearing.drained()
        await hearing.leave()

    assert [one.id for one in told if isinstance(one, wire.Heard)] == [FIRST.id, SECOND.id]
    assert [one.hung for one in told if isinstance(one, ScribeLost)] == [True]


def looks(patience: Patience, seconds: float, *, cpu: float, step_s: float = 1.0, has_work: bool = True) -> list[bool]:
    """So long, a look each step; ``cpu``: the share of a processor that it takes."""
    return [patience.is_out(step_s, at * step_s * cpu, has_work=has_work) for at in range(round(seconds / step_s))]


def test_a_slow_scribe_is_no_scribe_that_hangs() -> None:
    assert not any(looks(Patience(), LEAST_PATIENCE_S - 1, cpu=0.01))


def test_one_that_takes_no_processor_time_hangs_if_it_has_work() -> None:
    assert looks(Patience(), STILL_S + 5, cpu=0.0001)[-1]
    assert not any(looks(Patience(), 2 * LEAST_PATIENCE_S, cpu=0.0, has_work=False))


def test_a_laptop_that_slept_ends_nobody() -> None:
    patience = Patience()
    assert not any(looks(patience, 10, cpu=0.0))
    assert not patience.is_out(8 * 3600.0, 0.0, has_work=True)


def test_a_big_model_gets_its_time_by_what_it_took_before() -> None:
    patience = Patience()
    looks(patience, 100, cpu=1.0)
    patience.answered()

    longest = TIMES_THE_LONGEST * 100
    assert not any(looks(patience, longest - 1, cpu=1.0))
    assert patience.is_out(2.0, longest, has_work=True)


# --- one that can't be started ----------------------------------------------------------------------------------------


@pytest.fixture
def refusals(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """For each entry a start fails: without a word where there is no reason, as where its Python is being changed."""
    start, left = Child.start, list[str]()
    monkeypatch.setattr(restarting, "START_WAIT_S", (0.01, 0.05))

    async def start_such(module: str, log_fd: int | None = None) -> Child:
        why = left.pop() if left else None
        if why:
            raise NotStartedError(why)
        return await start("tests.transcribe.dying" if why is None else "tests.transcribe.nothing_there", log_fd)

    monkeypatch.setattr(Child, "start", start_such)
    return left


@pytest.mark.asyncio
@pytest.mark.parametrize("why", ["too many open files", ""])
async def test_a_scribe_that_can_not_be_started_for_a_while_is_tried_again_and_that_is_said_once(
    tmp_path: Path, refusals: list[str], why: str
) -> None:
    refusals += [why] * 4
    told: list[Report] = []
    hearing = begun(tmp_path, told.append)
    hearing.hear(FIRST)
    await asyncio.wait_for(hearing.drained(), PATIENCE_S)
    await hearing.leave()

    assert [one for one in told if isinstance(one, ScribeWaits | NoScribe)] == [ScribeWaits(why)]
    assert [one.id for one in told if isinstance(one, wire.Heard)] == [FIRST.id]


@pytest.mark.asyncio
async def test_whoever_waits_for_the_end_waits_in_vain_for_no_scribe_that_can_not_be_started(
    tmp_path: Path, refusals: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scribing, "START_PATIENCE_S", 0.2)
    refusals += ["no memory for another process"] * 10_000
    told: list[Report] = []
    hearing = begun(tmp_path, told.append)
    hearing.hear(FIRST)
    with pytest.raises(NotNow, match="no memory for another process"):
        await asyncio.wait_for(hearing.drained(), PATIENCE_S)
    assert hearing.owes(FIRST.id)

    refusals.clear()  # there is memory again, and somebody asks once more
    async with asyncio.timeout(PATIENCE_S):
        while hearing.owes(FIRST.id):
            with suppress(NotNow):
                await hearing.drained()
            await asyncio.sleep(0.01)
    await hearing.leave()
