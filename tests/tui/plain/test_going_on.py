"""A session whose program was killed goes on, by lines: from where it stood, as it stood."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime
from typing import Any

import pytest

from store import Decision, Kind, Study
from tests.program import PASSPHRASE
from tests.tui.plain.test_kills import texts
from tui.going_on import UNDECIDED

pytestmark = pytest.mark.slow

GRANTED, DECLINED = ("--audio", "granted"), ("--audio", "declined")
GO_ON = "--go-on"


def kill(run: Any) -> None:
    run.process.send_signal(signal.SIGKILL)
    run.process.wait()


def shown(vivavoce: Any) -> Any:
    return vivavoce.json("sessions", "show", "50001-w1-1")


def test_it_goes_on_in_the_same_recording_with_the_same_consent(vivavoce: Any) -> None:
    run = vivavoce.session(*GRANTED)
    run.say("ask", "wait 200")
    run.until(lambda event: event["event"] == "caption" and event["at"] > 4)
    kill(run)
    before_s = vivavoce.json("sessions", "list")[0]["audio_seconds"]

    again = vivavoce.session(GO_ON)
    again.say("note at once")
    began = again.until("recording")
    again.say("ask", "wait 3", "stop")
    assert again.finish() == 0

    assert began["at"] >= before_s - 0.2
    assert again.of("jotting")[0]["at"] >= before_s - 0.2
    assert again.of("consent") == []
    (row,) = vivavoce.json("sessions", "list")
    assert (row["state"], row["mode"]) == ("complete", "audio")
    assert row["audio_seconds"] >= before_s + 2.5
    session = shown(vivavoce)
    assert "thank you for making the time" in texts(session["utterances"]).lower()
    assert [cue["move"] for cue in session["cues"]] == ["ask", "ask"]
    assert len({cue["question"] for cue in session["cues"]}) == 2
    (interruption,) = session["interruptions"]
    assert interruption["at"] == pytest.approx(began["at"], abs=0.2)
    assert interruption["broke_off_at"] < interruption["went_on_at"]
    done = vivavoce("export", "--to", str(vivavoce.study.parent / "out"), "--format", "md")
    assert done.returncode == 0, done.stderr
    (page,) = (vivavoce.study.parent / "out").rglob("*.md")
    assert "Interrupted: at 00:00:" in page.read_text()
    assert vivavoce("study", "check").returncode == 0


def test_what_was_off_the_record_stays_so_until_somebody_resumes(vivavoce: Any) -> None:
    run = vivavoce.session(*GRANTED)
    run.until("recording")
    run.say("wait 2", "distress")
    run.until("pause")
    kill(run)
    before_s = vivavoce.json("sessions", "list")[0]["audio_seconds"]

    again = vivavoce.session(GO_ON)
    assert again.until("notice")["code"] == "off_the_record"
    again.say("wait 3", "note still off", "resume", "wait 5", "pause", "resume", "stop")
    assert again.finish() == 0

    names = [event["event"] for event in again.events]
    assert names.index("jotting") < names.index("resume") < names.index("recording")
    assert again.of("jotting")[0]["at"] == pytest.approx(before_s, abs=0.2)
    session = shown(vivavoce)
    assert len(session["pauses"]) == 2
    assert all(pause["resumed_at"] for pause in session["pauses"])
    assert session["audio_seconds"] == pytest.approx(before_s + 5, abs=0.6)


def test_a_session_of_notes_goes_on_in_its_own_time(vivavoce: Any) -> None:
    run = vivavoce.session(*DECLINED, speed="0")
    run.say("wait 20", "note before", "pause")
    run.until("pause")
    kill(run)

    again = vivavoce.session(GO_ON, speed="0")
    assert again.until("notice")["code"] == "off_the_record"
    again.say("note off the record", "resume", "wait 30", "note after", "stop")
    assert again.finish() == 0

    notes = {note["text"]: note["at"] for note in shown(vivavoce)["jottings"]}
    assert notes == {"before": 20.0, "off the record": 20.0, "after": 50.0}
    assert again.of("recording") == []


def test_a_memo_that_was_written_before_it_went_on_is_added_to(vivavoce: Any) -> None:
    run = vivavoce.session(*DECLINED)
    run.say("note here")
    run.until("jotting")
    kill(run)
    with Study.open(vivavoce.study, PASSPHRASE, datetime.now(UTC)) as study:
        study.memos.open("50001-w1-1", "Written before, with care.", datetime.now(UTC))
    again = vivavoce.session(GO_ON)
    again.say("stop", "memo one line", "memo two")
    assert again.finish() == 0

    (memo,) = shown(vivavoce)["memos"]
    assert memo["text"] == "one line\ntwo\nWritten before, with care."


def test_where_all_is_given_a_new_session_begins_and_it_is_said_that_one_was_left(vivavoce: Any) -> None:
    run = vivavoce.session(*DECLINED)
    run.say("note here")
    run.until("jotting")
    kill(run)
    said = vivavoce("session", "--participant", "50001", "--wave", "1", "--plain", *DECLINED, stdin="stop\n")

    assert said.returncode == 0
    assert said.stderr.startswith("Session 50001-w1-1 was interrupted; --go-on goes on with it")
    assert [row["state"] for row in vivavoce.json("sessions", "list")] == ["interrupted", "complete"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((GO_ON, "--quoting", "granted"), 2, "leave out --quoting"),
        ((GO_ON, *GRANTED), 1, "was interrupted: begin one without --go-on"),
        ((GO_ON, "--setting", "ward"), 2, "leave out --setting"),
        ((GO_ON,), 1, "was interrupted: begin one without --go-on"),
        ((), 2, "Consent has to be asked"),
    ],
)
def test_what_can_not_go_on_is_said_in_a_sentence(vivavoce: Any, words: tuple[str, ...], code: int, said: str) -> None:
    done = vivavoce("session", "--participant", "50001", "--wave", "1", "--plain", *words)

    assert (done.returncode, done.stderr.count("\n")) == (code, 1)
    assert said in done.stderr
    assert vivavoce.json("sessions", "list") == []


@pytest.mark.parametrize("decided", [(), (Kind.TAKING_PART,), (Kind.TAKING_PART, Kind.AUDIO)], ids=len)
def test_what_broke_off_before_all_was_decided_does_not_go_on(vivavoce: Any, decided: tuple[Kind, ...]) -> None:
    now = datetime.now(UTC)
    with Study.open(vivavoce.study, PASSPHRASE, now) as study:
        guide = study.guides.keep(study.guides.current(), now)
        key = study.sessions.begin("50001", 1, guide_sha256=guide, setting="", others_present="", now=now).id
        for kind in decided:
            study.consent.decide(key, kind, Decision.GRANTED, form_version="1", recorded_by="i", now=now)
    done = vivavoce("session", "--participant", "50001", "--wave", "1", "--plain", GO_ON)

    assert (done.returncode, done.stderr) == (1, f"{UNDECIDED}\n")
    assert vivavoce.json("sessions", "list")[0]["state"] == "interrupted"


def test_a_recording_that_can_not_be_opened_any_more_is_named_and_the_session_left_as_it_was(vivavoce: Any) -> None:
    run = vivavoce.session(*GRANTED)
    run.until("caption")
    kill(run)
    (recording,) = (vivavoce.study / "recordings").glob("*.db")
    recording.write_bytes(os.urandom(recording.stat().st_size))
    for log in recording.parent.glob("*-wal"):
        log.unlink()
    done = vivavoce("session", "--participant", "50001", "--wave", "1", "--plain", GO_ON)

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert vivavoce.json("sessions", "list")[0]["state"] == "interrupted"
