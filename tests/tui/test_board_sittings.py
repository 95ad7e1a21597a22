"""A wave with more than one sitting: the board shows and offers each, also those that a later refusal hides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from store import Decision, Kind, Study
from tests.tui.conftest import Until
from tests.tui.test_board import cells, facts
from tui.app import VivavoceApp
from tui.lasttime import DASH, last_time
from tui.screens.annulling import Annulling
from tui.screens.board import Board
from tui.screens.choose import Choose
from tui.screens.memo import MemoScreen
from tui.screens.signed_forms import SignedForms
from tui.screens.transcript import TranscriptScreen
from tui.screens.withdrawal import WithdrawalScreen
from tui.waves import Sort
from tui.widgets.board_table import BoardTable, drawn

OpenApp = Callable[..., VivavoceApp]
FIRST, SECOND = "50001-w1-1", "50001-w1-2"


def sit_again(folder: Path, now: datetime, **refused: Decision) -> None:
    """Another sitting of the first wave with 50001, over at once."""
    with Study.open(folder, "demo", now) as study:
        guide = study.guides.current().sha256
        key = study.sessions.begin("50001", 1, guide_sha256=guide, setting="", others_present="", now=now).id
        for kind in Kind:
            decision = refused.get(kind.value, Decision.GRANTED)
            study.consent.decide(key, kind, decision, form_version="1", recorded_by="i", now=now)
        study.sessions.stop(key, now, recording_ms=60_000, captured_ms=60_000, dropped_frames=0)
        study.sessions.complete(key, now, ready_after_stop_ms=None)
        assert key == SECOND


async def on_the_cell(app: VivavoceApp, pilot: Pilot[int]) -> None:
    await pilot.press("escape")
    app.point_at("50001", 1)
    await pilot.pause()


@pytest.mark.asyncio
async def test_what_a_later_refusal_hides_is_shown_read_and_taken_back(
    ten_folder: Path, open_app: OpenApp, now: datetime, until: Until
) -> None:
    sit_again(ten_folder, now, taking_part=Decision.DECLINED, audio=Decision.DECLINED)
    app = open_app(ten_folder)
    async with app.run_test(size=(120, 40)) as pilot:
        await on_the_cell(app, pilot)
        cell = cells(app)["50001", 1]
        assert cell.sort is Sort.DECLINED
        assert [one.id for one in cell.sittings] == [SECOND, FIRST]
        assert drawn(cell, now.date(), app.theme_variables).plain == "✕ declined +1"
        assert f"also held {DASH} {FIRST}: 27 Mar 2026, recorded, 53 min" in facts(app)
        for key in ("o", "m"):
            await pilot.press(key)
            await until(lambda: isinstance(app.screen, TranscriptScreen | MemoScreen))
            assert isinstance(app.screen, TranscriptScreen if key == "o" else MemoScreen)
            await pilot.press("escape")
            await until(lambda: isinstance(app.screen, Board))
        await pilot.press("w")
        await until(lambda: isinstance(app.screen, WithdrawalScreen))
        await pilot.press("4", "y")
        await until(lambda: app.study.receipts.list(FIRST))
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, Board))
        await pilot.press("o", "m")
        await pilot.pause()
        assert isinstance(app.screen, Board)  # nothing is left to be read


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("key", "opened"),
    [("o", TranscriptScreen), ("m", MemoScreen), ("w", WithdrawalScreen), ("f", SignedForms), ("a", Annulling)],
)
async def test_where_there_are_several_each_can_be_chosen_the_newest_first(
    ten_folder: Path, open_app: OpenApp, now: datetime, until: Until, key: str, opened: type
) -> None:
    sit_again(ten_folder, now)
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await on_the_cell(app, pilot)
        await pilot.press(key)
        asked = app.screen
        assert isinstance(asked, Choose)
        assert [one.gives for one in asked._answers] == [SECOND, FIRST]
        assert "22 Nov 2026, recorded, 1 min" in asked._answers[0].words
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, Board)  # Enter at once opens none
        await pilot.press(key, "2")
        await until(lambda: isinstance(app.screen, opened))
        assert FIRST in str(vars(app.screen))


@pytest.mark.asyncio
async def test_the_sound_of_an_annulled_sitting_can_be_taken_back_on_the_board(
    ten_folder: Path, open_app: OpenApp, now: datetime, until: Until
) -> None:
    with Study.open(ten_folder, "demo", now) as study:
        study.annulment.annul(FIRST, "begun for the wrong person", now)
    app = open_app(ten_folder)
    async with app.run_test(size=(120, 40)) as pilot:
        await on_the_cell(app, pilot)
        assert cells(app)["50001", 1].session is None
        assert f"{FIRST}: 27 Mar 2026, recorded, 53 min, annulled" in facts(app)
        await pilot.press("o", "m")
        assert isinstance(app.screen, Board)
        await pilot.press("w")
        await until(lambda: isinstance(app.screen, WithdrawalScreen))


@pytest.mark.asyncio
@pytest.mark.parametrize("wave", [50_001, 10**15])
async def test_only_waves_that_there_are_have_a_column(
    ten_folder: Path, open_app: OpenApp, now: datetime, wave: int
) -> None:
    with Study.open(ten_folder, "demo", now) as study:
        study._database.run("UPDATE session SET wave = ? WHERE id = '50002-w1-1'", (wave,))  # an older vivavoce took it
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await pilot.press("escape")
        table = app.screen.query_one(BoardTable)
        assert [cell.wave for cell in table.rows_of_cells[0]] == [1, 2, 3, wave]
        app.point_at("50002", wave)
        assert cells(app)["50002", wave].sort is Sort.RECORDED
        assert table.pointed is not None
        assert (table.pointed.participant, table.pointed.wave) == ("50002", wave)


def test_last_time_is_the_newest_sitting_by_its_row(ten_folder: Path, now: datetime) -> None:
    sit_again(ten_folder, now - timedelta(days=4000))
    with Study.open(ten_folder, "demo", now) as study:
        back = last_time(study, "50001", 3)
        assert back is not None
        assert back.session.id == SECOND


@pytest.mark.asyncio
async def test_the_newest_sitting_is_told_by_its_row_and_not_by_the_clock(
    ten_folder: Path, open_app: OpenApp, now: datetime
) -> None:
    sit_again(ten_folder, now - timedelta(days=4000), taking_part=Decision.DECLINED)
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await on_the_cell(app, pilot)
        cell = cells(app)["50001", 1]
        assert cell.session is not None
        assert (cell.session.id, cell.sort) == (SECOND, Sort.DECLINED)
