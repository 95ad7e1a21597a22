"""What is killed comes back, and what was captured is still there."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.program import Vivavoce

pytestmark = pytest.mark.slow

LONGEST_GAP_S = 3.0
MOST_LOST_S = 1.0
SAID_WITHIN_S = 2.0
LEAVE_S = 20
GRANTED = ("--audio", "granted")


def texts(rows: list[dict[str, Any]]) -> str:
    return " ".join(row["text"] for row in rows)


def test_a_killed_scribe_is_started_again_and_nothing_is_missing(vivavoce: Any) -> None:
    run = vivavoce.session(*GRANTED, speed="2")
    run.until("utterance")
    run.child("transcribe.scribe").kill()
    assert run.until("notice")["code"] == "scribe_restarted"
    run.say("wait 20", "stop")
    assert run.finish() == 0
    shown = vivavoce.json("sessions", "show", "50001-w1-1")
    assert shown["state"] == "complete"
    assert run.of("gap") == []
    assert "back again" not in texts(shown["utterances"])
    for said in ("thank you for making the time", "changed for you since we last spoke", "two days a week"):
        assert said in texts(shown["utterances"]).lower()


def test_a_killed_recorder_is_said_and_started_again_with_a_short_gap(vivavoce: Any) -> None:
    run = vivavoce.session(*GRANTED)
    run.until("utterance")
    killed_at = run.events[-1]["t"]
    run.child("transcribe.record").kill()
    lost = run.until(lambda event: event.get("code") == "recorder_lost")
    assert lost["t"] - killed_at < SAID_WITHIN_S
    gap = run.until("gap")
    assert 0 < gap["end"] - gap["start"] <= LONGEST_GAP_S
    run.until("caption")
    run.say("stop")
    assert run.finish() == 0
    summary = run.of("summary")[0]
    assert summary["audio_seconds"] + gap["end"] - gap["start"] == pytest.approx(run.of("stopped")[0]["at"], abs=0.05)
    assert summary["dropped_frames"] == pytest.approx((gap["end"] - gap["start"]) * 16_000, abs=32)
    shown = vivavoce.json("sessions", "show", "50001-w1-1")
    assert [(row["start"], row["end"]) for row in shown["gaps"]] == [(gap["start"], gap["end"])]
    assert vivavoce("study", "check").returncode == 0


@pytest.fixture(scope="module")
def _killed(
    tmp_path_factory: pytest.TempPathFactory, program_on_fresh_study: Callable[..., Vivavoce]
) -> tuple[Path, float]:
    program = program_on_fresh_study(tmp_path_factory.mktemp("killed") / "study")
    run = program.session(*GRANTED)
    run.say("ask", "note before the fall", "wait 200")
    run.until(lambda event: event["event"] == "caption" and event["at"] > 4)
    captured_s, children = run.events[-1]["at"], run.children()
    run.process.send_signal(signal.SIGKILL)
    run.process.wait()
    psutil.wait_procs(children, LEAVE_S)
    return program.study, captured_s


@pytest.fixture
def killed(_killed: tuple[Path, float], vivavoce: Any) -> float:
    """A session whose app was killed in mid-speech, with a note made just before; gives the last caption's place."""
    shutil.rmtree(vivavoce.study)
    shutil.copytree(_killed[0], vivavoce.study)
    return _killed[1]


def test_a_killed_app_leaves_an_interrupted_session_with_everything_in_it(vivavoce: Any, killed: float) -> None:
    (row,) = vivavoce.json("sessions", "list")
    assert row["state"] == "interrupted"
    assert row["audio_seconds"] >= killed - MOST_LOST_S
    shown = vivavoce.json("sessions", "show", row["id"])
    assert [jotting["text"] for jotting in shown["jottings"]] == ["before the fall"]
    assert vivavoce("study", "check").returncode == 0


def test_recover_finishes_the_transcript_of_a_killed_app(vivavoce: Any, killed: float) -> None:
    done = vivavoce("recover")
    assert done.returncode == 0, done.stderr
    (row,) = vivavoce.json("sessions", "list")
    assert row["state"] == "complete"
    assert row["audio_seconds"] >= killed - MOST_LOST_S
    shown = vivavoce.json("sessions", "show", row["id"])
    assert "thank you for making the time" in texts(shown["utterances"]).lower()


def test_a_killed_session_can_be_closed_as_it_is_and_finished_later(vivavoce: Any, killed: float) -> None:
    done = vivavoce("recover", "50001-w1-1", "--as-it-is", "--yes")
    (closed,) = vivavoce.json("sessions", "list")
    wrong = vivavoce("recover", "--as-it-is")
    assert done.returncode == 0, done.stderr
    assert closed["state"] == "stopped"
    assert closed["audio_seconds"] >= killed - MOST_LOST_S
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
    assert vivavoce("recover").returncode == 0
    assert vivavoce.json("sessions", "list")[0]["state"] == "complete"
    over = vivavoce("recover", "50001-w1-1", "--as-it-is")
    assert (over.returncode, over.stderr) == (1, "Session 50001-w1-1 is complete: there is nothing to close.\n")


def test_recover_is_refused_while_a_session_runs(vivavoce: Any) -> None:
    run = vivavoce.session(*GRANTED)
    run.until("recording")
    done = vivavoce("recover")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    (row,) = vivavoce.json("sessions", "list")
    assert row["state"] == "open"
    run.say("quit")
    assert run.finish() == 0


def test_children_leave_when_the_app_is_killed(vivavoce: Any) -> None:
    run = vivavoce.session(*GRANTED)
    run.until("caption")
    children = [run.child("transcribe.record"), run.child("transcribe.scribe")]
    run.process.send_signal(signal.SIGKILL)
    for child in children:
        child.wait(10)
    assert not any(child.is_running() for child in children)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_the_session_cleanly(vivavoce: Any, how: signal.Signals) -> None:
    run = vivavoce.session(*GRANTED)
    run.until("recording")
    run.process.send_signal(how)
    assert run.finish() == 0
    assert run.events[-1]["event"] == "summary"
    (row,) = vivavoce.json("sessions", "list")
    assert row["state"] == "complete"
