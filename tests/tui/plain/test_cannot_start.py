"""A session whose children can't be started for a while, or for good: it records what it can, says so, and ends."""

from __future__ import annotations

import shlex
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.faults.fault import program
from tests.refusing import as_long_as, for_seconds
from tui.demo.script import sound_path

WHO = ("session", "--participant", "50001", "--wave", "1", "--plain", "--json", "--audio", "granted")
SESSION = "50001-w1-1"
FOR_GOOD = 10**6
ENDS_WITHIN_S = 60.0


def held(vivavoce: Any, prelude: str, sound: Path, speed: str = "0") -> Any:
    """A session in a program in which this was run before."""
    replay = ("--replay", str(sound), "--speed", speed)
    return vivavoce.start(*WHO, *replay, command=program(None, vivavoce.study.parent, prelude))


def said(run: Any, code: str) -> list[str]:
    return [event["text"] for event in run.of("notice") if event["code"] == code]


def test_where_nothing_can_be_started_for_a_second_the_session_is_whole_all_the_same(
    vivavoce: Any, short_sound: Path
) -> None:
    run = held(vivavoce, for_seconds(1, 1.0), short_sound)
    run.say("ask", "note typed meanwhile", "wait end", "stop", "memo done")
    assert run.finish() == 0

    (summary,) = run.of("summary")
    assert (summary["audio_seconds"], summary["dropped_frames"]) == (11.0, 0)
    assert said(run, "recorder_lost") == [
        "Recording can't be started (no memory for another process) and is tried again."
    ]
    assert said(run, "scribe_waits") == [
        "The transcriber can't be started (no memory for another process) and is tried again."
    ]
    shown = vivavoce.json("sessions", "show", SESSION)
    assert shown["state"] == "complete"
    assert "thank you for making the time" in " ".join(row["text"] for row in shown["utterances"]).lower()


@pytest.mark.slow
def test_a_recorder_that_can_not_be_started_again_for_a_while_leaves_a_gap_that_is_told(
    vivavoce: Any, tmp_path: Path
) -> None:
    refused = tmp_path / "refused"
    run = held(vivavoce, as_long_as(repr(str(refused))), sound_path(), speed="1")  # which lasts longer than all this
    run.until("caption")
    refused.touch()
    run.child("transcribe.record").kill()
    run.until(lambda event: "can't be started" in event.get("text", ""))
    time.sleep(2)
    refused.unlink()
    gap = run.until("gap")
    run.until(lambda event: event.get("code") == "recorder_back")
    run.say("stop")
    assert run.finish() == 0

    (summary,) = run.of("summary")
    assert gap["end"] - gap["start"] >= 2
    assert summary["dropped_frames"] == pytest.approx((gap["end"] - gap["start"]) * 16_000, abs=16)
    assert vivavoce("study", "check").returncode == 0


def without_scribes(folder: Path) -> str:
    """A Python in which the transcriber is broken, as one that is being upgraded."""
    interpreter = folder / "python"
    interpreter.write_text(
        f'#!/bin/sh\ncase "$*" in *transcribe.scribe*) exit 1;; esac\nexec {shlex.quote(sys.executable)} "$@"\n'
    )
    interpreter.chmod(0o700)
    return f"import sys; sys.executable = {str(interpreter)!r}"


@pytest.mark.slow
def test_where_no_scribe_can_ever_be_started_the_program_ends_and_another_reads_what_was_recorded(
    vivavoce: Any, short_sound: Path, tmp_path: Path
) -> None:
    run = held(
        vivavoce, f"{without_scribes(tmp_path)}\nimport tui.scribing as s; s.START_PATIENCE_S = 2.0", short_sound
    )
    run.say("wait end", "stop")
    run.until("memo_opened")
    stopped_s = time.monotonic()
    assert run.finish() == 0
    assert time.monotonic() - stopped_s < ENDS_WITHIN_S

    assert said(run, "scribe_waits") == ["The transcriber can't be started and is tried again."]
    assert len(said(run, "unfinished")) == 1
    assert vivavoce.json("sessions", "show", SESSION)["state"] == "stopped"
    assert vivavoce("recover", SESSION).returncode == 0
    assert vivavoce.json("sessions", "show", SESSION)["state"] == "complete"


@pytest.mark.slow
def test_where_nothing_can_ever_be_started_the_program_ends(vivavoce: Any, short_sound: Path) -> None:
    run = held(vivavoce, for_seconds(1, FOR_GOOD), short_sound, speed="1")
    run.until(lambda event: event.get("code") == "recorder_lost")
    run.say("note typed meanwhile", "stop")
    assert run.finish() == 0

    assert run.of("summary")[0]["audio_seconds"] == 0
    assert len(run.of("jotting")) == 1


@pytest.mark.slow
def test_a_scribe_that_is_stopped_as_the_interview_ends_holds_up_nothing(vivavoce: Any, short_sound: Path) -> None:
    run = held(vivavoce, "import tui.hanging as h; h.STILL_S = 3.0", short_sound, speed="1")
    run.until("caption")
    run.child("transcribe.scribe").send_signal(signal.SIGSTOP)
    run.say("stop")
    run.until("memo_opened")
    assert run.finish() == 0

    assert said(run, "scribe_restarted") == ["The transcriber hangs and is being started again."]
    assert vivavoce.json("sessions", "show", SESSION)["state"] == "complete"
