"""The board mends what was begun or typed by mistake: a session, a form that comes later, a number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from store import Study
from tui.app import VivavoceApp
from tui.lasttime import last_time
from tui.screens.annulling import Annulling
from tui.screens.board import Board
from tui.screens.confirm import Confirm
from tui.screens.participant import MendParticipant
from tui.screens.signed_forms import SignedForms
from tui.waves import Sort
from tui.widgets.board_table import BoardTable

OpenApp = Callable[..., VivavoceApp]
DECLINED, OPEN = "50007-w1-1", "50010-w1-1"


async def point(app: VivavoceApp, pilot: Pilot[int], participant: str, wave: int = 1) -> None:
    await pilot.press("escape")
    app.point_at(participant, wave)
    await pilot.pause()


def sort_of(app: VivavoceApp, participant: str, wave: int) -> Sort:
    cells = [cell for row in app.screen.query_one(BoardTable).rows_of_cells for cell in row]
    return next(cell.sort for cell in cells if (cell.participant, cell.wave) == (participant, wave))


def said(app: VivavoceApp, what: str) -> str:
    return str(app.screen.query_one(what, Static).render())


@pytest.mark.asyncio
async def test_a_refusal_kept_by_mistake_is_annulled_and_its_wave_is_to_be_held(
    ten_folder: Path, open_app: OpenApp
) -> None:
    app = open_app(ten_folder)
    async with app.run_test(size=(80, 24)) as pilot:
        await point(app, pilot, "50007")
        assert sort_of(app, "50007", 1) is Sort.DECLINED
        await pilot.press("a")
        assert isinstance(app.screen, Annulling)
        await pilot.press("enter")
        assert "Say why" in said(app, "#reason .field-said")
        await pilot.press(*"wrong row", "enter")
        assert isinstance(app.screen, Confirm)
        await pilot.press("enter")  # what Enter takes is that it stays
        assert app.study.sessions.get(DECLINED).annulled_at is None
        await pilot.press("enter", "y")
        await pilot.pause()
        assert isinstance(app.screen, Board)
        assert app.study.sessions.get(DECLINED).annulled_reason == "wrong row"
        assert sort_of(app, "50007", 1) is Sort.DUE
        await pilot.press("a")
        assert isinstance(app.screen, Board)  # there is nothing under the cursor any more


@pytest.mark.asyncio
async def test_a_reason_that_can_not_be_written_now_stays_typed(ten_folder: Path, open_app: OpenApp) -> None:
    app = open_app(ten_folder)
    async with app.run_test(size=(80, 24)) as pilot:
        await point(app, pilot, "50007")
        await pilot.press("a", *"wrong row")
        with app.study.another() as other, other.at_once():  # another program writes
            await pilot.press("enter", "y")
            await pilot.pause()
            assert isinstance(app.screen, Annulling)
            assert "Another program is writing to this study" in said(app, "#reason .field-said")
        assert app.screen.query_one(Input).value == "wrong row"
        await pilot.press("enter", "y")
        await pilot.pause()
        assert app.study.sessions.get(DECLINED).annulled_reason == "wrong row"


@pytest.mark.asyncio
@pytest.mark.parametrize("participant", ["50006", "50009"])
async def test_what_was_withdrawn_or_never_held_is_not_annulled(
    ten_folder: Path, open_app: OpenApp, participant: str
) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await point(app, pilot, participant)
        await pilot.press("a")
        assert isinstance(app.screen, Board)


@pytest.mark.asyncio
async def test_escape_annuls_nothing(ten_folder: Path, open_app: OpenApp) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await point(app, pilot, "50007")
        await pilot.press("a", *"wrong row", "escape")
        assert isinstance(app.screen, Board)
        assert len(app.study.sessions.not_annulled()) == len(app.study.sessions.list())


@pytest.mark.asyncio
async def test_an_interrupted_session_that_was_annulled_is_offered_no_more(ten_folder: Path, open_app: OpenApp) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await point(app, pilot, "50010")
        await pilot.press("a", *"wrong", "enter", "y")
        await pilot.pause()
        assert app.study.sessions.get(OPEN).annulled_at is not None
        await pilot.press("i")
        assert isinstance(app.screen, Board)
    again = open_app(ten_folder)
    async with again.run_test():
        assert isinstance(again.screen, Board)


@pytest.mark.asyncio
async def test_a_signed_form_is_kept_after_the_interview_and_listed(
    ten_folder: Path, open_app: OpenApp, tmp_path: Path
) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"signed")
    app = open_app(ten_folder)
    async with app.run_test(size=(120, 40)) as pilot:
        await point(app, pilot, "50001")
        await pilot.press("f")
        assert isinstance(app.screen, SignedForms)
        assert said(app, "#forms-kept") == "None is kept yet."
        for typed in (str(tmp_path / "none.pdf"), str(tmp_path)):
            app.screen.query_one("#form Input", Input).value = typed
            await pilot.press("enter")
            assert said(app, "#form .field-said")
        app.screen.query_one("#form Input", Input).value = str(scan)
        await pilot.press("enter")
        assert said(app, "#forms-kept").startswith("a1  signed form  scan.pdf")
        await pilot.press("escape")
        await pilot.pause()
        shown = [str(one.render()) for one in app.screen.query("#board-words Static").results(Static)]
        assert any("1 kept: f lists them" in one for one in shown)
        (kept,) = app.study.attachments.list("50001-w1-1")
        assert app.study.attachments.get(kept.id)[1] == b"signed"


@pytest.mark.asyncio
async def test_a_number_typed_by_mistake_is_mended_and_what_keeps_it_is_said(
    ten_folder: Path, open_app: OpenApp
) -> None:
    app = open_app(ten_folder)
    async with app.run_test(size=(80, 24)) as pilot:
        await point(app, pilot, "50001")
        await pilot.press("r")
        assert isinstance(app.screen, MendParticipant)
        await pilot.press("ctrl+d")  # not somebody with sessions
        assert isinstance(app.screen, MendParticipant)
        await pilot.press(*"Anna", "enter")
        assert "may be a name" in said(app, "#mended .field-said")
        await pilot.press(*"9", "enter")
        assert "50001-w1-1, 50001-w2-1" in said(app, "#confirm-more")
        await pilot.press("y")
        await pilot.pause()
        assert app.study.sessions.get("50001-w1-1").participant == "Anna9"
        assert "50001" not in [one.number for one in app.study.participants.list()]


@pytest.mark.asyncio
async def test_somebody_who_was_never_met_can_be_removed(ten_folder: Path, open_app: OpenApp) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await point(app, pilot, "50009")
        for answer, left in (("n", True), ("y", False)):
            await pilot.press("r", "ctrl+d", answer, "escape")
            await pilot.pause()
            assert ("50009" in [one.number for one in app.study.participants.list()]) is left
            app.point_at("50009", 1)


@pytest.mark.asyncio
async def test_a_number_that_is_taken_is_refused_before_anything_is_asked(ten_folder: Path, open_app: OpenApp) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await point(app, pilot, "50001")
        await pilot.press("r", *"50002", "enter")
        assert isinstance(app.screen, MendParticipant)
        assert "There is a participant 50002 already" in said(app, "#mended .field-said")
        assert app.study.sessions.get("50001-w1-1").participant == "50001"


@pytest.mark.asyncio
async def test_whom_another_program_renamed_is_found_again_by_the_board(ten_folder: Path, open_app: OpenApp) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await point(app, pilot, "50001")
        app.study.participants.rename("50002", "50022", app.now())
        app.study.participants.remove("50009", app.now())
        await pilot.press("down")
        await pilot.pause()
        shown = {cell.participant for row in app.screen.query_one(BoardTable).rows_of_cells for cell in row}
        assert ("50002" in shown, "50009" in shown, "50022" in shown) == (False, False, True)


@pytest.mark.asyncio
@pytest.mark.parametrize("keys", [("5", "0", "0", "9", "8", "enter"), ("ctrl+d",)], ids=["renamed", "removed"])
async def test_whom_another_program_renamed_is_not_mended_here(
    ten_folder: Path, open_app: OpenApp, keys: tuple[str, ...]
) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await point(app, pilot, "50009")
        await pilot.press("r")
        app.study.participants.rename("50009", "50099", app.now())
        await pilot.press(*keys)
        assert isinstance(app.screen, MendParticipant)
        assert "There is no participant 50009" in said(app, "#mended .field-said")


@pytest.mark.asyncio
async def test_nothing_begins_with_whom_another_program_renamed(ten_folder: Path, open_app: OpenApp) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await point(app, pilot, "50009")
        await pilot.press("enter")
        app.study.participants.rename("50009", "50099", app.now())
        await pilot.press("n", "ctrl+s", "y")
        await pilot.pause()
        assert app.is_running
        assert not [one for one in app.study.sessions.list() if one.participant in ("50009", "50099")]


def test_what_was_annulled_leaves_nothing_for_the_next_time(ten_folder: Path, now: datetime) -> None:
    with Study.open(ten_folder, "demo", now) as study:
        before = last_time(study, "50001", 3)
        study.annulment.annul("50001-w2-1", "the wrong person", now)
        after = last_time(study, "50001", 3)
    assert before is not None
    assert after is not None
    assert (before.session.id, after.session.id) == ("50001-w2-1", "50001-w1-1")
