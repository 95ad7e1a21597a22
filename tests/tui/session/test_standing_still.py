"""An app told to end or to stand still, and a terminal that takes nothing: nobody is held up, nothing is lost."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from store import State, Study
from tests.tui.session.terminals import (
    PATIENCE_S,
    SESSION,
    Terminal,
    begin_the_demo,
    on_posix,
    paused_ms,
    recorded_ms,
    terminal,
)
from tui.clock import world_now
from tui.demo.script import sound_path

__all__ = ["terminal"]

pytestmark = pytest.mark.slow

SUSPENDED_TIMES = 6
APART_S = 0.3
"""A signal that comes before the one before it was heard is the same to a program."""
F2, THEMES = b"\x1bOQ", 12


@on_posix
@pytest.mark.parametrize("frozen", [False, True], ids=["at work", "standing still"])
def test_a_polite_kill_leaves_nobody_behind(terminal: Callable[..., Terminal], tmp_path: Path, frozen: bool) -> None:
    one = terminal("demo", "--keep", str(tmp_path / "study"))
    begin_the_demo(one)
    children = one.process.children(recursive=True)
    for child in children if frozen else ():
        child.suspend()
    os.kill(one.pid, signal.SIGTERM)

    assert one.left() == 1
    assert psutil.wait_procs(children, timeout=10)[1] == []


@on_posix
def test_a_polite_kill_ends_a_program_that_is_told_to_go_on_as_well(
    terminal: Callable[..., Terminal], tmp_path: Path
) -> None:
    one = terminal("demo", "--keep", str(tmp_path / "study"))
    begin_the_demo(one)
    children = one.process.children(recursive=True)
    for number in (signal.SIGCONT, signal.SIGCONT, signal.SIGTERM, signal.SIGCONT):  # as systemd and `timeout` do
        os.kill(one.pid, number)
        time.sleep(0.1)
    assert psutil.wait_procs(children, timeout=10)[1] == []
    drawn = b""
    patience = time.monotonic() + PATIENCE_S
    while one.process.status() != psutil.STATUS_ZOMBIE:  # as it ends, too
        assert time.monotonic() < patience
        os.kill(one.pid, signal.SIGCONT)
        drawn += one.drawn()

    assert one.left() == 1
    assert b"Traceback" not in drawn
    assert one.shows_what_is_typed


@on_posix
def test_a_terminal_is_put_right_before_the_program_is_suspended_and_taken_again(
    terminal: Callable[..., Terminal], tmp_path: Path
) -> None:
    one = terminal("demo", "--keep", str(tmp_path / "study"))
    begin_the_demo(one)
    for _ in range(SUSPENDED_TIMES):
        os.kill(one.pid, signal.SIGTSTP)
        patience = time.monotonic() + PATIENCE_S
        drawn = b""
        while one.process.status() != psutil.STATUS_STOPPED:
            assert time.monotonic() < patience
            drawn += one.drawn()
        drawn += one.drawn()
        assert b"\x1b[?1049l" in drawn  # the other screen
        assert drawn.endswith(b"\x1b[?25h\x1b[?1004l")  # a cursor, no news of the focus
        assert one.shows_what_is_typed
        os.kill(one.pid, signal.SIGCONT)
        one.until(b"REC")
        assert not one.shows_what_is_typed
    one.type(b"s")
    one.until(b"Stop the interview?")


HANGING = """
import pathlib, time, tui.app
def hang(app):
    pathlib.Path({flag!r}).touch()
    while True: time.sleep(1)
tui.app.VivavoceApp.action_help = hang
"""


@on_posix
def test_an_app_that_hangs_is_ended_the_third_time_and_the_terminal_put_right(
    terminal: Callable[..., Terminal], tmp_path: Path
) -> None:
    hangs = tmp_path / "hangs"
    one = terminal("demo", "--keep", str(tmp_path / "study"), prelude=HANGING.format(flag=str(hangs)))
    begin_the_demo(one)
    children = one.process.children(recursive=True)
    assert not one.shows_what_is_typed
    one.type(b"?")
    patience = time.monotonic() + PATIENCE_S
    while not hangs.exists():
        assert time.monotonic() < patience
    for _ in range(3):
        os.kill(one.pid, signal.SIGTERM)
        time.sleep(APART_S)

    assert one.left() == 1
    assert psutil.wait_procs(children, timeout=10)[1] == []
    assert one.shows_what_is_typed


@on_posix
def test_distress_is_obeyed_on_a_terminal_that_was_stopped(
    terminal: Callable[..., Terminal], demo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVAVOCE_PASSPHRASE", "demo")
    who = ("--study", str(demo_folder), "--participant", "50008", "--wave", "2", "--audio", "granted")
    one = terminal("session", *who, "--plain", "--replay", str(sound_path()))
    one.until(b"[recording]")
    one.type(b"\x13")  # ctrl-s
    before_ms = recorded_ms(demo_folder)
    one.type(b"distress\n")
    patience = time.monotonic() + PATIENCE_S
    while not (pauses := paused_ms(demo_folder)):
        assert time.monotonic() < patience
    os.kill(one.pid, signal.SIGTERM)

    assert one.left() == 0
    assert pauses[0] - before_ms < 2_500
    with Study.open(demo_folder, "demo", world_now()) as study:
        assert study.sessions.get(SESSION).state is State.COMPLETE


@on_posix
@pytest.mark.parametrize("read_again", [True, False], ids=["and is read again", "for ever"])
def test_a_terminal_that_takes_nothing_holds_up_neither_distress_nor_the_end(
    terminal: Callable[..., Terminal], tmp_path: Path, read_again: bool
) -> None:
    folder = tmp_path / "study"
    one = terminal("demo", "--keep", str(folder))
    begin_the_demo(one)
    one.type(F2 * THEMES)  # each draws the whole screen
    one.type(b"!")
    patience = time.monotonic() + PATIENCE_S
    while not paused_ms(folder):
        assert time.monotonic() < patience
    if read_again:
        one.until(b"OFF RECORD")
    os.kill(one.pid, signal.SIGTERM)

    assert one.left(read=read_again) == 1
    with Study.open(folder, "demo", world_now()) as study:
        assert study.sessions.get(SESSION).state is State.INTERRUPTED
        assert study.check() == ()
