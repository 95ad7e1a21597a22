"""Nobody waits for what is erased: the app locks, is left and goes on meanwhile; and what a command says of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Static

from store import ReceiptOwed, Study
from store.erasing import HELD
from tests.tui.conftest import PASSPHRASE, Until
from tui import erasing
from tui.app import VivavoceApp
from tui.screens import leaving
from tui.screens.board import Board
from tui.screens.curtain import Curtain
from tui.screens.leaving import Leaving
from tui.screens.unlock import Unlock
from tui.screens.withdrawal import WithdrawalScreen

pytestmark = pytest.mark.asyncio

OpenApp = Callable[..., VivavoceApp]
RECORDED = "50001-w1-1"
LARGE_BYTES = 30_000_000


@contextmanager
def somebody_reads(folder: Path, now: datetime) -> Iterator[None]:
    """Another connection in the midst of reading: the log can't be emptied."""
    with Study.open(folder, PASSPHRASE, now) as other:
        other.erase_later()
        other._database.run("BEGIN")
        other.sessions.list()
        try:
            yield
        finally:
            other._database.run("COMMIT")


@pytest.fixture
def large_folder(ten_folder: Path, now: datetime) -> Path:
    """A study of a size that takes its time, of which something was destroyed."""
    with Study.open(ten_folder, PASSPHRASE, now) as study:
        study.attachments.add("50002-w1-1", "signed form", "form.pdf", bytes(LARGE_BYTES), now)
        study.erase_later()
        with pytest.raises(ReceiptOwed):
            study.withdraw_taking_part(RECORDED, notes=True, recorded_by="ME", now=now)
    return ten_folder


@pytest.fixture
def owing_folder(ten_folder: Path, now: datetime) -> Path:
    """A small one."""
    with Study.open(ten_folder, PASSPHRASE, now) as study:
        study.erase_later()
        with pytest.raises(ReceiptOwed):
            study.withdraw_taking_part(RECORDED, notes=True, recorded_by="ME", now=now)
    return ten_folder


def owes(folder: Path, now: datetime) -> bool:
    with Study.open(folder, PASSPHRASE, now) as study:
        study.erase_later()
        return study.erasing_owed


def shown(app: VivavoceApp) -> str:
    return "\n".join(str(one.render()) for one in app.screen.query("#withdrawal-box Static").results(Static))


async def withdraw(app: VivavoceApp, pilot: Pilot[int], session: str) -> None:
    """The board with the cursor on this session, and everything of it withdrawn."""
    await pilot.press("escape")
    participant, wave, _ = session.split("-")
    app.point_at(participant, int(wave[1:]))
    await pilot.pause()
    await pilot.press("w", "4", "y")


async def test_what_was_owed_is_erased_behind_the_board(
    owing_folder: Path, open_app: OpenApp, until: Until, now: datetime
) -> None:
    app = open_app(owing_folder)
    async with app.run_test():
        await until(lambda: app.is_open and not app.study.erasing_owed)
        assert len(app.study.receipts.list(RECORDED)) == 1
        await until(lambda: [one for one in app._notifications if RECORDED in one.message])


async def test_the_key_locks_before_anything_is_erased(
    large_folder: Path, open_app: OpenApp, until: Until, now: datetime
) -> None:
    app = open_app(large_folder)
    async with app.run_test():
        with somebody_reads(large_folder, now):
            await until(lambda: app.is_open and app.erasing.held_up)
        study = app.study
        app.post_message(events.Key("ctrl+l", None))
        await until(lambda: isinstance(app.screen, Curtain | Unlock))
        assert any(study._key)
        assert study.erasing_owed
        await until(lambda: isinstance(app.screen, Unlock) and not any(study._key))
        assert not app.is_open
    assert not owes(large_folder, now)


async def test_what_is_typed_while_it_locks_is_typed_into_the_locked_screen(
    large_folder: Path, open_app: OpenApp, until: Until
) -> None:
    app = open_app(large_folder)
    async with app.run_test() as pilot:
        await until(lambda: app.is_open)
        await pilot.pause()
        before = app.study
        for key in ("ctrl+l", *"demo", "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(lambda: app.is_open and app.study is not before)


async def test_an_app_that_is_left_erases_first_and_then_it_is_gone(
    large_folder: Path, open_app: OpenApp, until: Until, now: datetime
) -> None:
    app = open_app(large_folder)
    async with app.run_test() as pilot:
        await until(lambda: app.is_open)
        await pilot.press("ctrl+q")
        assert isinstance(app.screen, Leaving)
        await until(lambda: app.return_code == 0)
    assert not owes(large_folder, now)


@pytest.mark.parametrize("key", ["ctrl+c", "ctrl+q", "escape"])
async def test_who_leaves_at_once_leaves_it_to_the_next_opening(
    owing_folder: Path, open_app: OpenApp, until: Until, now: datetime, capsys: pytest.CaptureFixture[str], key: str
) -> None:
    app = open_app(owing_folder)
    with somebody_reads(owing_folder, now):
        async with app.run_test() as pilot:
            await until(lambda: app.is_open)
            await pilot.press("ctrl+q")
            assert isinstance(app.screen, Leaving)
            await pilot.press(key)
            await until(lambda: app.return_code == 0)
    assert owes(owing_folder, now)
    assert erasing.LEFT in capsys.readouterr().err


async def test_who_leaves_while_somebody_else_holds_it_up_is_told_and_let_go(
    owing_folder: Path,
    open_app: OpenApp,
    until: Until,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(leaving, "_PATIENCE_S", 0.0)
    app = open_app(owing_folder)
    with somebody_reads(owing_folder, now):
        async with app.run_test() as pilot:
            await until(lambda: app.is_open)
            await pilot.press("ctrl+q")
            await until(lambda: app.return_code == 0)
    assert f"{HELD} {erasing.LEFT}" in " ".join(capsys.readouterr().err.split())


async def test_a_withdrawal_is_said_at_once_and_its_receipt_comes_when_it_is_erased(
    ten_folder: Path, open_app: OpenApp, until: Until, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "AGAIN_AFTER_S", 0.05)
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await until(lambda: app.is_open)
        with somebody_reads(ten_folder, now):
            await withdraw(app, pilot, RECORDED)
            await until(lambda: HELD in shown(app))
            assert erasing.TAKEN_BACK in shown(app)
            assert app.study.receipts.list(RECORDED) == ()
            with app.study.lock_for_session():  # nothing keeps anybody from an interview
                pass
        await until(lambda: "Audit log head" in shown(app))
        (receipt,) = app.study.receipts.list(RECORDED)
        assert receipt.audit_head in shown(app)


async def test_whoever_goes_on_meanwhile_hears_of_the_receipt(
    ten_folder: Path, open_app: OpenApp, until: Until, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "AGAIN_AFTER_S", 0.05)
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await until(lambda: app.is_open)
        with somebody_reads(ten_folder, now):
            await withdraw(app, pilot, RECORDED)
            await until(lambda: HELD in shown(app))
            await pilot.press("escape")
            assert isinstance(app.screen, Board)
            assert not any(isinstance(screen, WithdrawalScreen) for screen in app.screen_stack)
        await until(lambda: app.study.receipts.list(RECORDED))
        await until(lambda: [one for one in app._notifications if RECORDED in one.message])


async def test_the_loop_goes_on_while_it_is_erased(large_folder: Path, open_app: OpenApp, until: Until) -> None:
    app = open_app(large_folder)
    async with app.run_test():
        await until(lambda: app.is_open)
        turns = 0
        while app.study.erasing_owed:
            await asyncio.sleep(0.001)
            turns += 1
        assert turns > 10
