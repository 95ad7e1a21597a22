"""Asked to end, a command ends: in order, then without what can wait, and the third time whatever hangs."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from store import Study
from tests.program import PASSPHRASE, PATIENCE_S
from tui.clock import world_now

pytestmark = pytest.mark.slow

GRANTED = ("--audio", "granted")
SESSION = "50001-w1-1"
ENDED_S = 20.0
APART_S = 0.3
"""A signal that comes before the one before it was heard is the same to a program."""


@pytest.mark.parametrize("names", [("SIGINT", "SIGINT"), ("SIGTERM", "SIGHUP")], ids=" ".join)
def test_asked_twice_a_session_leaves_its_transcript_to_be_recovered(vivavoce: Any, names: tuple[str, str]) -> None:
    run = vivavoce.session(*GRANTED)
    run.until("caption")
    children = run.children()
    run.child("transcribe.scribe").suspend()
    first, second = (getattr(signal, name) for name in names)
    run.process.send_signal(first)
    run.until("memo_opened")
    run.process.send_signal(second)

    assert run.finish() == 0
    assert [event["event"] for event in run.events[-2:]] == ["notice", "summary"]
    assert run.of("notice")[-1]["code"] == "unfinished"
    assert psutil.wait_procs(children, timeout=ENDED_S)[1] == []
    assert vivavoce.json("sessions", "list")[0]["state"] == "stopped"
    assert vivavoce("recover", SESSION).returncode == 0
    assert vivavoce.json("sessions", "list")[0]["state"] == "complete"


def test_asked_three_times_it_ends_whatever_stands_still(vivavoce: Any) -> None:
    run = vivavoce.session(*GRANTED)
    run.until("utterance")
    children = run.children()
    recorded_s = vivavoce.json("sessions", "list")[0]["audio_seconds"]
    for child in children:
        child.suspend()
    for _ in range(3):
        run.process.send_signal(signal.SIGINT)
        time.sleep(APART_S)

    run.process.wait(ENDED_S)
    assert psutil.wait_procs(children, timeout=ENDED_S)[1] == []
    (row,) = vivavoce.json("sessions", "list")
    assert row["state"] in ("stopped", "interrupted", "complete")
    assert row["audio_seconds"] >= recorded_s
    with Study.open(vivavoce.study, PASSPHRASE, world_now()) as study:
        assert study.check() == ()


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_reading_that_is_asked_to_end_takes_a_scribe_along_that_stands_still(
    recorded_once: Path, program_on: Any, tmp_path: Path, name: str
) -> None:
    program = program_on(Path(shutil.copytree(recorded_once, tmp_path / "study")))
    process = subprocess.Popen(
        [sys.executable, "-m", "tui", "retranscribe", SESSION, "--model", "tiny.en"],
        stderr=subprocess.PIPE,
        text=True,
        env=program.env,
    )
    patience = time.monotonic() + PATIENCE_S
    while not (children := psutil.Process(process.pid).children()):
        assert time.monotonic() < patience
        time.sleep(0.02)
    children[0].suspend()
    process.send_signal(getattr(signal, name))
    _, said = process.communicate(timeout=ENDED_S)

    assert process.returncode == 1
    assert said.splitlines()[-1] == "Stopped."
    assert psutil.wait_procs(children, timeout=ENDED_S)[1] == []
    assert program("study", "check").returncode == 0
