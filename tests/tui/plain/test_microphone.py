"""A session with a real PortAudio microphone: it records what is played into the room, second for second."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.transcribe.pulse import VirtualMicrophone, virtual_microphone

__all__ = ["virtual_microphone"]

pytestmark = pytest.mark.slow

LISTENED_S = 20.0
WITH_A_MICROPHONE = ("session", "--participant", "50001", "--wave", "1", "--plain", "--json", "--audio", "granted")


@pytest.fixture
def in_the_room(
    program_on_fresh_study: Callable[..., Any], virtual_microphone: VirtualMicrophone, tmp_path: Path
) -> Any:
    names = ("HOME", "XDG_RUNTIME_DIR", "PULSE_SERVER")
    program = program_on_fresh_study(tmp_path / "study", {name: virtual_microphone.env[name] for name in names})
    for name in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY"):
        program.env.pop(name, None)
    return program


def test_a_session_records_what_is_said_in_the_room(
    in_the_room: Any, virtual_microphone: VirtualMicrophone, short_sound: Path
) -> None:
    run = in_the_room.start(*WITH_A_MICROPHONE)
    began = run.until("recording")
    virtual_microphone.play(short_sound)
    run.until("caption")
    run.say(f"wait {LISTENED_S}", "mark", "stop")
    assert run.finish() == 0
    (mark,), (summary,), (stopped,) = run.of("mark"), run.of("summary"), run.of("stopped")
    assert mark["at"] - began["at"] == pytest.approx(mark["t"] - began["t"], rel=0.01)
    assert summary["audio_seconds"] == pytest.approx(stopped["at"], abs=0.01)
    assert (summary["dropped_frames"], run.of("gap")) == (0, [])
    said = " ".join(row["text"] for row in run.of("utterance")).lower()
    assert "thank you for making the time" in said
    assert in_the_room("study", "check").returncode == 0


def test_the_end_of_the_input_stops_a_session_with_a_microphone(in_the_room: Any) -> None:
    run = in_the_room.start(*WITH_A_MICROPHONE)
    run.until("recording")
    assert run.finish() == 0
    assert [event["event"] for event in run.events if event["event"] in ("stopped", "transcript_ready")] == [
        "stopped",
        "transcript_ready",
    ]


def test_a_microphone_that_is_pulled_out_is_said_and_comes_back_with_a_gap(
    in_the_room: Any, virtual_microphone: VirtualMicrophone
) -> None:
    run = in_the_room.start(*WITH_A_MICROPHONE)
    run.until("recording")
    virtual_microphone.unplug()
    assert run.until("notice")["code"] == "no_signal"
    virtual_microphone.plug_in()
    gap = run.until("gap")
    run.say("stop")
    assert run.finish() == 0
    assert gap["end"] > gap["start"]
    assert run.of("summary")[0]["dropped_frames"] > 0


def test_the_microphones_are_listed(in_the_room: Any) -> None:
    listed = json.loads(in_the_room("devices", "--json").stdout)
    assert any(one["default"] for one in listed)


def test_no_microphone_at_all_is_said_in_one_sentence_and_the_session_still_ends_in_a_memo(
    program_on_fresh_study: Callable[..., Any], tmp_path: Path
) -> None:
    env = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "PULSE_SERVER": "unix:/nowhere"}
    program = program_on_fresh_study(tmp_path / "study", env)
    run = program.start(*WITH_A_MICROPHONE)
    notice = run.until("notice")
    run.say("note by hand", "stop", "memo Without sound.")
    assert run.finish() == 0
    assert notice["text"].endswith(".")
    assert run.of("recording") == []
    assert program.json("sessions", "show", "50001-w1-1")["memos"][0]["text"].startswith("Without sound.")
