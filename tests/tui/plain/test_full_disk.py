"""A disk that fills up in mid-session: what was recorded is there, and recording goes on once there is room."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.small_disk import fill, small_disk

pytestmark = pytest.mark.slow


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", "48m") as disk:
        yield disk


def test_recording_goes_on_by_itself_when_there_is_room_again(
    vivavoce: Any, disk: Path, program_on: Callable[..., Any]
) -> None:
    program = program_on(shutil.copytree(vivavoce.study, disk / "study"))
    run = program.session("--audio", "granted")
    run.say("note before it was full")
    run.until("utterance")
    filler = fill(disk)
    full = run.until(lambda event: event.get("code") == "disk_full")
    run.until(lambda event: event.get("code") == "recorder_lost")
    run.say("note while it was full")  # when it is kept, a recorder has been found to have no room
    run.until("jotting")
    filler.unlink()
    gap = run.until("gap")
    run.until(lambda event: event.get("code") == "recorder_back")
    run.until("utterance")
    run.process.send_signal(2)

    assert run.finish() == 0
    assert "free some space" in full["text"]
    (summary,) = run.of("summary")
    lost_s = gap["end"] - gap["start"]
    assert summary["audio_seconds"] + lost_s == pytest.approx(run.of("stopped")[0]["at"], abs=0.05)
    shown = program.json("sessions", "show", "50001-w1-1")
    assert shown["state"] == "complete"
    assert [(row["start"], row["end"], row["reason"]) for row in shown["gaps"]] == [
        (gap["start"], gap["end"], "restart")
    ]
    assert [row["text"] for row in shown["jottings"]] == ["before it was full", "while it was full"]
    check = program("study", "check")
    assert check.returncode == 0, check.stdout


def test_a_session_that_ends_on_a_full_disk_is_there_once_there_is_room(
    vivavoce: Any, disk: Path, program_on: Callable[..., Any]
) -> None:
    program = program_on(shutil.copytree(vivavoce.study, disk / "study"))
    run = program.session("--audio", "granted")
    run.say("note before it was full", "wait 200")
    run.until("utterance")
    said = [event["text"] for event in run.of("utterance")]
    filler = fill(disk)
    run.until(lambda event: event.get("code") == "disk_full")
    run.process.send_signal(2)
    run.finish()
    errors = run.errors()
    filler.unlink()
    recovered = program("recover")

    assert "Traceback" not in errors
    assert recovered.returncode == 0, recovered.stderr
    shown = program.json("sessions", "show", "50001-w1-1")
    assert shown["state"] == "complete"
    assert [row["text"] for row in shown["jottings"]] == ["before it was full"]
    assert said[0].split()[0] in " ".join(row["text"] for row in shown["utterances"])
    assert program("study", "check").returncode == 0
