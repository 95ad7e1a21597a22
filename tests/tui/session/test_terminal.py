"""The terminal under an interview: made small and large again, and closed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from store import Decision, State, Study
from tests.tui.conftest import OpenApp, Until
from tests.tui.plain.readings import part_of_the_demo
from tests.tui.session.conftest import OpenRoom
from tests.tui.session.terminals import PATIENCE_S, SESSION, Terminal, begin_the_demo, on_posix, recorded_ms, terminal
from tui.app import VivavoceApp
from tui.clock import world_now
from tui.demo.script import sound_path
from tui.led import TOGETHER_S
from tui.screens.board import Board
from tui.screens.interrupted import InterruptedScreen
from tui.screens.interview import InterviewScreen
from tui.widgets.recording_bar import RecordingBar

pytestmark = pytest.mark.slow

__all__ = ["terminal"]


@on_posix
@pytest.mark.parametrize("hung_up", [True, False], ids=["told", "not told"])
def test_a_terminal_that_is_closed_leaves_a_session_to_be_gone_on_with_and_nobody_behind(
    terminal: Callable[..., Terminal], tmp_path: Path, hung_up: bool
) -> None:
    folder = tmp_path / "study"
    one = terminal("demo", "--keep", str(folder), hung_up=hung_up)
    begin_the_demo(one)
    patience = time.monotonic() + PATIENCE_S
    while (acknowledged_ms := recorded_ms(folder)) < 2_000:
        assert time.monotonic() < patience
    children = one.process.children(recursive=True)
    one.close()
    code = one.left()
    gone, alive = psutil.wait_procs(children, timeout=10)

    assert code == 1
    assert (len(gone), alive) == (len(children), [])
    with Study.open(folder, "demo", world_now()) as study:
        session = study.sessions.get(SESSION)
        assert session.state is State.INTERRUPTED
        assert session.recording_ms >= acknowledged_ms
        assert study.check() == ()


@on_posix
def test_an_interview_in_a_terminal_of_twenty_columns_and_back_goes_on_recording(
    terminal: Callable[..., Terminal], tmp_path: Path
) -> None:
    folder = tmp_path / "study"
    one = terminal("demo", "--keep", str(folder))
    begin_the_demo(one)
    for columns, rows in ((20, 5), (120, 40), (1, 1), (80, 24)):
        one.resize(columns, rows)
        if columns > 1:
            one.until(b"REC")
    one.type(b"m")
    one.until(b"\xe2\x98\x85")  # the star of the mark
    one.type(b"s")
    one.until(b"Stop the interview?")
    one.type(b"y")
    one.until(b"First words")
    one.close()
    one.left()

    with Study.open(folder, "demo", world_now()) as study:
        assert study.sessions.get(SESSION).state in (State.STOPPED, State.COMPLETE)
        assert None in [mark.text for mark in study.log.marks(SESSION)]  # the demo sets one of its own, with words


@on_posix
@pytest.mark.parametrize("hung_up", [True, False], ids=["told", "not told"])
def test_a_session_by_lines_ends_cleanly_when_its_terminal_is_closed(
    terminal: Callable[..., Terminal], demo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hung_up: bool
) -> None:
    monkeypatch.setenv("VIVAVOCE_PASSPHRASE", "demo")
    who = ("--study", str(demo_folder), "--participant", "50008", "--wave", "2", "--audio", "granted")
    # without a word of it the file plays to its end
    sound = sound_path() if hung_up else part_of_the_demo(tmp_path / "part.wav", 8)
    one = terminal("session", *who, "--plain", "--replay", str(sound), "--speed", "1", hung_up=hung_up)
    one.until(b"[recording]")
    one.type(b"note kept\n")
    one.until(b"[note]")
    children = one.process.children(recursive=True)
    one.close()
    code = one.left()

    assert code == 0
    assert psutil.wait_procs(children, timeout=10)[1] == []
    with Study.open(demo_folder, "demo", world_now()) as study:
        assert study.sessions.get(SESSION).state is State.COMPLETE
        assert study.memos.for_session(SESSION) is not None
        assert [row.text for row in study.log.jottings(SESSION)] == ["kept"]


@on_posix
def test_what_is_typed_during_a_wait_is_obeyed_at_once(
    terminal: Callable[..., Terminal], demo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVAVOCE_PASSPHRASE", "demo")
    who = ("--study", str(demo_folder), "--participant", "50008", "--wave", "2", "--audio", "declined")
    one = terminal("session", *who, "--plain")
    one.until(b"contact declined")
    one.type(b"wait 300\nnote of a script\ndistress\n")
    one.until(b"Whom to call:")
    time.sleep(TOGETHER_S + 0.2)
    one.type(b"note typed\n")
    one.until(b"[note] typed")
    one.type(b"quit\n")

    assert one.left() == 0
    with Study.open(demo_folder, "demo", world_now()) as study:
        assert [row.text for row in study.log.jottings(SESSION)] == ["typed"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "keys",
    [(), ("enter",), ("question_mark",), ("d",), ("slash",), ("comma",), ("n",), ("g",), ("v",), ("exclamation_mark",)],
    ids=str,
)
async def test_every_screen_lives_through_a_small_terminal_and_is_as_it_was_afterwards(
    demo_folder: Path, open_app: OpenApp, keys: tuple[str, ...]
) -> None:
    app: VivavoceApp = open_app(demo_folder)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        screen = app.screen
        for size in ((20, 5), (1, 1), (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert app.screen is screen
        assert app.is_running


@pytest.mark.asyncio
@pytest.mark.parametrize("audio", [Decision.GRANTED, Decision.DECLINED])
async def test_the_state_of_the_recording_is_readable_in_every_size(
    open_room: OpenRoom, until: Until, audio: Decision
) -> None:
    word = "REC" if audio is Decision.GRANTED else "NOTES ONLY"
    async with open_room(audio=audio) as room:
        await until(lambda: word in room.screen.query_one(RecordingBar).words)
        for size in ((20, 5), (120, 40)):
            await room.pilot.resize_terminal(*size)
            await room.pilot.pause()
            shown = room.app.export_screenshot().replace("&#160;", " ")
            assert word in shown
        await room.pilot.press("exclamation_mark")
        await until(lambda: room.screen.conductor.stage.value in ("paused", "notes"))
        await room.pilot.resize_terminal(20, 5)
        await room.pilot.pause(0.4)
        shown = room.app.export_screenshot().replace("&#160;", " ")
        assert ("OFF RECORD" if audio is Decision.GRANTED else "NOTES ONLY") in shown
        await room.pilot.press("n")
        await room.pilot.resize_terminal(120, 40)
        assert isinstance(room.app.screen, InterviewScreen)


@pytest.mark.asyncio
async def test_what_was_interrupted_is_offered_in_a_terminal_of_any_size(ten_folder: Path, open_app: OpenApp) -> None:
    app: VivavoceApp = open_app(ten_folder)
    async with app.run_test(size=(20, 5)) as pilot:
        await pilot.resize_terminal(120, 40)
        await pilot.resize_terminal(20, 5)
        assert isinstance(app.screen, InterruptedScreen)
        await pilot.press("c", "y")
        await pilot.pause()
        assert isinstance(app.screen, Board)
