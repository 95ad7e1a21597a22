"""A moment of distress, line by line, and the card that a study shows in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from guides import bundled_guide

GRANTED = ("--audio", "granted")


def test_the_line_pauses_prints_the_card_and_resume_goes_on(vivavoce: Any) -> None:
    run = vivavoce.session(*GRANTED, speed="0")
    run.say("wait 3", "distress", "wait 5", "resume", "wait 2", "stop")
    assert run.finish() == 0
    said = run.errors()

    assert [event["at"] for event in (*run.of("pause"), *run.of("resume"))] == [3.0, 3.0]
    assert [event["text"] for event in run.of("mark")] == ["distress"]
    assert run.of("summary")[0]["audio_seconds"] == 5.0
    card = bundled_guide("peer-specialist-fidelity").distress
    assert all(line in said for line in (*card.say.splitlines(), *card.call.splitlines()))


def test_stop_ends_a_session_in_distress_and_its_memo_names_the_moment(vivavoce: Any) -> None:
    run = vivavoce.session(*GRANTED, speed="0")
    run.say("wait 2", "distress", "stop")
    assert run.finish() == 0

    shown = vivavoce.json("sessions", "show", "50001-w1-1")
    assert (shown["state"], shown["audio_seconds"]) == ("complete", 2.0)
    assert "distress" in shown["memos"][0]["text"]


def test_a_session_of_notes_prints_the_card_and_pauses_nothing(vivavoce: Any) -> None:
    run = vivavoce.session("--audio", "declined", speed="0")
    run.say("distress", "note calmer", "stop")
    assert run.finish() == 0

    assert run.of("pause") == []
    assert [event["text"] for event in (*run.of("mark"), *run.of("jotting"))] == ["distress", "calmer"]
    assert "Whom to call:" in run.errors()


def test_a_study_has_a_card_of_its_own_by_command_and_gives_it_up_again(vivavoce: Any, tmp_path: Path) -> None:
    before = vivavoce("study", "distress").stdout
    file = tmp_path / "card.toml"
    file.write_text(before.replace("Local crisis line: write the number here", "Crisis line: 0 000"), encoding="utf-8")
    assert vivavoce("study", "distress", "set", str(file)).returncode == 0
    own = vivavoce("study", "distress").stdout
    assert vivavoce("study", "distress", "reset", "--yes").returncode == 0

    assert own == file.read_text(encoding="utf-8")
    assert vivavoce("study", "distress").stdout == before


def test_a_card_that_can_not_be_used_is_refused_with_its_line(vivavoce: Any, tmp_path: Path) -> None:
    file = tmp_path / "card.toml"
    file.write_text('[distress]\nsay = ""\ncall = "0 000"\n', encoding="utf-8")
    done = vivavoce("study", "distress", "set", str(file))
    wrong = vivavoce("study", "distress", "set")

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith(f"This card cannot be used: {file}:2: say:")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
