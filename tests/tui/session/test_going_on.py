"""Going on with an interrupted session in the app: from where it stood, and off the record where it was so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from textual.pilot import Pilot

from store import Decision, State, Study
from tests.tui.conftest import OpenApp, Until
from tests.tui.session.conftest import OpenRoom
from tui.app import VivavoceApp
from tui.clock import world_now
from tui.screens.interrupted import InterruptedScreen
from tui.screens.interview import InterviewScreen
from tui.session import Stage
from tui.widgets.passages import What, passages
from tui.widgets.recording_bar import RecordingBar

pytestmark = pytest.mark.slow

SESSION = "50008-w2-1"
AT_MS = 400


@contextmanager
def opened(folder: Path) -> Iterator[Study]:
    with Study.open(folder, "demo", world_now()) as study:
        yield study


async def went_on(app: VivavoceApp, until: Until, pilot: Pilot[int]) -> InterviewScreen:
    """Press ``g`` on the offer, and wait for the interview."""
    assert isinstance(app.screen, InterruptedScreen)
    await pilot.press("g")
    await until(lambda: isinstance(app.screen, InterviewScreen) and app.screen.ready)
    assert isinstance(app.screen, InterviewScreen)
    return app.screen


@pytest.mark.asyncio
async def test_what_was_off_the_record_is_so_again_and_one_key_records(
    open_room: OpenRoom, open_app: OpenApp, demo_folder: Path, until: Until
) -> None:
    async with open_room() as room:
        await until(lambda: room.screen.conductor.at_ms > AT_MS)
        await room.pilot.press("o")
        await until(lambda: room.study.log.pauses(SESSION))
        left_ms = room.screen.conductor.at_ms

    app = open_app(demo_folder)
    async with app.run_test(size=(120, 40)) as pilot:
        assert "It was off the record, and goes on so." in str(app.screen.query_one("#left-what").render())
        screen = await went_on(app, until, pilot)
        await until(lambda: "OFF RECORD" in screen.query_one(RecordingBar).words)
        await until(lambda: screen.conductor.played_ms > AT_MS)
        await pilot.press("m")
        assert [mark.at_ms for mark in app.study.log.marks(SESSION)] == [left_ms]
        assert screen.conductor.at_ms == left_ms

        (broke_off,) = app.study.log.interruptions(SESSION)
        assert broke_off.at_ms == left_ms
        (told,) = (one for one in passages(app.study.dossier(SESSION)) if one.what is What.GAP)
        assert told.text.startswith("interrupted, ")
        assert told.text.endswith(" until it went on")

        await pilot.press("o")
        await until(lambda: screen.conductor.stage is Stage.RECORDING and screen.conductor.at_ms > left_ms + AT_MS)
        assert app.study.log.pauses(SESSION)[-1].resumed_at is not None
    await until(lambda: not psutil.Process().children())


@pytest.mark.asyncio
async def test_notes_go_on_in_their_own_time(
    open_room: OpenRoom, open_app: OpenApp, demo_folder: Path, until: Until
) -> None:
    async with open_room(audio=Decision.DECLINED) as room:
        await until(lambda: room.screen.conductor.at_ms > AT_MS)
        await room.pilot.press("m")
        (before,) = room.study.log.marks(SESSION)

    app = open_app(demo_folder)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await went_on(app, until, pilot)
        await pilot.press("m")
        assert screen.conductor.stage is Stage.NOTES
        assert app.study.log.marks(SESSION)[-1].at_ms >= before.at_ms


@pytest.mark.asyncio
async def test_a_recording_that_can_not_be_opened_any_more_is_named_and_nothing_is_begun(
    open_room: OpenRoom, open_app: OpenApp, demo_folder: Path, until: Until
) -> None:
    async with open_room() as room:
        await until(lambda: room.screen.conductor.at_ms > AT_MS)
    (path,) = (demo_folder / "recordings").glob("*.db")
    path.write_bytes(os.urandom(path.stat().st_size))

    app = open_app(demo_folder)
    async with app.run_test(size=(120, 40)) as pilot:
        assert isinstance(app.screen, InterruptedScreen)
        await pilot.press("g")
        await until(lambda: str(app.screen.query_one("#left-said").render()))
        assert isinstance(app.screen, InterruptedScreen)
    with opened(demo_folder) as study:
        assert study.sessions.get(SESSION).state is State.INTERRUPTED
