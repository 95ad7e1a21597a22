"""Orders that come while another takes its time: what can't wait overtakes it, and a script keeps its order."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tui.led import NOT_RESUMED, TOGETHER_S

DECLINED, GRANTED = ("--audio", "declined"), ("--audio", "granted")


def waiting(vivavoce: Any, *lines: str) -> Any:
    """A session of notes that stands in a ``wait``, for so long that nothing which comes now was meant to follow it."""
    run = vivavoce.session(*DECLINED)
    run.say("note begun", "wait 300", *lines)
    run.until("jotting")
    time.sleep(TOGETHER_S + 0.3)
    return run


def test_what_protects_somebody_overtakes_a_wait_and_nothing_of_the_script_records_after_it(vivavoce: Any) -> None:
    run = waiting(vivavoce, "resume", "note of the script")
    run.say("note of later", "pause")
    run.until("pause")
    run.say("stop")
    run.until("memo_opened")
    run.say("memo Stopped in time.")
    assert run.finish() == 0

    assert [event["text"] for event in run.of("jotting")] == ["begun"]
    assert run.of("resume") == []
    said = run.errors()
    assert said.count(NOT_RESUMED) == 1
    assert "Not kept: of the script" in said
    assert "Not kept: of later" in said
    (memo,) = vivavoce.json("sessions", "show", "50001-w1-1")["memos"]
    assert memo["text"].startswith("Stopped in time.")


def test_pausing_and_resuming_overtake_a_wait_in_their_own_order(vivavoce: Any) -> None:
    run = waiting(vivavoce)
    run.say("pause", "resume", "pause", "resume", "distress", "quit")
    assert run.finish() == 0

    names = [event["event"] for event in run.events if event["event"] in ("pause", "resume", "mark", "stopped")]
    assert names == ["pause", "resume", "pause", "resume", "mark", "stopped"]
    assert NOT_RESUMED not in run.errors()


@pytest.mark.parametrize("line", ["stop", "quit"])
def test_the_end_of_a_session_waits_for_no_wait(vivavoce: Any, line: str) -> None:
    run = waiting(vivavoce)
    began = time.monotonic()
    run.say(line)
    assert run.finish() == 0

    assert time.monotonic() - began < 100
    assert len(run.of("memo_opened")) == 1


def test_a_recorder_that_does_not_answer_a_strike_holds_up_no_distress(vivavoce: Any) -> None:
    run = vivavoce.session(*GRANTED)
    run.say("wait 1", "mark")
    run.until("mark")
    recorder = run.child("transcribe.record")
    recorder.suspend()
    run.say("strike 1")
    time.sleep(TOGETHER_S + 0.3)
    run.say("distress")
    run.until(lambda event: event.get("text") == "distress")
    assert run.of("strike") == []
    recorder.resume()
    run.until("pause")
    run.say("stop")
    assert run.finish() == 0

    assert len(run.of("strike")) == 1, run.errors()
