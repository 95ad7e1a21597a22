"""An interview as a person conducts it: keys in, rows in the store."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import psutil
import pytest
import soundfile
from textual.events import Key, Paste

from store import Decision, Kind, Move, State, Study, StudyLocked
from store.database import Database
from store.opening import DATABASE_FILE
from tests.tui.conftest import OpenApp, Until, taken_away
from tests.tui.scripted import ScriptedChild
from tests.tui.session.conftest import OpenRoom, Room
from tui.demo.script import load, sound_path
from tui.demo.study import begin_second
from tui.events import CaptionShown
from tui.screens.board import Board
from tui.screens.choose import Choose
from tui.screens.confirm import Confirm
from tui.screens.consent import ConsentScreen
from tui.screens.interview import InterviewScreen
from tui.screens.interview_words import NOT_ON_DISK, UNWRITTEN
from tui.screens.memo import MemoScreen
from tui.screens.strike import StrikeScreen
from tui.session import Stage
from tui.widgets.captions import CaptionLine, Captions
from tui.widgets.guide_list import GuideList
from tui.widgets.jottings import Jottings
from tui.widgets.memo_text import MemoText
from tui.widgets.note_line import NoteLine, NoteWords, Purpose
from tui.widgets.recording_bar import RecordingBar
from tui.widgets.top_line import NewsLine
from tui.widgets.transcript_view import TranscriptView

pytestmark = pytest.mark.asyncio
TRIES = 3  # on a machine that is busy with other tests


def bar(room: Room) -> str:
    return str(room.screen.query_one(RecordingBar).words)


def recording(room: Room) -> bool:
    return bar(room).startswith("● REC")


def moves(room: Room) -> list[tuple[Move, str | None]]:
    return [(cue.move, cue.question) for cue in room.study.log.cues(room.session)]


def lines_of(captions: Captions) -> list[str]:
    """What is written there."""
    parts = captions.view, captions.query_one(CaptionLine)
    return [part.render_line(y).text.strip() for part in parts for y in range(part.size.height)]


def alive(pids: Iterable[int | None]) -> list[int]:
    return [pid for pid in pids if pid is not None and psutil.pid_exists(pid)]


def free(study: Study) -> bool:
    """Whether another program could conduct a session in this study."""
    with study.another() as other, suppress(StudyLocked):
        other.lock_for_session()
        return True
    return False


async def test_the_bar_says_rec_only_after_the_first_sound_is_on_disk(open_room: OpenRoom, until: Until) -> None:
    async with open_room() as room:
        first = bar(room)
        await until(lambda: recording(room))

        assert first == "opening the microphone…"
        assert room.study.sessions.get(room.session).acked_seq >= 0
        assert room.screen.conductor.timed


async def test_each_move_is_stamped_as_it_is_pressed(open_room: OpenRoom, until: Until) -> None:
    async with open_room(childless=True) as room:
        await until(lambda: recording(room))
        await room.pilot.press("space", "space", "b", "k", "f")
        questions = [question.id for question in room.screen.conductor.walk.questions]
        pressed = [
            (Move.ASK, questions[0]),
            (Move.ASK, questions[1]),
            (Move.BACK, questions[0]),
            (Move.SKIP, questions[2]),
            (Move.FOLLOW, None),
        ]
        assert moves(room) == pressed

        chosen = questions.index(str(room.screen.query_one(GuideList).chosen))
        await room.pilot.press("down", "down", "enter")
        assert moves(room) == [*pressed, (Move.ASK, questions[chosen + 2])]
        assert room.screen.query_one(GuideList).chosen == questions[chosen + 2]

        await room.pilot.press("F", *"and then", "enter")
        assert [cue.text for cue in room.study.log.cues(room.session)][len(pressed) :] == [None, "and then"]


async def test_what_was_typed_before_the_line_had_its_focus_stays(open_room: OpenRoom) -> None:
    async with open_room(audio=Decision.DECLINED) as room:
        line = room.screen.query_one(NoteLine)
        line.open(Purpose.NOTE)
        line.query_one(NoteWords).insert("a")
        await room.pilot.pause()
        await room.pilot.press(*"nd then")

        assert line.typed == "and then"


async def test_a_mark_and_a_note_are_kept_with_their_time_and_no_letter_of_a_note_is_a_command(
    open_room: OpenRoom, until: Until
) -> None:
    async with open_room(childless=True) as room:
        await until(lambda: room.screen.conductor.at_ms > 500)
        await room.pilot.press("n", *"skomxwhbf s", "escape")

        assert room.app.screen is room.screen
        assert room.screen.conductor.stage is Stage.RECORDING
        assert moves(room) == []
        assert room.study.log.marks(room.session) == room.study.log.jottings(room.session) == ()

        await room.pilot.press("m", "n", *"laughed", "enter")

        assert [mark.at_ms > 0 for mark in room.study.log.marks(room.session)] == [True]
        assert [jotting.text for jotting in room.study.log.jottings(room.session)] == ["laughed"]
        assert room.app.focused is room.screen.query_one(GuideList)


async def test_a_burst_of_keys_is_typed_into_the_note_and_what_follows_enter_is_a_command(
    open_room: OpenRoom, until: Until
) -> None:
    async with open_room(audio=Decision.DECLINED) as room:
        for key in ("n", *"skmxws", "enter", "m", "n", *"two", "enter", "space"):
            room.app.post_message(Key(key, key if len(key) == 1 else None))  # all at once: nobody waits between them
        await until(lambda: len(moves(room)) == 1)

        assert [jotting.text for jotting in room.study.log.jottings(room.session)] == ["skmxws", "two"]
        assert len(room.study.log.marks(room.session)) == 1
        assert moves(room)[0][0] is Move.ASK
        assert room.app.screen is room.screen


async def test_all_lines_of_a_paste_are_kept_in_the_note(open_room: OpenRoom, until: Until) -> None:
    async with open_room(audio=Decision.DECLINED) as room:
        await until(lambda: bar(room).startswith("◌"))
        await room.pilot.press("n")
        room.app.post_message(Paste("one\r\ntwo\n" + "three " * 500))
        await until(lambda: room.screen.query_one(NoteLine).typed)
        await room.pilot.press("enter")

        (jotting,) = room.study.log.jottings(room.session)
        assert jotting.text == "one\ntwo\n" + " ".join(["three"] * 500)


async def test_off_the_record_and_on_again_is_one_key_and_ctrl_q_ends_nothing(
    open_room: OpenRoom, until: Until
) -> None:
    async with open_room(childless=True) as room:
        await until(lambda: recording(room))
        await room.pilot.press("ctrl+q")
        assert room.screen.conductor.stage is Stage.RECORDING
        assert room.app.is_running

        await room.pilot.press("o")
        await until(lambda: bar(room).startswith("‖ OFF RECORD 0:0"))
        stood_ms = room.screen.conductor.at_ms
        await room.pilot.press("o")
        await until(lambda: recording(room))

        (pause,) = room.study.log.pauses(room.session)
        assert pause.at_ms == stood_ms
        assert pause.resumed_at is not None


async def test_words_come_up_as_they_are_spoken_and_quiet_hides_them(open_room: OpenRoom, until: Until) -> None:
    async with open_room(speed=2.0) as room:
        captions = room.screen.query_one(Captions)
        await until(lambda: captions.view.passages)
        (first, *_), shown = captions.view.passages, lines_of(captions)
        await room.pilot.press("h")
        captions.move(CaptionShown("0", first.at_ms, first.text))
        hidden = lines_of(captions)
        await room.pilot.press("h")

        said = first.text.split()[0]
        assert any(said in line for line in shown)
        assert [line for line in hidden if line] == ["Words are hidden, and still written down."]
        assert any(said in line for line in lines_of(captions))


async def test_striking_asks_how_much_and_leaves_a_gap_of_that_length_or_no_trace(
    open_room: OpenRoom, until: Until
) -> None:
    async with open_room(childless=True) as room:
        await until(lambda: recording(room))
        ScriptedChild.recorders()[0].capture(6_000)
        await until(lambda: room.screen.conductor.at_ms > 6_000)
        await room.pilot.press("x")
        await until(lambda: isinstance(room.app.screen, StrikeScreen))
        await room.pilot.press("enter")
        assert room.app.screen is room.screen
        assert room.study.log.gaps(room.session) == ()

        await room.pilot.press("x")
        await until(lambda: isinstance(room.app.screen, StrikeScreen))
        await room.pilot.press("4", *"5", "enter")
        await until(lambda: room.study.log.gaps(room.session))

        (gap,) = room.study.log.gaps(room.session)
        assert (gap.reason, gap.end_ms - gap.start_ms) == ("strike", 5_000)
        assert "Struck" in room.screen.query_one(NewsLine).notice_words


async def asked(room: Room, until: Until, question: str) -> None:
    """Wait for a question."""
    await until(lambda: isinstance(room.app.screen, Choose) and question in room.app.screen.question)


@pytest.mark.parametrize(("key", "words"), [("r", True), ("w", False)])
async def test_withdrawing_audio_asks_about_the_words_and_captures_nothing_while_it_asks(
    open_room: OpenRoom, until: Until, key: str, words: bool
) -> None:
    async with open_room(childless=True) as room:
        await until(lambda: recording(room))
        said = room.study.transcript.add_utterance(room.session, 1, 9, room.app.now())
        transcript, now = room.study.transcript, room.app.now()
        transcript.set_text(said, "Well.", (), speaker=None, reading="live", model="tiny.en", now=now)
        path = room.study.permit_listening(room.session).path
        await room.pilot.press("w")
        await asked(room, until, "take back")
        await until(lambda: room.screen.conductor.stage is Stage.PAUSED)
        stood_ms = room.screen.conductor.at_ms
        await room.pilot.press("1")
        await asked(room, until, "the words as well?")
        assert room.screen.conductor.at_ms == stood_ms
        await room.pilot.press(key)
        await until(lambda: bar(room).startswith("◌ NOTES ONLY"))

        assert room.study.consent.newest(room.session)[Kind.AUDIO] is Decision.WITHDRAWN
        assert not path.exists()
        assert ScriptedChild.recorders() == []
        assert bool(room.study.transcript.utterances(room.session)) is words
        assert room.study.log.pauses(room.session)[-1].resumed_at is not None
        await room.pilot.press("n", *"goes on", "enter")
        assert [(row.text, row.off_record) for row in room.study.log.jottings(room.session)] == [("goes on", False)]


async def test_no_answer_about_withdrawing_lets_it_go_on_as_before(open_room: OpenRoom, until: Until) -> None:
    async with open_room(childless=True) as room:
        await until(lambda: recording(room))
        for keys in (("enter",), ("escape",), ("1", "enter"), ("1", "escape")):
            await room.pilot.press("w", *keys)
            await until(lambda: room.app.screen is room.screen)
            await until(lambda: recording(room))

            assert room.study.consent.newest(room.session)[Kind.AUDIO] is Decision.GRANTED
            assert room.study.permit_listening(room.session).path.exists()


async def test_who_was_off_the_record_before_the_question_is_so_after_it(open_room: OpenRoom, until: Until) -> None:
    async with open_room(childless=True) as room:
        await until(lambda: recording(room))
        await room.pilot.press("o")
        await until(lambda: room.screen.conductor.stage is Stage.PAUSED)
        await room.pilot.press("w")
        await asked(room, until, "take back")
        await room.pilot.press("escape")
        await room.pilot.pause()

        assert room.screen.conductor.off_the_record
        await room.pilot.press("w")
        await asked(room, until, "take back")
        await room.pilot.press("1")
        await asked(room, until, "words as well")
        await room.pilot.press("r")
        await until(lambda: not room.screen.conductor.recording)
        await until(lambda: bar(room).startswith("‖ OFF RECORD"))
        (pause,) = room.study.log.pauses(room.session)
        assert pause.resumed_at is None


async def test_quoting_and_contact_are_taken_back_in_an_interview_of_notes_too(
    open_room: OpenRoom, until: Until
) -> None:
    async with open_room(audio=Decision.DECLINED) as room:

        def still(left: int) -> bool:
            return len(room.screen.takeable) == left

        for what, left in ((Kind.QUOTING, 1), (Kind.CONTACT, 0)):
            await room.pilot.press("w")
            await asked(room, until, "take back")
            await room.pilot.press("1")
            await until(lambda: room.app.screen is room.screen)
            await until(partial(still, left))
            assert room.study.consent.newest(room.session)[what] is Decision.WITHDRAWN
        assert room.screen.check_action("withdraw", ()) is None


async def test_a_declined_session_opens_no_microphone_and_starts_no_child(open_room: OpenRoom, until: Until) -> None:
    async with open_room(audio=Decision.DECLINED) as room:
        await until(lambda: bar(room).startswith("◌ NOTES ONLY"))
        await room.pilot.press("space", "m", "n", *"short", "enter")

        assert psutil.Process().children(recursive=True) == []
        assert room.screen.conductor.pids == {"recorder": None, "scribe": None}
        assert len(moves(room)) == len(room.study.log.marks(room.session)) == 1
        assert [jotting.text for jotting in room.study.log.jottings(room.session)] == ["short"]


async def test_stop_names_the_core_questions_not_asked_and_leads_back_to_the_first(
    open_room: OpenRoom, until: Until
) -> None:
    async with open_room(audio=Decision.DECLINED) as room:
        missing = room.screen.conductor.walk.core_not_asked()
        await room.pilot.press("s")
        await until(lambda: isinstance(room.app.screen, Confirm))
        said = "\n".join(str(text.render()) for text in room.app.screen.query("Static"))
        await room.pilot.press("n")

        assert all(question.text in said for question in missing)
        assert room.app.screen is room.screen
        assert room.screen.query_one(GuideList).chosen == missing[0].id


@pytest.mark.slow
async def test_stop_opens_the_memo_with_the_cursor_in_its_free_space_within_a_second(
    open_room: OpenRoom, until: Until
) -> None:
    took_s: list[float] = []
    while len(took_s) < TRIES and min(took_s, default=9.0) >= 1.0:
        async with open_room() as room:
            await until(lambda: recording(room))
            await room.pilot.press("s")
            await until(lambda: isinstance(room.app.screen, Confirm))
            began = time.monotonic()
            room.app.screen.dismiss(True)
            await until(lambda: isinstance(room.app.focused, MemoText))
            took_s.append(time.monotonic() - began)

            memo = room.app.screen.query_one(MemoText)
            assert memo.cursor_location == (0, 0)
            assert memo.document.get_line(0) == ""
            assert room.study.sessions.get(room.session).state in (State.STOPPED, State.COMPLETE)
    assert min(took_s) < 1.0


async def test_the_transcript_is_finished_behind_the_memo(open_room: OpenRoom, until: Until) -> None:
    async with open_room(speed=4.0) as room:
        conductor = room.screen.conductor
        await until(lambda: conductor.at_ms > 12_000)
        await room.pilot.press("s")
        await until(lambda: isinstance(room.app.screen, Confirm))
        await room.pilot.press("y")
        await until(lambda: isinstance(room.app.focused, MemoText))
        view = room.app.screen.query_one("#memo-transcript", TranscriptView)
        await until(lambda: view.border_subtitle == "transcript ready")

        assert room.study.sessions.get(room.session).state is State.COMPLETE
        assert room.study.transcript.pending(room.session) == ()
        assert view.passages
        await until(lambda: alive(conductor.pids.values()) == [])


async def test_a_memo_that_is_left_lets_the_transcript_be_finished_behind_the_board(
    open_room: OpenRoom, until: Until
) -> None:
    async with open_room(speed=8.0) as room:
        conductor = room.screen.conductor
        await until(lambda: conductor.at_ms > 12_000)
        await room.pilot.press("s")
        await until(lambda: isinstance(room.app.screen, Confirm))
        await room.pilot.press("y")
        await until(lambda: isinstance(room.app.focused, MemoText))
        await room.pilot.press("escape")

        await until(lambda: room.study.sessions.get(room.session).state is State.COMPLETE)
        assert not isinstance(room.app.screen, MemoScreen)
        await until(lambda: not alive(conductor.pids.values()))
        await until(lambda: free(room.study))


async def test_no_child_outlives_an_app_that_is_left_while_the_transcript_is_being_finished(
    open_room: OpenRoom, until: Until
) -> None:
    async with open_room(speed=8.0) as room:
        conductor = room.screen.conductor
        await until(lambda: conductor.at_ms > 12_000)
        pids = dict(conductor.pids)
        await room.pilot.press("s")
        await until(lambda: isinstance(room.app.screen, Confirm))
        await room.pilot.press("y")
        await until(lambda: isinstance(room.app.focused, MemoText))

    await until(lambda: alive(pids.values()) == [])


async def test_the_demo_plays_its_moves_and_ends_in_the_memo(open_room: OpenRoom, until: Until, tmp_path: Path) -> None:
    samples, rate = soundfile.read(sound_path(), frames=14 * 16_000, dtype="int16")
    soundfile.write(tmp_path / "short.wav", samples, rate, subtype="PCM_16")
    whole = load()
    script = replace(whole, moves=(*whole.moves[:1], replace(whole.moves[7], at_ms=12_000)))
    async with open_room(sound=tmp_path / "short.wav", speed=2.0, script=script) as room:
        await until(lambda: isinstance(room.app.focused, MemoText))

        assert moves(room) == [(Move.ASK, "change-since-last-time")]
        assert [mark.text for mark in room.study.log.marks(room.session)] == ["the coat on the hook"]


async def test_the_end_of_a_replayed_file_stops_the_session_and_keeps_a_half_typed_note(
    open_room: OpenRoom, until: Until, tmp_path: Path
) -> None:
    samples, rate = soundfile.read(sound_path(), frames=10 * 16_000, dtype="int16")
    soundfile.write(tmp_path / "short.wav", samples, rate, subtype="PCM_16")
    async with open_room(sound=tmp_path / "short.wav", speed=2.0) as room:
        line = room.screen.query_one(NoteLine)
        await room.pilot.press("n", *"half typ")
        assert line.typed == "half typ"
        await until(lambda: isinstance(room.app.focused, MemoText))

        assert [jotting.text for jotting in room.study.log.jottings(room.session)] == ["half typ"]
        assert room.study.sessions.get(room.session).recording_ms == pytest.approx(10_000, abs=150)


async def test_without_a_microphone_the_screen_says_so_and_notes_still_work(open_room: OpenRoom, until: Until) -> None:
    async with open_room(device="no such microphone") as room:
        await until(lambda: room.screen.ready and room.screen.soundless)
        news, first = room.screen.query_one(NewsLine), room.screen.conductor
        await until(lambda: "o tries again" in news.state_words)
        await room.pilot.press("n", *"by hand", "enter")

        assert bar(room) == "▲ NOT RECORDING"
        assert 'no microphone called "no such microphone"' in news.state_words
        assert "being started again" not in news.state_words
        assert [jotting.text for jotting in room.study.log.jottings(room.session)] == ["by hand"]

        await room.pilot.press("o")
        await until(lambda: room.screen.ready and room.screen.conductor is not first)
        assert room.screen.conductor.stage is not Stage.NOTES
        await room.pilot.press("s")
        await until(lambda: isinstance(room.app.screen, Confirm))
        await room.pilot.press("y")
        await until(lambda: isinstance(room.app.focused, MemoText))


async def test_ctrl_c_in_an_interview_says_how_to_stop_and_stops_nothing(open_room: OpenRoom, until: Until) -> None:
    async with open_room(audio=Decision.DECLINED) as room:
        await until(lambda: bar(room).startswith("◌"))
        await room.pilot.press("ctrl+c", "q")

        assert "stop it with s" in room.screen.query_one(NewsLine).notice_words
        assert room.screen.conductor.stage is Stage.NOTES
        assert room.app.is_running


async def test_no_child_outlives_the_app(open_room: OpenRoom, until: Until) -> None:
    async with open_room() as room:
        await until(lambda: recording(room))
        pids = dict(room.screen.conductor.pids)

    assert None not in pids.values()
    await until(lambda: alive(pids.values()) == [])


async def test_no_other_program_can_conduct_a_session_meanwhile(open_room: OpenRoom, until: Until) -> None:
    async with open_room(audio=Decision.DECLINED) as room:
        await until(lambda: bar(room).startswith("◌"))

        with room.study.another() as other, pytest.raises(StudyLocked):
            other.lock_for_session()


async def test_from_its_first_row_to_its_last_word_nobody_else_gets_the_study_and_then_everybody(
    demo_folder: Path, open_app: OpenApp, now: datetime, until: Until
) -> None:
    def taken() -> bool:
        try:
            other.lock_for_session().release()
        except StudyLocked:
            return True
        return False

    app = open_app(demo_folder)
    async with app.run_test(size=(120, 40)) as pilot:
        with app.study.another() as other:
            await pilot.press("enter", "g", "d", "g", "g")
            consent = app.screen
            assert isinstance(consent, ConsentScreen)
            await consent.keep(consent.arranged())  # the next screen is not there yet
            assert len(app.study.sessions.list()) == 2
            assert taken()
            await until(lambda: isinstance(app.screen, InterviewScreen) and app.screen.ready)
            assert taken()
            await pilot.press("s", "y")
            await until(lambda: isinstance(app.screen, MemoScreen))
            await until(lambda: not taken())


async def test_a_session_that_is_conducted_elsewhere_is_refused_in_one_sentence(
    demo_folder: Path, open_app: OpenApp, now: datetime
) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        session = begin_second(app.study, now)
        with app.study.another() as other:
            other.lock_for_session()
            await app.push_screen(InterviewScreen(session))
            await pilot.pause()

        assert isinstance(app.screen, Board)
        assert [notice.message for notice in app._notifications] == [
            "Another program is conducting a session in this study: stop it there, or wait for it."
        ]


async def test_no_terminal_is_too_small_for_an_interview(open_room: OpenRoom, until: Until) -> None:
    sizes = ((20, 5), (60, 10), (200, 60))
    async with open_room(audio=Decision.DECLINED) as room:
        await until(lambda: bar(room).startswith("◌"))
        for asked, size in enumerate(sizes, start=1):
            await room.pilot.resize_terminal(*size)
            await room.pilot.press("space", "down", "enter", "n", *"x", "enter", "h", "x", "escape", "s", "escape")

            assert len(moves(room)) == 2 * asked, size
            assert [jotting.text for jotting in room.study.log.jottings(room.session)] == ["x"] * asked, size


async def test_a_note_that_is_refused_stays_in_its_line(open_room: OpenRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_room(childless=True) as room:
        jot, refused = room.screen.conductor.jot, [StudyLocked("Another program is writing: try again.")]

        def jot_or_not(text: str) -> object:
            if refused:
                raise refused.pop()
            return jot(text)

        monkeypatch.setattr(room.screen.conductor, "jot", jot_or_not)
        await room.pilot.press("n", *"calm now", "enter")
        line = room.screen.query_one(NoteLine)
        assert (line.is_open, line.typed) == (True, "calm now")
        assert "try again" in room.screen.query_one(NewsLine).notice_words
        await room.pilot.press("enter")
        assert not line.is_open
        assert [note.text for note in room.study.log.jottings(room.session)] == ["calm now"]


async def test_what_is_typed_while_another_program_writes_is_shown_as_not_on_the_disk_until_it_is(
    open_room: OpenRoom, until: Until
) -> None:
    async with open_room(childless=True) as room:
        other = Database(room.study.folder / DATABASE_FILE, bytes(room.study._key))
        with other.write():
            await room.pilot.press("n", *"calm now", "enter", "m")
            await room.pilot.pause()
            assert not room.screen.query_one(NoteLine).is_open
            assert room.study.log.jottings(room.session) == ()
            shown = [passage.text for passage in room.screen.query_one(Jottings).passages]
            assert shown == [f"calm now {UNWRITTEN}", UNWRITTEN]
            assert room.screen.query_one(NewsLine).state_words == NOT_ON_DISK
        other.close()
        await until(lambda: room.screen.query_one(NewsLine).state_words == "")
        assert [note.text for note in room.study.log.jottings(room.session)] == ["calm now"]
        assert len(room.study.log.marks(room.session)) == 1
        assert UNWRITTEN not in str([passage.text for passage in room.screen.query_one(Jottings).passages])


async def test_another_look_ends_no_interview_in_a_study_that_was_taken_away(
    open_room: OpenRoom, demo_folder: Path
) -> None:
    async with open_room(childless=True) as room:
        before = room.app.theme
        with taken_away(demo_folder):
            await room.pilot.press("f2")
            await room.pilot.pause()
            shown = room.screen.query_one(NewsLine).notice_words

        assert room.app.screen is room.screen
        assert room.app.theme != before
        assert "The look is not kept" in shown
