"""Taking back and keeping no longer, by command: in processes of their own, looked at page by page afterwards."""

from __future__ import annotations

import json
import shutil
import signal
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from store import Rule, Study
from store.keys import unlock
from tests.program import PASSPHRASE
from tests.store import pages
from tui.clock import world_now
from tui.commands import machine, withdraw
from tui.erasing import TAKEN_BACK

GRANTED = ("--audio", "granted")
SESSION = "50001-w1-1"
SAID = ("for making the time",)
"""Of the first eleven seconds of the demo; the guide has no such words."""


def key_of(vivavoce: Any) -> bytes:
    with Study.open(vivavoce.study, PASSPHRASE, world_now()) as study:
        return study.permit_listening(SESSION).key


def on_disk(vivavoce: Any) -> dict[str, bytes]:
    return pages.on_disk(vivavoce.study, {"study.db": unlock(vivavoce.study, "passphrase", PASSPHRASE)})


def counted(vivavoce: Any, *words: str) -> int:
    """How often these words lie in the study, free space included."""
    everything = on_disk(vivavoce)["study.db"].lower()
    return sum(everything.count(word.encode()) for word in words)


@pytest.fixture
def held(recorded_once: Path, tmp_path: Path, program_on: Callable[..., Any]) -> Any:
    return program_on(shutil.copytree(recorded_once, tmp_path / "study"))


def test_leaving_the_study_by_command_shuts_every_door(held: Any, tmp_path: Any) -> None:
    assert counted(held, *SAID) > 0
    key = key_of(held)
    assert pages.found(on_disk(held), pages.traces_of_key(key))
    done = held("withdraw", SESSION, "--taking-part", "--yes")
    assert done.returncode == 0, done.stderr
    assert "the words of" in done.stdout
    assert "shut away" in done.stdout
    assert TAKEN_BACK in done.stderr
    assert (counted(held, *SAID), counted(held, "heron") > 0) == (0, True)
    assert pages.found(on_disk(held), pages.traces_of_key(key)) == {}
    assert held.json("search", "heron") == []
    for refused in (("export", SESSION, "--to", str(tmp_path)), ("recover", SESSION), ("retranscribe", SESSION)):
        done = held.at_once(*refused)
        assert (done.returncode, done.stderr.count("taking part was withdrawn")) == (1, 1), refused
    shown = held.json("sessions", "show", SESSION)
    assert (shown["state"], shown["jottings"], shown["memos"], len(shown["receipts"])) == ("withdrawn", [], [], 1)
    assert "heron" not in held("sessions", "show", SESSION).stdout
    assert held("export", "--to", str(tmp_path)).returncode == 0
    assert list(tmp_path.glob(f"{SESSION}*")) == []


def test_who_holds_it_up_is_named_and_the_receipt_comes_later(held: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(withdraw, "PATIENCE_S", 0.3)
    with Study.open(held.study, PASSPHRASE, world_now()) as other:
        other._database.run("BEGIN")
        other.sessions.list()
        done = held.at_once("withdraw", SESSION, "--transcript", "--yes")
        assert (done.returncode, done.stdout) == (1, "")
        assert TAKEN_BACK in done.stderr
        assert "Another program is using the study" in done.stderr
        assert held.json("sessions", "show", SESSION)["receipts"] == []
        other._database.run("COMMIT")
    assert len(held.json("sessions", "show", SESSION)["receipts"]) == 1
    assert counted(held, *SAID) == 0


def test_the_notes_of_somebody_who_left_go_on_wish(held: Any) -> None:
    assert held("withdraw", SESSION, "--notes").returncode == 2
    done = held("withdraw", SESSION, "--taking-part", "--notes", "--yes")
    assert "the memo" in done.stdout
    assert counted(held, "heron") == 0
    assert held("study", "check").returncode == 0


def test_a_receipt_is_shown_again(held: Any) -> None:
    first = held("withdraw", SESSION, "--yes")
    again = held("withdraw", SESSION, "--yes")
    assert again.returncode == 0
    assert first.stdout in again.stdout
    shown = held("sessions", "show", SESSION).stdout
    assert first.stdout in shown


@pytest.mark.slow
def test_a_withdrawal_in_mid_session_leaves_no_key(vivavoce: Any) -> None:
    run = vivavoce.session(*GRANTED)
    run.until("caption")
    with Study.open(vivavoce.study, PASSPHRASE, world_now()) as study:
        key = study.permit_listening(SESSION).key
    assert pages.found(on_disk(vivavoce), pages.traces_of_key(key))
    children = [run.child("transcribe.record"), run.child("transcribe.scribe")]
    run.say("withdraw")
    run.until("withdrawn")
    assert not any(child.is_running() and child.status() != "zombie" for child in children)
    assert list((vivavoce.study / "recordings").iterdir()) == []
    assert pages.found(on_disk(vivavoce), pages.traces_of_key(key)) == {}
    run.say("quit")
    assert run.finish() == 0
    assert pages.found(on_disk(vivavoce), pages.traces_of_key(key)) == {}


@pytest.mark.slow
def test_words_struck_in_an_interview_are_nowhere_once_it_is_over(vivavoce: Any) -> None:
    run = vivavoce.session(*GRANTED)
    run.until(lambda event: event["event"] == "utterance" and SAID[0] in event["text"].lower())
    assert counted(vivavoce, *SAID) > 0
    run.say("strike 60", "stop")
    assert run.finish() == 0
    assert counted(vivavoce, *SAID) == 0


def test_a_program_killed_in_mid_withdrawal_leaves_nothing_after_the_next_start(held: Any) -> None:
    key = key_of(held)
    process = held.start("withdraw", SESSION, "--transcript", "--yes").process
    while process.poll() is None:  # wherever it is by then: tests/store/test_nothing_left.py stops at each step
        if not (held.study / "recordings" / f"{SESSION}.db").exists():
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.001)
    process.wait()
    assert held("sessions", "list").returncode == 0
    assert counted(held, *SAID) == 0
    assert pages.found(on_disk(held), pages.traces_of_key(key)) == {}
    assert json.loads(held("sessions", "show", SESSION, "--json").stdout)["receipts"]


def test_what_is_past_its_day_is_told_and_destroyed(held: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert held("study", "retention").stdout == "Sessions are kept until somebody destroys them.\n"
    assert held("study", "retention", "soon").returncode == 2
    with Study.open(held.study, PASSPHRASE, world_now()) as study:  # no day before there was the study can be typed
        study.retention.set(Rule(until=date(2020, 1, 31)), world_now())
    said = held("study", "retention").stdout
    assert "1 session is past its retention date: run 'vivavoce study destroy-due'." in said
    monkeypatch.setattr(machine, "_measure", lambda: None)
    doctor = {row["check"]: row for row in json.loads(held.at_once("doctor", "--json").stdout)}
    assert not doctor["retention"]["ok"]
    refused = held("study", "destroy-due")
    assert (refused.returncode, counted(held, "heron") > 0) == (2, True)
    done = held.apart("study", "destroy-due", "--yes")
    assert done.returncode == 0, done.stderr
    assert f"session {SESSION} (retention)" in done.stdout
    assert counted(held, "heron", *SAID) == 0
    assert "was to be kept no longer" in held("export", SESSION, "--to", "/nowhere").stderr
    assert held("study", "destroy-due", "--yes").stdout == ""
    assert held("study", "check").returncode == 0


def test_a_study_is_made_with_a_rule(tmp_path: Any, program_on: Any) -> None:
    made = program_on(tmp_path / "study")
    assert made("study", "init", "--keep-until", "120").returncode == 0
    assert made("study", "retention").stdout == "Sessions are kept for 120 months after each was held.\n"
    assert made.json("study", "info")["retention"] == "120 months"
