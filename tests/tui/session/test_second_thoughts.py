"""Notes and stamps mended by keys, strikes that do what they say, and a screen of notes without anything of sound."""

from __future__ import annotations

import pytest
from textual.events import Paste
from textual.widgets import Input, OptionList, Static

from store import Decision, Move
from tests.tui.conftest import Until
from tests.tui.session.conftest import OpenRoom, Room
from tui.demo.script import load
from tui.screens.confirm import Confirm
from tui.screens.memo import MemoScreen
from tui.screens.typed_notes import TypedNotes
from tui.session import Stage
from tui.widgets.captions import Captions
from tui.widgets.guide_list import GuideList
from tui.widgets.jottings import Jottings
from tui.widgets.level_meter import LevelMeter
from tui.widgets.note_line import NoteLine, NoteWords
from tui.widgets.recording_bar import RecordingBar
from tui.widgets.top_line import NewsLine

pytestmark = pytest.mark.asyncio


def texts(room: Room) -> list[str]:
    return [note.text for note in room.study.log.typed(room.session)]


def news(room: Room) -> str:
    line = room.screen.query_one(NewsLine)
    return str(line.notice_words or line.state_words)


def shown_keys(room: Room) -> set[str]:
    return {active.binding.description for active in room.screen.active_bindings.values() if active.binding.show}


def said(room: Room, selector: str) -> str:
    """What stands there, if it can be seen."""
    there = room.app.screen.query_one(selector, Static)
    return str(there.render()) if there.display else ""


async def type_note(room: Room, words: str) -> None:
    await room.pilot.press("n", *words, "enter")


async def test_a_hasty_note_is_corrected_and_another_struck_by_keys(open_room: OpenRoom, until: Until) -> None:
    async with open_room(audio=Decision.DECLINED) as room:
        await type_note(room, "met Annegret")
        await type_note(room, "calm")
        await room.pilot.press("N")
        await until(lambda: isinstance(room.app.screen, TypedNotes))
        await room.pilot.press("up", "enter", *["backspace"] * 8, *"her aunt", "enter")
        assert texts(room) == ["met her aunt", "calm"]
        assert not room.study.search("Annegret")

        await room.pilot.press("enter", *" and", "escape")  # typed, and left as it was
        assert texts(room) == ["met her aunt", "calm"]
        await room.pilot.press("delete")
        await until(lambda: isinstance(room.app.screen, Confirm))
        await room.pilot.press("enter")
        assert texts(room) == ["met her aunt", "calm"]
        await room.pilot.press("delete", "y")
        await until(lambda: texts(room) == ["calm"])
        await room.pilot.press("delete", "y")
        await until(lambda: not texts(room))
        assert said(room, "#typed-said") == "Nothing was typed yet."
        await room.pilot.press("enter", "delete", "escape")
        assert room.app.screen is room.screen
        assert room.screen.query_one(Jottings).passages == ()


async def test_a_stamp_is_taken_back_whichever_it_was(open_room: OpenRoom) -> None:
    async with open_room(audio=Decision.DECLINED) as room:
        questions = [question.id for question in room.screen.conductor.walk.questions]
        guide = room.screen.query_one(GuideList)

        def moves() -> list[tuple[Move, str | None]]:
            return [(cue.move, cue.question) for cue in room.study.log.cues(room.session)]

        await room.pilot.press("u")
        assert "nothing to take back" in news(room)
        await room.pilot.press("space", "k", "u")
        assert moves() == [(Move.ASK, questions[0])]
        assert "not skipped" in news(room)
        assert guide.chosen == questions[1]

        await room.pilot.press("space", "space", "f")
        guide.choose(questions[0])
        await room.pilot.press("u")  # the first was a mistake; what came after it stays
        assert moves() == [(Move.ASK, questions[1]), (Move.ASK, questions[2]), (Move.FOLLOW, questions[2])]
        assert room.screen.conductor.walk.asked == {questions[1], questions[2]}

        guide.choose(questions[2])
        await room.pilot.press("u", "u")  # of the question in hand the newest move goes first
        assert moves() == [(Move.ASK, questions[1])]
        current = room.screen.conductor.walk.current
        assert current is not None
        assert current.id == questions[1]
        assert len(room.study.log.undone(room.session)) == 4


async def test_a_strike_in_a_session_of_notes_shows_what_goes_and_says_where_nothing_is(
    open_room: OpenRoom, until: Until
) -> None:
    async with open_room(audio=Decision.DECLINED) as room:
        await room.pilot.press("x", "1")
        assert "there is nothing to strike" in said(room, "#strike-said")
        assert "Sound" not in said(room, "#strike-warning")
        await room.pilot.press("escape")
        assert room.study.log.gaps(room.session) == ()

        await type_note(room, "Annegret said it")
        await room.pilot.press("x", "4")
        field = room.app.screen.query_one("#strike-seconds", Input)
        assert field.value == ""
        for wrong in ("", "0", "-3", "two", "nan"):
            field.value = ""
            await room.pilot.press(*wrong, "enter")
            assert "no number of seconds" in said(room, "#strike-said"), wrong
        field.value = ""
        await room.pilot.press(*"9.5", "enter")
        assert "Annegret said it" in said(room, "#strike-notes")
        await room.pilot.press("enter")  # nothing
        assert texts(room) == ["Annegret said it"]

        await room.pilot.press("x", "1", "y")
        await until(lambda: not texts(room))
        assert "with 1 note" in news(room)
        assert room.screen.query_one(Jottings).passages == ()
        assert room.study.receipts.list(room.session)[-1].destroyed == ("1 jotting",)


async def test_a_strike_reaches_back_from_its_key_and_offers_the_notes(open_room: OpenRoom, until: Until) -> None:
    async with open_room(childless=True) as room:
        conductor = room.screen.conductor
        await until(lambda: conductor.at_ms > 1_000)
        await type_note(room, "before")
        pressed_ms = conductor.at_ms
        await room.pilot.press("x", "4", *"30")
        asked_ms = conductor.at_ms
        await until(lambda: conductor.at_ms > asked_ms + 1_000)
        await room.pilot.press("enter")
        assert "before" in said(room, "#strike-notes")
        await room.pilot.press("k")
        await until(lambda: room.study.log.gaps(room.session))

        (gap,) = room.study.log.gaps(room.session)
        assert pressed_ms <= gap.end_ms <= asked_ms
        assert gap.start_ms == max(0, gap.end_ms - 30_000)
        assert texts(room) == ["before"]


async def test_a_screen_of_notes_has_nothing_of_sound(open_room: OpenRoom) -> None:
    async with open_room(audio=Decision.DECLINED) as room:
        screen = room.screen
        assert not screen.query_one(Captions).display
        assert not screen.query_one(LevelMeter).display
        assert screen.query_one(Jottings).parent is screen.query_one("#interview-right")
        assert "Quiet" not in shown_keys(room)
        await room.pilot.press("n", *"one", "ctrl+j", *"two")
        assert screen.query_one(NoteLine).query_one(NoteWords).size.height >= 3
        await room.pilot.press("enter", "s")
        assert "The session ends" in said(room, "#confirm-more")
        await room.pilot.press("n")
        assert texts(room) == ["one\ntwo"]


async def test_the_line_below_the_bar_says_what_the_bar_says(open_room: OpenRoom, until: Until) -> None:
    async with open_room(childless=True) as room:
        conductor, bar = room.screen.conductor, room.screen.query_one(RecordingBar)
        await until(lambda: conductor.stage is Stage.RECORDING)
        await until(lambda: "Off rec." in shown_keys(room))
        await room.pilot.press("exclamation_mark", "n")
        await until(lambda: bar.words.startswith("‖ OFF RECORD 0:0"))
        await until(lambda: news(room).startswith("Nothing is captured now"))
        assert "On rec." in shown_keys(room)
        assert "Off rec." not in shown_keys(room)

        await room.pilot.press("n", *"off", "enter", "m", "o")
        await until(lambda: bar.words.startswith("● REC"))
        assert "captured" not in news(room)
        assert "Off rec." in shown_keys(room)
        lines = [passage.text for passage in room.screen.query_one(Jottings).passages]
        assert lines == ["distress (off the record)", "(off the record)", "off (off the record)"]
        assert [row.text for row in room.study.log.jottings(room.session)] == ["off"]


async def test_the_list_of_notes_is_as_wide_as_its_screen_lets_it(open_room: OpenRoom, until: Until) -> None:
    async with open_room(audio=Decision.DECLINED) as room:
        await room.pilot.press("n")
        room.app.post_message(Paste("long " * 40))
        await room.pilot.press("enter")
        await room.pilot.resize_terminal(40, 12)
        await room.pilot.press("N")
        await until(lambda: isinstance(room.app.screen, TypedNotes))
        assert room.app.screen.query_one(OptionList).size.width <= 40


async def test_a_demo_that_is_stopped_early_stamps_nothing_more(open_room: OpenRoom, until: Until) -> None:
    async with open_room(childless=True, script=load()) as room:
        await until(lambda: room.screen.conductor.stage is Stage.RECORDING)
        await room.pilot.press("s", "y")
        await until(lambda: isinstance(room.app.screen, MemoScreen))
        assert room.study.log.cues(room.session) == ()
