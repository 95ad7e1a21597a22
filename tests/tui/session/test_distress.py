"""One key in a moment of distress: nothing is recorded any more, the card is there, and one key leads on."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from textual.widgets import Static, TextArea

from guides import Distress
from store import Decision, Kind, NotNow
from store.ballast import BALLAST_FILE
from tests.small_disk import fill, small_disk
from tests.tui.conftest import OpenApp, Until
from tests.tui.session.conftest import OpenRoom, Room
from tui.demo.script import Move, load
from tui.demo.study import begin_second
from tui.distress import MARK, card_of, keep_card
from tui.screens.board import Board
from tui.screens.distress import DistressScreen
from tui.screens.distress_words import DistressWords
from tui.screens.help import HelpScreen
from tui.screens.interview import InterviewScreen
from tui.screens.memo import MemoScreen
from tui.session import Stage
from tui.widgets.recording_bar import RecordingBar
from tui.widgets.top_line import NewsLine

pytestmark = pytest.mark.asyncio


def on_card(room: Room) -> str:
    assert isinstance(room.app.screen, DistressScreen)
    return "\n".join(str(part.render()) for part in room.app.screen.query(Static))


async def off_the_record(room: Room, until: Until) -> None:
    """Press the key in the midst of a recording, and wait for the recorder's word that it is off."""
    await until(lambda: room.screen.conductor.at_ms > 500)
    await room.pilot.press("exclamation_mark")
    await until(lambda: room.screen.conductor.stage is Stage.PAUSED)


async def test_the_key_stops_the_recording_and_shows_what_to_say_and_whom_to_call(
    open_room: OpenRoom, until: Until
) -> None:
    async with open_room() as room:
        await off_the_record(room, until)
        bar = room.app.screen.query_one(RecordingBar)
        await until(lambda: bar.words.startswith("‖ OFF RECORD"))
        shown, guide = on_card(room), room.screen.conductor.guide
        at_ms = room.screen.conductor.at_ms
        await room.pilot.pause(0.5)

        assert guide.distress.say in shown
        assert guide.distress.call in shown
        assert room.screen.conductor.at_ms == at_ms
        assert len(room.study.log.pauses(room.session)) == 1
        assert [mark.text for mark in room.study.log.marks(room.session)] == [MARK]


@pytest.mark.parametrize("pauses_first", ["script", "person"])
async def test_the_script_of_the_demo_does_not_record_beneath_the_card(
    open_room: OpenRoom, until: Until, pauses_first: str
) -> None:
    times = {"script": (600, 2_600), "person": (2_000, 2_600)}[pauses_first]
    moves = (Move(times[0], "pause", None, None), Move(times[1], "resume", None, None))
    async with open_room(script=replace(load(), moves=moves), childless=pauses_first == "script") as room:
        conductor = room.screen.conductor
        if pauses_first == "script":
            await until(lambda: conductor.stage is Stage.PAUSED)
        else:
            await until(lambda: conductor.at_ms > 0)
        await room.pilot.press("exclamation_mark")
        await until(lambda: conductor.played_ms > 3_600)

        assert isinstance(room.app.screen, DistressScreen)
        assert conductor.stage is Stage.PAUSED
        assert len(room.study.log.pauses(room.session)) == 1
        assert room.study.log.pauses(room.session)[0].resumed_at is None


async def test_one_key_records_again(open_room: OpenRoom, until: Until) -> None:
    async with open_room(childless=True) as room:
        await off_the_record(room, until)
        await room.pilot.press("o")
        await until(lambda: room.screen.conductor.stage is Stage.RECORDING)

        assert room.app.screen is room.screen
        assert room.study.log.pauses(room.session)[0].resumed_at is not None


@pytest.mark.parametrize("key", ["n", "escape"])
async def test_one_key_goes_on_with_notes_only_and_consent_stands(open_room: OpenRoom, until: Until, key: str) -> None:
    async with open_room(childless=True) as room:
        await off_the_record(room, until)
        await room.pilot.press(key)
        await until(lambda: room.app.screen is room.screen)
        await room.pilot.press("n", *"calmer", "enter")

        assert room.screen.conductor.stage is Stage.PAUSED
        assert "o records again" in room.screen.query_one(NewsLine).state_words
        assert [row.text for row in room.study.log.jottings(room.session)] == ["calmer"]
        assert Decision.WITHDRAWN not in room.study.consent.newest(room.session).values()
        await room.pilot.press("o")
        await until(lambda: room.screen.conductor.stage is Stage.RECORDING)


async def test_one_key_ends_the_interview_and_the_memo_opens(open_room: OpenRoom, until: Until) -> None:
    async with open_room(childless=True) as room:
        await off_the_record(room, until)
        await room.pilot.press("s")
        await until(lambda: isinstance(room.app.screen, MemoScreen))

        memo = room.study.memos.for_session(room.session)
        assert memo is not None
        assert MARK in memo.text
        assert room.study.sessions.get(room.session).stopped_at is not None


async def test_off_the_record_already_it_stays_so_and_the_card_is_shown(open_room: OpenRoom, until: Until) -> None:
    async with open_room(childless=True) as room:
        await until(lambda: room.screen.conductor.at_ms > 500)
        await room.pilot.press("o")
        await until(lambda: room.screen.conductor.stage is Stage.PAUSED)
        await room.pilot.press("exclamation_mark")
        await room.pilot.pause(0.3)

        assert isinstance(room.app.screen, DistressScreen)
        assert room.screen.conductor.stage is Stage.PAUSED
        assert len(room.study.log.pauses(room.session)) == 1


async def test_a_session_of_notes_shows_the_card_and_pauses_nothing(open_room: OpenRoom, until: Until) -> None:
    async with open_room(audio=Decision.DECLINED) as room:
        await room.pilot.press("exclamation_mark")
        shown = on_card(room)
        offered = [active.binding.action for active in room.app.screen.active_bindings.values()]
        await room.pilot.press("o", "n")

        assert "record again" not in shown
        assert "record" not in offered
        assert room.app.screen is room.screen
        assert room.screen.conductor.stage is Stage.NOTES
        assert room.study.log.pauses(room.session) == ()
        assert [mark.text for mark in room.study.log.marks(room.session)] == [MARK]


async def test_the_study_shows_a_card_of_its_own_and_what_it_leaves_open_is_the_guides(
    open_room: OpenRoom, until: Until, now: datetime
) -> None:
    async with open_room(audio=Decision.DECLINED) as room:
        keep_card(room.study, Distress("", "Crisis line [b]0[/b] 000"), now)
        await room.pilot.press("exclamation_mark")

        assert "Crisis line [b]0[/b] 000" in on_card(room)
        assert room.screen.conductor.guide.distress.say in on_card(room)


async def test_help_on_the_card_tells_its_keys_and_an_interview_can_not_be_quit_from_it(
    open_room: OpenRoom, until: Until
) -> None:
    async with open_room(childless=True) as room:
        await off_the_record(room, until)
        await room.pilot.press("ctrl+q")
        assert room.app.is_running
        await room.pilot.press("question_mark")
        assert isinstance(room.app.screen, HelpScreen)
        told = "\n".join(str(part.render()) for part in room.app.screen.query(Static))
        await room.pilot.press("escape")

        assert "End the interview; the memo opens" in told
        assert isinstance(room.app.screen, DistressScreen)


@pytest.mark.slow
async def test_a_disk_that_takes_nothing_any_more_hides_no_card_and_keeps_no_recording_on(
    open_app: OpenApp, demo_folder: Path, tmp_path: Path, now: datetime, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_disk(tmp_path / "disk", "48m") as disk:
        app = open_app(shutil.copytree(demo_folder, disk / "study"))
        async with app.run_test(size=(120, 40)) as pilot:
            session = begin_second(app.study, now)
            for kind in Kind:
                app.study.consent.decide(session, kind, Decision.GRANTED, form_version="1", recorded_by="i", now=now)
            screen = InterviewScreen(session)
            await app.push_screen(screen)
            await until(lambda: screen.ready and screen.conductor.at_ms > 500)
            (disk / "study" / BALLAST_FILE).unlink(missing_ok=True)
            filler = fill(disk)
            refused: list[object] = []

            def refuse(*_: object, **__: object) -> None:
                refused.append(1)
                raise NotNow("The disk is full.")

            monkeypatch.setattr(app.study.log, "mark", refuse)
            await pilot.press("exclamation_mark")
            shown = isinstance(app.screen, DistressScreen)
            await until(lambda: screen.conductor.stage in (Stage.PAUSED, Stage.LOST))
            off_ms = screen.conductor.at_ms
            await pilot.pause(1.0)
            still_ms = screen.conductor.at_ms
            monkeypatch.undo()
            filler.unlink()
            await pilot.press("s")
            await until(lambda: isinstance(app.screen, MemoScreen))

    assert shown
    assert refused
    assert still_ms == off_ms


async def test_the_card_of_the_study_is_written_on_the_board(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("exclamation_mark")
        assert isinstance(app.screen, DistressWords)
        pages = app.screen.query(TextArea)
        pages.first().text, pages.last().text = "", "Line: 0 000"
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(app.screen, Board)
        guide = app.study.guides.current()
        kept = card_of(app.study, guide)
        keep_card(app.study, Distress("", ""), app.now())
        back = card_of(app.study, guide)

    assert kept == Distress(guide.distress.say, "Line: 0 000")
    assert back == guide.distress


async def test_a_card_that_was_changed_is_not_left_without_a_question(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test(size=(80, 24)) as pilot:
        before = card_of(app.study, app.study.guides.current())
        await pilot.press("exclamation_mark", *"0 000", "escape")
        asked = type(app.screen).__name__
        await pilot.press("y")
        await pilot.pause()

        assert asked == "Confirm"
        assert isinstance(app.screen, Board)
        assert card_of(app.study, app.study.guides.current()) == before
