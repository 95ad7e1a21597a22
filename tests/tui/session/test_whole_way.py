"""The whole way of one session by its keys alone: board, consent, interview, memo, transcript."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest
from textual.pilot import Pilot

from store import Decision, Kind, Mode, Move, State
from tests.tui.conftest import OpenApp, Until
from tui.app import VivavoceApp
from tui.screens.board import Board
from tui.screens.confirm import Confirm
from tui.screens.consent import ConsentScreen
from tui.screens.interview import InterviewScreen
from tui.screens.transcript import TranscriptScreen
from tui.waves import Sort
from tui.widgets.board_table import BoardTable
from tui.widgets.guide_list import GuideList
from tui.widgets.memo_text import MemoText
from tui.widgets.passages import What
from tui.widgets.recording_bar import RecordingBar
from tui.widgets.transcript_view import TranscriptView

pytestmark = pytest.mark.asyncio


def bar(app: VivavoceApp) -> str:
    return str(app.screen.query_one(RecordingBar).words)


WORDS = "Warm, and quick to laugh."


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_session_is_held_from_board_to_transcript_by_keys(
    demo_folder: Path, open_app: OpenApp, until: Until, size: tuple[int, int]
) -> None:
    app = open_app(demo_folder, speed=2.0)
    async with app.run_test(size=size) as pilot:
        await until(lambda: isinstance(app.screen, Board) and app.screen.query_one(BoardTable).pointed)
        cell = app.screen.query_one(BoardTable).pointed
        assert cell is not None
        assert (cell.participant, cell.wave, cell.sort) == ("50008", 2, Sort.DUE)

        await _consent(app, pilot, until)
        session = app.study.sessions.list()[-1]
        await _interview(app, pilot, until, session.id)
        await _stop(app, pilot, until)
        await _memo(app, pilot, until, session.id)
        await _transcript(app, pilot, until, session.id)
    await until(lambda: not psutil.Process().children())


async def _consent(app: VivavoceApp, pilot: Pilot[int], until: Until) -> None:
    await pilot.press("enter")
    await until(lambda: isinstance(app.screen, ConsentScreen))
    await pilot.press("g", "g", "g", "d")
    assert psutil.Process().children() == []  # nothing listens before it is begun
    await pilot.press("up", "up", "up", *"the quiet room", "ctrl+s")
    await until(lambda: isinstance(app.screen, InterviewScreen) and app.screen.ready)

    session = app.study.sessions.list()[-1]
    assert (session.participant, session.wave, session.mode) == ("50008", 2, Mode.AUDIO)
    assert (session.setting, session.others_present) == ("the quiet room", "nobody")
    granted = dict.fromkeys(Kind, Decision.GRANTED) | {Kind.CONTACT: Decision.DECLINED}
    assert app.study.consent.newest(session.id) == granted


async def _interview(app: VivavoceApp, pilot: Pilot[int], until: Until, session: str) -> None:
    said: list[str] = []

    def recording() -> bool:
        said.append(bar(app))
        return said[-1].startswith("● REC")

    await until(recording)
    before = [words for words in said if not words.startswith("● REC")]
    assert set(before) <= {"opening the microphone…"}
    assert app.study.sessions.get(session).acked_seq >= 0  # the first sound is on disk when the bar says so
    await pilot.press("space", "m", "n", *"looked away; smiled?", "enter")

    assert isinstance(app.screen, InterviewScreen)
    conductor = app.screen.conductor
    log, walk = app.study.log, conductor.walk
    assert [(cue.move, cue.question) for cue in log.cues(session)] == [(Move.ASK, walk.questions[0].id)]
    assert len(log.marks(session)) == 1
    assert [jotting.text for jotting in log.jottings(session)] == ["looked away; smiled?"]
    assert isinstance(app.focused, GuideList)
    await until(lambda: conductor.at_ms > 9_000)


async def _stop(app: VivavoceApp, pilot: Pilot[int], until: Until) -> None:
    await pilot.press("s")
    await until(lambda: isinstance(app.screen, Confirm))
    await pilot.press("y")
    await until(lambda: isinstance(app.focused, MemoText))
    assert app.screen.query_one(MemoText).cursor_location == (0, 0)


async def _memo(app: VivavoceApp, pilot: Pilot[int], until: Until, session: str) -> None:
    await pilot.press(*WORDS, "escape")
    await until(lambda: isinstance(app.screen, Board))
    memo = app.study.memos.for_session(session)
    assert memo is not None
    assert memo.text.splitlines()[0] == WORDS
    assert "looked away; smiled?" in memo.text
    await until(lambda: app.study.sessions.get(session).state is State.COMPLETE)


async def _transcript(app: VivavoceApp, pilot: Pilot[int], until: Until, session: str) -> None:
    await pilot.press("o")
    await until(lambda: isinstance(app.screen, TranscriptScreen) and app.screen.query_one(TranscriptView).passages)
    rows = app.screen.query_one(TranscriptView).passages
    assert [row.what for row in rows if row.what in (What.HEADING, What.MARK)] == [What.HEADING, What.MARK]
    assert any(row.what is What.UTTERANCE and row.text for row in rows)
    selected = app.screen.query_one(TranscriptView).selected
    assert selected is not None
    assert selected.what is What.UTTERANCE
