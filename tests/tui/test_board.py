"""The board: what stands where, and what its keys do."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Input, OptionList

from store import Decision, Kind, Rule, Study, Verbatim
from store.clock import later_by_months
from store.errors import ReceiptOwed
from store.localtime import short_day
from tui.app import VivavoceApp
from tui.lasttime import under_heading
from tui.screens.board import Board
from tui.screens.consent import ConsentScreen
from tui.screens.doctor import DoctorScreen
from tui.screens.interrupted import InterruptedScreen
from tui.screens.search import SearchScreen
from tui.screens.second_reading import ReadingMoved
from tui.screens.settings import SettingsScreen
from tui.waves import Cell, Rows, Sort, table
from tui.widgets.board_table import BoardTable, drawn, words
from tui.widgets.facts import Facts

OpenApp = Callable[..., VivavoceApp]
TODAY = date(2026, 11, 22)


def cells(app: VivavoceApp) -> dict[tuple[str, int], Cell]:
    """What the board draws, by participant and wave."""
    rows = app.screen.query_one(BoardTable).rows_of_cells
    return {(cell.participant, cell.wave): cell for row in rows for cell in row}


def facts(app: VivavoceApp) -> str:
    """What stands beside the board."""
    return "\n".join(f"{fact.name} {fact.text}" for fact in app.screen.query_one("#board-words", Facts).facts)


@pytest.mark.asyncio
async def test_every_state_of_a_wave_has_its_own_word(ten_folder: Path, open_app: OpenApp) -> None:
    app = open_app(ten_folder)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("escape")
        held = cells(app)
    assert {key: held[key].sort for key in held if key[1] == 1} == {
        ("50001", 1): Sort.RECORDED,
        ("50002", 1): Sort.RECORDED,
        ("50003", 1): Sort.NOTES,
        ("50004", 1): Sort.RECORDED,
        ("50005", 1): Sort.RECORDED,
        ("50006", 1): Sort.WITHDRAWN,
        ("50007", 1): Sort.DECLINED,
        ("50008", 1): Sort.RECORDED,
        ("50009", 1): Sort.DUE,
        ("50010", 1): Sort.INTERRUPTED,
    }
    assert words(held["50002", 2], TODAY) == "overdue 23 d"
    assert words(held["50004", 2], TODAY) == "due 2 Dec"
    assert words(held["50001", 3], TODAY) == "due 4 Dec"
    assert words(held["50006", 2], TODAY) == "14 Dec"
    assert not held["50005", 1].memo


@pytest.mark.asyncio
async def test_the_cursor_begins_on_whoever_waits_longest(ten_folder: Path, open_app: OpenApp) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await pilot.press("escape")
        pointed = app.screen.query_one(BoardTable).pointed
    assert pointed is not None
    assert (pointed.participant, pointed.wave) == ("50002", 2)


@pytest.mark.asyncio
async def test_beside_the_board_stands_what_last_time_left(ten_folder: Path, open_app: OpenApp) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await pilot.press("escape")
        await pilot.pause()
        beside = facts(app)
    assert "Ask about mentoring [b]and[/b] the map." in beside
    assert "multidisciplinary" in beside
    assert "taking part, audio, quoting, contact" in beside


@pytest.mark.asyncio
async def test_the_headline_counts_what_waits(ten_folder: Path, open_app: OpenApp) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await pilot.press("escape")
        right = str(app.screen.query_one("#headline-right").render())
        left = str(app.screen.query_one("#headline-left").render())
    assert right == "7 due · 1 memo missing · 41.2 GB free"
    assert "invented words" in left


@pytest.mark.asyncio
async def test_enter_opens_consent_for_the_wave_under_the_cursor(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("enter")
        assert isinstance(app.screen, ConsentScreen)
        assert (app.screen.participant, app.screen.wave) == ("50008", 2)


@pytest.mark.asyncio
async def test_enter_on_a_session_that_was_held_takes_the_next_wave(ten_folder: Path, open_app: OpenApp) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await pilot.press("escape", "left", "enter")
        assert isinstance(app.screen, ConsentScreen)
        assert (app.screen.participant, app.screen.wave) == ("50002", 2)


@pytest.mark.asyncio
async def test_enter_on_an_interrupted_session_offers_to_mend_it(ten_folder: Path, open_app: OpenApp) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await pilot.press("escape")
        app.screen.query_one(BoardTable).point_at("50010", 1)
        await pilot.press("enter")
        assert isinstance(app.screen, InterruptedScreen)


@pytest.mark.asyncio
async def test_a_new_participant_is_kept_and_pointed_at(demo_folder: Path, open_app: OpenApp, now: datetime) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("n", *"50011", "enter")
        await pilot.pause()
        pointed = app.screen.query_one(BoardTable).pointed
        assert pointed is not None
        assert pointed.participant == "50011"
    with Study.open(demo_folder, "demo", now) as study:
        assert study.participants.get("50011").number == "50011"


@pytest.mark.asyncio
async def test_a_name_is_refused_beside_the_field_and_can_be_mended(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("n", *"Anna", "enter")
        assert "may be a name" in str(app.screen.query_one("#number .field-said").render())
        await pilot.press(*"-7", "enter")
        await pilot.pause()
        assert app.study.participants.get("Anna-7")
        pane = app.screen.query_one("#board-detail")
        assert str(pane.border_title) == "Anna-7 · wave 1"


@pytest.mark.asyncio
async def test_a_number_that_is_taken_is_refused_beside_the_field(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("n", *"50001", "enter")
        said = str(app.screen.query_one("#number .field-said").render())
        assert said == "There is a participant 50001 already: choose another number."
        assert len(app.study.participants.list()) == 10
        await pilot.press(*"1", "enter")
        await pilot.pause()
        assert isinstance(app.screen, Board)
        assert app.study.participants.get("500011")


@pytest.mark.asyncio
async def test_an_empty_study_says_what_to_do_first(tmp_path: Path, open_app: OpenApp, now: datetime) -> None:
    from guides import bundled_guide

    guide = bundled_guide("open-interview")
    Study.create(tmp_path / "new", "demo", name="New", guide=guide, now=now)[0].close()
    app = open_app(tmp_path / "new")
    async with app.run_test() as pilot:
        assert app.screen.query_one("#board-empty").display
        assert "adds one, by number" in str(app.screen.query_one("#board-empty").render())
        await pilot.press("n", *"7", "enter")
        await pilot.pause()
        assert not app.screen.query_one("#board-empty").display
        assert isinstance(app.focused, BoardTable)


@pytest.mark.asyncio
@pytest.mark.parametrize(("key", "screen"), [("slash", SearchScreen), ("d", DoctorScreen), ("comma", SettingsScreen)])
async def test_a_single_key_leads_there_and_escape_back(
    demo_folder: Path, open_app: OpenApp, key: str, screen: type
) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press(key)
        assert isinstance(app.screen, screen)
        await pilot.press("escape")
        assert isinstance(app.screen, Board)


@pytest.mark.asyncio
async def test_memo_and_transcript_are_greyed_where_no_session_was_held(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.screen.check_action("memo", ()) is None
        await pilot.press("left")
        assert app.screen.check_action("memo", ()) is True
        assert app.screen.check_action("open", ()) is True


@pytest.mark.asyncio
async def test_search_finds_while_typing_and_names_the_place(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("slash", *"walking gr")
        await pilot.pause()
        assert "places" in str(app.screen.query_one("#search-said").render())
        await pilot.press("down")
        assert app.screen.query_one("#search-hits", OptionList).highlighted == 1


@pytest.mark.asyncio
async def test_what_was_loaded_is_not_gone_through_for_garbage_while_somebody_searches(
    demo_folder: Path, open_app: OpenApp
) -> None:
    app = open_app(demo_folder)
    before = gc.get_freeze_count()
    async with app.run_test() as pilot:
        await pilot.press("slash", *"walk")
        await pilot.pause()
        assert gc.get_freeze_count() > before + 10_000
        await pilot.press("escape")
        await pilot.pause()
        assert gc.get_freeze_count() == 0


@pytest.mark.asyncio
async def test_what_is_searched_for_may_hold_any_signs(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("slash")
        app.screen.query_one(Input).value = 'map " [b] ( * NEAR'
        await pilot.pause()
        assert str(app.screen.query_one("#search-said").render()) == "Nothing holds these words."


@pytest.mark.asyncio
async def test_settings_are_kept_and_move_the_waves(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("comma", *"Ana", "tab", "backspace", "3", "tab", *"Left", "tab", "tab", *"strict", "enter")
        await pilot.pause()
        assert app.study.verbatim is Verbatim.STRICT
        assert app.study.setting("interviewer_channel") == "left"
        assert app.study.setting("interviewer") == "Ana"
        assert app.study.setting("wave_months") == "3"
        assert cells(app)["50008", 2].sort is Sort.OVERDUE


@pytest.mark.asyncio
async def test_months_that_are_no_number_are_refused_beside_the_field(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("comma", "tab", "backspace", "x", "enter")
        assert isinstance(app.screen, SettingsScreen)
        assert "from 1 to 60" in str(app.screen.query_one("#months .field-said").render())
        assert app.study.setting("wave_months") is None


@pytest.mark.asyncio
async def test_a_channel_that_is_neither_left_nor_right_is_refused(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("comma", "tab", "tab", *"both", "enter")
        assert isinstance(app.screen, SettingsScreen)
        assert "left or right" in str(app.screen.query_one("#channel .field-said").render())
        assert app.study.setting("interviewer_channel") is None


@pytest.mark.asyncio
async def test_a_verbatim_that_there_is_not_is_refused(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("comma", *["tab"] * 4, *"loose", "enter")
        assert isinstance(app.screen, SettingsScreen)
        assert "clean or strict" in str(app.screen.query_one("#verbatim .field-said").render())
        assert app.study.verbatim is Verbatim.CLEAN


@pytest.mark.asyncio
async def test_how_long_sessions_are_kept_is_a_setting(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("comma", *["tab"] * 5, *["backspace"] * 7, *"soon", "enter")
        assert isinstance(app.screen, SettingsScreen)
        assert "give a day such as" in str(app.screen.query_one("#retention .field-said").render())
        await pilot.press(*["backspace"] * 4, *"2027-01-31", "enter")
        await pilot.pause()
        assert app.study.retention.rule == Rule(until=date(2027, 1, 31))
        said = str(app.screen.query_one("#board-retention").render())
        assert said.startswith("1 session reaches its retention date, first on 2027-01-31")


@pytest.mark.asyncio
async def test_the_board_says_which_sessions_are_past_their_retention_date(ten_folder: Path, open_app: OpenApp) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await pilot.press("escape")
        line = app.screen.query_one("#board-retention")
        assert not line.display
        app.study.retention.set(Rule(until=date(2026, 1, 31)), app.now())
        board = next(screen for screen in app.screen_stack if isinstance(screen, Board))
        board.reload()
        due = len(app.study.sessions.list())
        assert line.display
        assert str(line.render()) == f"{due} sessions are past their retention date: run 'vivavoce study destroy-due'."
        with suppress(ReceiptOwed):  # where another connection reads, unused space is erased later
            app.study.retention.destroy("50001-w1-1", app.now())
        board.reload()
        assert cells(app)["50001", 1].sort is Sort.DESTROYED


@pytest.mark.asyncio
async def test_no_screen_opens_on_a_session_of_somebody_who_does_not_take_part(
    ten_folder: Path, open_app: OpenApp
) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await pilot.press("escape")
        app.study.withdraw_taking_part("50001-w1-1", notes=False, recorded_by="interviewer", now=app.now())
        board = next(screen for screen in app.screen_stack if isinstance(screen, Board))
        board.reload()
        for participant in ("50001", "50007"):
            board.point_at(participant, 1)
            await pilot.pause()
            await pilot.press("o", "m")
            app.show_transcript(f"{participant}-w1-1")
            app.show_memo(f"{participant}-w1-1")
            await pilot.pause()
            assert app.screen is board
        assert "withdrawn: taking part" in facts(app) or "declined: taking part" in facts(app)
        assert "next time" not in facts(app)


@pytest.mark.asyncio
async def test_a_transcript_is_left_as_soon_as_its_gate_is_shut(ten_folder: Path, open_app: OpenApp) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await pilot.press("escape")
        for show in (app.show_transcript, app.show_memo):
            app.study.consent.decide(
                "50001-w1-1", Kind.TAKING_PART, Decision.GRANTED, form_version="1", recorded_by="ME", now=app.now()
            )
            show("50001-w1-1")
            await pilot.pause()
            opened = app.screen
            assert not isinstance(opened, Board)
            app.study.consent.decide(
                "50001-w1-1", Kind.TAKING_PART, Decision.WITHDRAWN, form_version="1", recorded_by="ME", now=app.now()
            )
            opened.post_message(ReadingMoved("50001-w1-1", None))
            await pilot.pause()
            assert isinstance(app.screen, Board)


def test_next_time_is_read_from_under_its_heading_alone() -> None:
    memo = "Free.\n\n## Next time\n- one\n* two\n\nthree\n> “Four winters.” 50001, 00:01:29\n## Care\n- five\n"
    assert under_heading(memo, "next time") == ("one", "two", "three", "“Four winters.” 50001, 00:01:29")


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(0, 120))
def test_months_later_is_the_same_day_or_the_last_of_its_month(day: date, months: int) -> None:
    later = later_by_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@given(st.integers(1, 9), st.lists(st.text("0123456789", min_size=1, max_size=5), unique=True, max_size=6))
def test_a_study_without_sessions_waits_for_wave_one_of_everybody(waves: int, numbers: list[str]) -> None:
    rows = table(Rows(numbers, (), {}, {}), waves, TODAY)
    assert [row[0].sort for row in rows] == [Sort.DUE] * len(numbers)
    assert all(cell.sort is Sort.NOTHING for row in rows for cell in row[1:])
    assert all(len(row) == waves for row in rows)


def test_a_day_names_its_year_only_where_it_is_another() -> None:
    assert short_day(date(2026, 12, 2), TODAY) == "2 Dec"
    assert short_day(date(2027, 3, 2), TODAY) == "2 Mar 2027"


def test_a_cell_says_by_shape_and_word_what_its_colour_says() -> None:
    colours = dict.fromkeys(("success", "primary", "error", "secondary", "warning"), "#000000")
    cell = Cell("50001", 1, Sort.OVERDUE, due=TODAY - timedelta(days=9))
    assert drawn(cell, TODAY, colours).plain == "▲ overdue 9 d"


def test_moments_are_shown_on_the_day_they_were_here() -> None:
    from store.localtime import long_day

    assert long_day(datetime(2026, 7, 24, 12, tzinfo=UTC)) == "24 Jul 2026"
