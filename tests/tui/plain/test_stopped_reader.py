"""A reader that stops: nothing that is said to the program waits for it, and no end does."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from store import Session, State, Study
from tests.program import PASSPHRASE, PATIENCE_S
from tui.clock import world_now
from tui.demo.script import sound_path

SESSION = "50001-w1-1"
ONE_PAGE = 4096
LATE_MS = 1_500
"""A second, and what was on its way when it was looked at."""
IMPATIENT = "from tui import writer; writer.NEXT_S = 0.5; from tui.cli import main; main()"


@pytest.fixture
def full_pipe() -> Iterator[int]:
    """Where whatever is written waits for a reader that never comes."""
    read, write = os.pipe()
    fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, ONE_PAGE)
    os.set_blocking(write, False)
    with suppress(BlockingIOError):
        while os.write(write, b"x" * ONE_PAGE):
            pass
    os.set_blocking(write, True)
    yield write
    os.close(write)
    os.close(read)


def session_in(folder: Path) -> Session:
    with closing(Study.open(folder, PASSPHRASE, world_now())) as study:
        return study.sessions.get(SESSION)


def until(true: Callable[[], bool]) -> None:
    patience = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < patience
        time.sleep(0.1)


def recorded(folder: Path, least_ms: int) -> bool:
    with closing(Study.open(folder, PASSPHRASE, world_now())) as study:
        return any(row.recording_ms >= least_ms for row in study.sessions.list())


def begun(vivavoce: Any, *words: str, out: int, err: int) -> subprocess.Popen[str]:
    who = ("--participant", "50001", "--wave", "1", "--plain", "--audio", "granted")
    sound = ("--replay", str(sound_path()), "--no-captions")
    process = subprocess.Popen(
        [sys.executable, "-c", IMPATIENT, "session", *who, *sound, *words],
        stdin=subprocess.PIPE,
        stdout=out,
        stderr=err,
        text=True,
        env=vivavoce.env,
    )
    until(lambda: recorded(vivavoce.study, 1_000))
    return process


def say(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux makes a pipe small")
def test_distress_and_a_polite_kill_are_obeyed_where_nobody_reads_the_events(vivavoce: Any, full_pipe: int) -> None:
    process = begun(vivavoce, "--json", out=full_pipe, err=subprocess.PIPE)
    assert process.stderr is not None
    children = psutil.Process(process.pid).children()
    before_ms = session_in(vivavoce.study).recording_ms
    say(process, "distress")
    while "Whom to call" not in process.stderr.readline():
        assert process.poll() is None
    with closing(Study.open(vivavoce.study, PASSPHRASE, world_now())) as study:
        until(lambda: bool(study.log.pauses(SESSION)))
        (pause,) = study.log.pauses(SESSION)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=PATIENCE_S)

    assert pause.at_ms - before_ms < LATE_MS
    assert process.returncode == 0
    assert "not printed in the end" in said
    assert psutil.wait_procs(children, timeout=PATIENCE_S)[1] == []
    session = session_in(vivavoce.study)
    assert session.state is State.COMPLETE
    assert session.recording_ms == pause.at_ms


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux makes a pipe small")
def test_an_end_is_obeyed_where_nobody_reads_anything(vivavoce: Any, full_pipe: int) -> None:
    process = begun(vivavoce, out=full_pipe, err=full_pipe)
    before_ms = session_in(vivavoce.study).recording_ms
    say(process, "help")
    say(process, "stop")
    until(lambda: session_in(vivavoce.study).state is not State.OPEN)
    say(process, "memo Nobody read along.")

    process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert session_in(vivavoce.study).recording_ms - before_ms < LATE_MS
    (memo,) = vivavoce.json("sessions", "show", SESSION)["memos"]
    assert memo["text"].startswith("Nobody read along.")
