"""A session driven by lines: each does what it says, at the place where it stands."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.program import Vivavoce
from tests.tui.plain.readings import part_of_the_demo

GRANTED = ("--audio", "granted")
SESSION = "50001-w1-1"
MOMENT_S = 3


def run_lines(vivavoce: Any, *lines: str, consent: tuple[str, ...] = GRANTED) -> Any:
    run = vivavoce.session(*consent, speed="0")
    run.say(*lines)
    assert run.finish() == 0, run.errors()
    return run


@pytest.fixture(scope="module")
def led(tmp_path_factory: pytest.TempPathFactory, program_on_fresh_study: Callable[..., Vivavoce]) -> tuple[Any, Any]:
    """A program, and the session of 28 seconds that was led with it: lines, a pause, and a strike."""
    program = program_on_fresh_study(tmp_path_factory.mktemp("led") / "study")
    stamped = ("ask", "wait 2", "mark here", "wait 1", "note calm", "ask", "skip", "back", "follow why?")
    return program, run_lines(
        program, *stamped, "wait 7.3", "pause", "wait 2.9", "resume", "wait 10.7", "strike 6", "wait 7", "stop"
    )


def said_in(program: Any) -> str:
    return " ".join(row["text"] for row in program.json("sessions", "show", SESSION)["utterances"]).lower()


def test_every_line_is_stamped_where_it_stands(led: tuple[Any, Any]) -> None:
    program, run = led
    places = {(event["event"], event.get("move")): event["at"] for event in run.events if "at" in event}
    assert (places["mark", None], places["jotting", None], places["cue", "follow"]) == (2.0, 3.0, 3.0)
    shown = program.json("sessions", "show", SESSION)
    assert [cue["move"] for cue in shown["cues"]] == ["ask", "ask", "skip", "back", "follow"]
    assert shown["cues"][-1]["text"] == "why?"


def test_what_is_said_off_the_record_is_not_captured(led: tuple[Any, Any]) -> None:
    program, run = led
    assert [event["at"] for event in (*run.of("pause"), *run.of("resume"))] == [10.3, 10.3]
    assert run.of("summary")[0]["audio_seconds"] == 28.0
    told = " ".join(event["text"] for event in run.of("utterance")).lower()
    assert "changed for you" not in told
    assert "making the time" in said_in(program)


def test_a_strike_takes_words_and_sound_and_leaves_the_rest(led: tuple[Any, Any]) -> None:
    program, run = led
    (strike,) = run.of("strike")
    assert (strike["start"], strike["end"]) == (15.0, 21.0)
    said = said_in(program)
    assert "quite a lot" in said
    assert "on a bad morning" not in said
    assert "the spring" in said
    assert program.json("search", "morning") == []


def test_withdrawing_destroys_the_recording_and_the_session_goes_on_with_notes(vivavoce: Any) -> None:
    run = run_lines(vivavoce, "ask", "wait 6", "withdraw", "note goes on", "wait 5", "stop", "memo A fair end.")
    names = [event["event"] for event in run.events]
    assert names.index("withdrawn") < names.index("jotting") < names.index("stopped")
    assert not any((vivavoce.study / "recordings").iterdir())
    shown = vivavoce.json("sessions", "show", SESSION)
    assert shown["mode"] == "notes"
    assert shown["memos"][0]["text"].startswith("A fair end.")
    assert vivavoce("study", "check").returncode == 0


def test_declined_audio_opens_no_microphone_and_ends_in_a_memo(vivavoce: Any) -> None:
    run = vivavoce.session("--audio", "declined", speed="1")
    run.say("ask", "note typed by hand")
    run.until("jotting")
    assert [process for process in run.children() if "transcribe" in " ".join(process.cmdline())] == []
    assert not any((vivavoce.study / "recordings").iterdir())
    run.say("stop", "memo All from notes.")
    assert run.finish() == 0
    assert {"recording", "caption", "utterance"}.isdisjoint(event["event"] for event in run.events)
    shown = vivavoce.json("sessions", "show", SESSION)
    assert (shown["mode"], shown["state"], shown["audio_seconds"]) == ("notes", "complete", 0)
    assert shown["memos"][0]["text"].startswith("All from notes.")


def test_what_was_never_recorded_can_not_be_withdrawn(vivavoce: Any) -> None:
    run = vivavoce.session("--audio", "declined")
    run.say("withdraw")
    run.say("withdraw words")
    assert run.finish() == 0
    assert run.errors().count("there is nothing to take back") == 2
    assert [row["decision"] for row in vivavoce.json("sessions", "show", SESSION)["consent"]][1] == "declined"
    assert len(vivavoce.json("sessions", "show", SESSION)["consent"]) == 4
    done = vivavoce("withdraw", SESSION, "--yes")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert vivavoce.json("sessions", "list")[0]["state"] == "complete"


@pytest.fixture(scope="module")
def moment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound that is soon over."""
    return part_of_the_demo(tmp_path_factory.mktemp("sound") / "moment.wav", MOMENT_S)


def test_the_end_of_the_input_waits_for_the_end_of_the_replay(vivavoce: Any, moment: Path) -> None:
    run = vivavoce.session(*GRANTED, speed="0", sound=moment)
    run.say("wait 2")
    assert run.finish() == 0
    assert run.of("summary")[0]["audio_seconds"] == MOMENT_S


def test_the_end_of_the_replay_stops_the_session_and_the_memo_is_still_written(vivavoce: Any, moment: Path) -> None:
    run = vivavoce.session(*GRANTED, speed="0", sound=moment)
    run.say("wait end")
    run.until("stopped")
    run.say("memo Afterwards.")
    assert run.finish() == 0
    shown = vivavoce.json("sessions", "show", SESSION)
    assert shown["memos"][0]["text"].startswith("Afterwards.")


def test_a_memo_right_after_the_end_of_the_sound_waits_until_it_is_open(vivavoce: Any, moment: Path) -> None:
    run = vivavoce.session(*GRANTED, speed="0", sound=moment)
    run.say("wait end", "note still in it", "memo At once.", "memo And more.")
    assert run.finish() == 0, run.errors()
    shown = vivavoce.json("sessions", "show", SESSION)
    assert [note["text"] for note in shown["jottings"]] == ["still in it"]
    (memo,) = shown["memos"]
    assert memo["text"].startswith("At once.\nAnd more.\n")


def test_what_is_refused_is_said_again_with_what_can_be_done_instead(vivavoce: Any) -> None:
    run = vivavoce.session("--audio", "declined", speed="0")
    run.say("memo too soon", "stop", "note too late", "strike 5", "fix j1 other words")
    assert run.finish() == 0
    soon, late, strike, fix = run.errors().splitlines()
    assert soon.endswith("Not kept: too soon")
    assert late == "This session has ended. `memo TEXT` puts it into the memo. Not kept: too late"
    assert "`vivavoce withdraw 50001-w1-1` destroys the recording" in strike
    assert fix.endswith("Not kept: j1 other words")


def test_a_line_that_makes_no_sense_gets_a_sentence_and_the_session_goes_on(vivavoce: Any) -> None:
    run = vivavoce.session(*GRANTED, speed="0")
    run.say(
        "sing", "wait for it", "strike", "note", "ask no-such-question", "memo too soon", "note fine", "quit", "ask"
    )
    assert run.finish() == 0
    errors = run.errors().splitlines()
    assert len(errors) == 6
    assert [event["text"] for event in run.of("jotting")] == ["fine"]


def test_after_the_stop_only_the_memo_is_written(vivavoce: Any) -> None:
    run = vivavoce.session(*GRANTED, speed="0")
    run.say("wait 1", "stop", "ask", "memo one", "memo two")
    assert run.finish() == 0
    assert run.errors().splitlines() == ["This session has ended."]
    shown = vivavoce.json("sessions", "show", SESSION)
    assert shown["memos"][0]["text"].startswith("one\ntwo\n")


@pytest.mark.parametrize("seen", ["recording", "utterance"])
def test_a_reader_that_goes_away_takes_nothing_of_the_session_along(
    vivavoce: Any, short_sound: Path, seen: str
) -> None:
    words = ("session", "--participant", "50001", "--wave", "1", "--plain", "--json", *GRANTED)
    process = subprocess.Popen(
        [sys.executable, "-m", "tui", *words, "--replay", str(short_sound), "--speed", "3", "--no-captions"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=vivavoce.env,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("wait end\nstop\nmemo All is there.\n")
    process.stdin.close()
    while json.loads(process.stdout.readline())["event"] != seen:
        pass
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read()

    assert process.wait(60) == 0
    assert said.count("\n") == 1
    assert "the session goes on" in said
    shown = vivavoce.json("sessions", "show", SESSION)
    assert (shown["state"], shown["audio_seconds"]) == ("complete", 11.0)
    assert all(row["text"] for row in shown["utterances"])
    assert shown["memos"][0]["text"].startswith("All is there.")


def test_sentences_that_nobody_can_read_any_more_end_no_session(vivavoce: Any, short_sound: Path) -> None:
    words = ("session", "--participant", "50001", "--wave", "1", "--plain", "--json", *GRANTED)
    process = subprocess.Popen(
        [sys.executable, "-m", "tui", *words, "--replay", str(short_sound), "--speed", "0"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=vivavoce.env,
    )
    assert process.stderr is not None
    process.stderr.close()
    process.stderr = None
    told, _ = process.communicate("sing\nhelp\nnote kept all the same\ndistress\nstop\nmemo Done.\n", timeout=120)

    events = [json.loads(line)["event"] for line in told.splitlines()]
    assert process.returncode == 0
    assert {"jotting", "mark", "memo_opened", "summary"} <= set(events)
    assert vivavoce.json("sessions", "show", SESSION)["memos"][0]["text"].startswith("Done.")
