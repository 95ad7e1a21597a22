"""The terminal under an interview: made small and large again, and closed."""

from __future__ import annotations

import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from fcntl import ioctl
from pathlib import Path

import psutil
import pytest

from store import Decision, State, Study
from tests.tui.conftest import OpenApp, Until
from tests.tui.session.conftest import OpenRoom
from tui.app import VivavoceApp
from tui.clock import world_now
from tui.demo.script import sound_path
from tui.screens.board import Board
from tui.screens.interrupted import InterruptedScreen
from tui.screens.interview import InterviewScreen
from tui.widgets.recording_bar import RecordingBar

pytestmark = pytest.mark.slow

PATIENCE_S = 90.0
SESSION = "50008-w2-1"
on_posix = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


class Terminal:
    """A program of ours on a terminal of its own; ``hung_up`` is whether it hears of a terminal that is closed."""

    def __init__(self, *arguments: str, hung_up: bool = True) -> None:
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
            os.environ.pop("COLUMNS", None)
            os.environ.pop("LINES", None)
            if not hung_up:
                signal.signal(signal.SIGHUP, signal.SIG_IGN)
            os.execv(sys.executable, [sys.executable, "-m", "tui", *arguments])
        self._open = True
        self.process = psutil.Process(self.pid)
        self.resize(120, 40)

    def resize(self, columns: int, rows: int) -> None:
        ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def until(self, *any_of: bytes) -> None:
        """Read on until one of these has been drawn."""
        patience, seen = time.monotonic() + PATIENCE_S, b""
        while not any(words in seen for words in any_of):
            assert time.monotonic() < patience, f"never drawn: {any_of!r}"
            if select.select([self._fd], [], [], 0.1)[0]:
                seen += os.read(self._fd, 65_536)

    def type(self, keys: bytes) -> None:
        os.write(self._fd, keys)

    def close(self) -> None:
        self._open = False
        os.close(self._fd)

    def _look_on(self) -> None:
        """A terminal takes what is drawn, as long as it is there."""
        if self._open and select.select([self._fd], [], [], 0.02)[0]:
            with suppress(OSError):
                os.read(self._fd, 65_536)
                return
        time.sleep(0.02)

    def left(self) -> int:
        """Wait until the program has left by itself; its status."""
        patience = time.monotonic() + PATIENCE_S
        while time.monotonic() < patience:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status)
            self._look_on()
        raise AssertionError("The program is still there, with nobody to see it.")

    def kill(self) -> None:
        if self._open:
            self.close()
        with suppress(OSError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


@pytest.fixture
def terminal() -> Iterator[Callable[..., Terminal]]:
    made: list[Terminal] = []

    def make(*arguments: str, hung_up: bool = True) -> Terminal:
        made.append(Terminal(*arguments, hung_up=hung_up))
        return made[-1]

    yield make
    for one in made:
        one.kill()


def begin_the_demo(one: Terminal) -> None:
    """From the board to an interview that is being recorded."""
    one.until(b"Start")
    one.type(b"\r")
    one.until(b"Taking part")
    for key in (b"g", b"g", b"g", b"g"):
        one.type(key)
        time.sleep(0.2)  # as a person would: the screen moves on with each
    one.type(b"\x13")
    one.until(b"REC")


def recorded_ms(folder: Path) -> int:
    """How much of the session the recorder has acknowledged, seen by another program while it runs."""
    with Study.open(folder, "demo", world_now()) as study:
        return study.sessions.get(SESSION).recording_ms


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
def test_a_polite_kill_leaves_nobody_behind(terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    one = terminal("demo", "--keep", str(tmp_path / "study"))
    begin_the_demo(one)
    children = one.process.children(recursive=True)
    os.kill(one.pid, signal.SIGTERM)

    assert one.left() == 1
    assert psutil.wait_procs(children, timeout=10)[1] == []


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
    terminal: Callable[..., Terminal], demo_folder: Path, monkeypatch: pytest.MonkeyPatch, hung_up: bool
) -> None:
    monkeypatch.setenv("VIVAVOCE_PASSPHRASE", "demo")
    who = ("--study", str(demo_folder), "--participant", "50008", "--wave", "2", "--audio", "granted")
    speed = "1" if hung_up else "20"  # without a word of it the file plays to its end
    one = terminal("session", *who, "--plain", "--replay", str(sound_path()), "--speed", speed, hung_up=hung_up)
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
