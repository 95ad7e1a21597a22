"""Withdrawing, annulling, renaming and attaching by command, at a terminal and without one."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from store import Decision, Kind, Rule, Study
from tests.program import PASSPHRASE, AtOnce
from tui.clock import world_now

FIRST, SECOND = "50001-w1-1", "50001-w2-1"


def decided(program: Any, session: str) -> dict[str, str]:
    return dict(program.json("sessions", "show", session)["consent_now"])


class Terminal:
    """The program at a terminal, asked and answered as a person would."""

    def __init__(self, program: Any, words: Sequence[str]) -> None:
        self._far, near = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tui", *words], stdin=near, stdout=near, stderr=near, env=program.env
        )
        os.close(near)
        self.said = ""

    def until(self, words: str) -> None:
        while words not in " ".join(self.said.split()):
            try:
                self.said += os.read(self._far, 4096).decode()
            except OSError:  # the program has left
                pytest.fail(f"it never said {words!r}: {self.said}")

    def answer(self, text: str) -> None:
        os.write(self._far, f"{text}\n".encode())

    def end(self) -> int:
        while True:
            try:
                if not (said := os.read(self._far, 4096)):
                    break
            except OSError:
                break
            self.said += said.decode()
        os.close(self._far)
        return self.process.wait(60)


def test_what_reads_takes_the_beginning(two_interviews: AtOnce, tmp_path: Path) -> None:
    assert two_interviews.json("sessions", "show", "50001-w1")["id"] == FIRST
    done = two_interviews("export", "50001-w2", "--to", str(tmp_path))
    assert done.stdout == f"{tmp_path / SECOND}.md\n"


def test_at_a_terminal_no_is_no_and_yes_names_what_is_left(two_interviews: AtOnce, tmp_path: Path) -> None:
    two_interviews("export", FIRST, "--to", str(tmp_path), "--format", "md")
    for answer, code in (("n", 1), ("y", 0)):
        at = Terminal(two_interviews, ("withdraw", FIRST, "--taking-part"))
        at.until(f"Session {FIRST}: participant 50001, wave 1")
        at.until(f"Other sessions of participant 50001 stay as they are: {SECOND} (complete).")
        at.until(f"{tmp_path / FIRST}.md")
        at.until("This can't be undone. [y/N]:")
        at.answer(answer)
        assert at.end() == code, at.said
        left = decided(two_interviews, FIRST)["taking_part"]
        assert left == ("granted" if answer == "n" else "withdrawn")
    receipt = two_interviews.json("sessions", "show", FIRST)["receipts"][-1]["out_of_reach"]
    assert [line for line in receipt if SECOND in line]
    assert [line for line in receipt if line.endswith(f"{FIRST}.md")]


def test_quoting_is_taken_back_and_the_other_interviews_are_asked_about(two_interviews: AtOnce, tmp_path: Path) -> None:
    at = Terminal(two_interviews, ("withdraw", FIRST, "--quoting"))
    at.until(f"Withdraw {FIRST}? [y/N]:")
    at.answer("y")
    at.until(f"In the other interviews too ({SECOND})? [y/N]:")
    at.answer("y")
    assert at.end() == 0, at.said
    for session in (FIRST, SECOND):
        assert decided(two_interviews, session)["quoting"] == "withdrawn"
    two_interviews("export", "--to", str(tmp_path), "--format", "txt")
    assert "Quoting was withdrawn" in (tmp_path / f"{SECOND}.txt").read_text()


def test_contact_alone_is_taken_back_without_a_terminal(two_interviews: AtOnce) -> None:
    done = two_interviews("withdraw", FIRST, "--contact", "--yes")
    assert (done.returncode, f"Granted still in {SECOND}" in done.stderr) == (0, True)
    assert (decided(two_interviews, FIRST)["contact"], decided(two_interviews, SECOND)["contact"]) == (
        "withdrawn",
        "granted",
    )
    done = two_interviews("withdraw", FIRST, "--contact", "--others-too", "--yes")
    assert decided(two_interviews, SECOND)["contact"] == "withdrawn"
    assert two_interviews("withdraw", FIRST, "--quoting", "--contact").returncode == 2


def test_an_annulled_session_is_listed_and_handed_over_to_nobody(two_interviews: AtOnce, tmp_path: Path) -> None:
    assert two_interviews("sessions", "annul", FIRST, "--reason", " ", "--yes").returncode == 1
    assert two_interviews("sessions", "annul", FIRST, "--reason", "the wrong person", "--yes").returncode == 0
    listed = {row["id"]: row for row in two_interviews.json("sessions", "list")}
    assert listed[FIRST]["annulled_reason"] == "the wrong person"
    assert (listed[FIRST]["annulled_at"] is None, listed[SECOND]["annulled_at"]) == (False, None)
    assert two_interviews.json("study", "info")["sessions"] == {"complete": 1}
    assert "Annulled on" in two_interviews("sessions", "show", FIRST).stdout
    assert two_interviews("export", "--to", str(tmp_path)).stdout == f"{tmp_path / SECOND}.md\n"
    assert "was annulled" in two_interviews("export", FIRST, "--to", str(tmp_path)).stderr
    assert {hit["session"] for hit in two_interviews.json("search", "heron")} == {SECOND}
    again = two_interviews("sessions", "annul", FIRST, "--reason", "once more", "--yes")
    assert (again.returncode, "already" in again.stderr) == (1, True)


def test_a_later_refusal_of_quoting_names_the_earlier_interviews(two_interviews: AtOnce, vivavoce: Any) -> None:
    typed = ("session", "--participant", "50001", "--wave", "3", "--plain", "--audio", "declined")
    said = vivavoce(*typed, "--quoting", "declined", stdin="quit\n").stderr
    assert f"Quoting is granted still in {FIRST}, {SECOND}" in said
    at = Terminal(two_interviews, typed[:-2])
    for answer in ("y", "n", "n", "y"):  # taking part, audio, quoting, contact
        at.until("[y/n]:")
        at.said = ""
        at.answer(answer)
    at.until(f"the earlier interviews too ({FIRST}, {SECOND})?")
    at.answer("y")
    at.until(f"Quoting was withdrawn in session {SECOND}")
    at.answer("quit")
    assert at.end() == 0, at.said
    assert decided(two_interviews, FIRST)["quoting"] == decided(two_interviews, SECOND)["quoting"] == "withdrawn"


def test_who_leaves_at_the_last_question_has_begun_nothing(two_interviews: AtOnce) -> None:
    typed = ("session", "--participant", "50001", "--wave", "3", "--plain", "--audio", "declined")
    at = Terminal(two_interviews, (*typed, "--quoting", "declined"))
    at.until("the earlier interviews too")
    at.answer("\x04")  # the end of the input
    assert at.end() == 1
    assert [row["id"] for row in two_interviews.json("sessions", "list")] == [FIRST, SECOND]
    assert decided(two_interviews, FIRST)["quoting"] == "granted"


def test_a_wave_that_is_none_is_refused_before_anything_is_asked(two_interviews: AtOnce) -> None:
    at = Terminal(two_interviews, ("session", "--participant", "50001", "--wave", "9", "--plain"))
    at.answer("\x04")  # whoever is asked all the same leaves here
    assert (at.end(), "There is no wave 9:" in at.said, "take part?" in at.said) == (1, True, False)


def test_a_refusal_by_lines_is_asked_before_it_is_kept(vivavoce: Any) -> None:
    at = Terminal(vivavoce, ("session", "--participant", "50001", "--wave", "1", "--plain"))
    at.until("take part? [y/n]:")
    at.answer("n")
    at.until("Is that so? [y/N]:")
    at.answer("n")
    assert at.end() == 1
    assert vivavoce.json("sessions", "list") == []


def test_a_signed_form_is_attached_afterwards_and_listed(two_interviews: AtOnce, tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"signed")
    done = two_interviews("consent", "attach", FIRST, str(scan))
    assert f"as a1, with session {FIRST}: participant 50001, wave 1" in done.stderr
    assert two_interviews("consent", "list").stdout.startswith(f"{FIRST}  a1  signed form  scan.pdf")
    assert two_interviews("consent", "list", SECOND).stdout == ""
    shown = two_interviews.json("sessions", "show", FIRST)["attachments"]
    assert [(one["id"], one["bytes"]) for one in shown] == [("a1", 6)]
    assert "a1  signed form  scan.pdf" in two_interviews("sessions", "show", FIRST).stdout
    assert two_interviews("consent", "get", "a1", "--to", str(tmp_path / "copy.pdf")).returncode == 0
    assert (tmp_path / "copy.pdf").read_bytes() == b"signed"
    refused = two_interviews("consent", "get", "a1", "--to", str(two_interviews.study / "copy.pdf"))
    assert "belongs to a study" in refused.stderr


def test_a_name_typed_by_mistake_is_told_where_it_stays(two_interviews: AtOnce) -> None:
    two_interviews("participants", "add", "50099")
    for new in ("Anna", "50099"):  # refused before it is asked what could not be done
        refused = two_interviews("participants", "rename", "50001", new)
        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    done = two_interviews("participants", "rename", "50001", "50077", "--yes")
    assert f"keep their ids, in which the old number stands: {FIRST}, {SECOND}" in done.stderr
    assert "lines of the audit log hold this number" in done.stderr
    assert {row["participant"] for row in two_interviews.json("sessions", "list")} == {"50077"}
    assert {row["number"]: row["id"] for row in two_interviews.json("participants", "list")}["50077"] == "p1"
    assert "has 2 sessions" in two_interviews("participants", "remove", "50077", "--yes").stderr


def test_what_is_set_once_more_says_what_it_was(vivavoce: Any, tmp_path: Path) -> None:
    vivavoce = AtOnce(vivavoce.study, vivavoce.env)
    terms = tmp_path / "terms.txt"
    terms.write_text("Ravenscombe\n")
    assert vivavoce("study", "glossary", "add", str(terms)).returncode == 0
    refused = vivavoce("study", "glossary", "remove", "-", stdin="ravenscombe\n")
    assert (refused.returncode, "Ravenscombe goes" in refused.stderr) == (2, True)
    assert vivavoce("study", "glossary").stdout == "Ravenscombe\n"
    card = tmp_path / "card.toml"
    card.write_text('[distress]\nsay = "We can stop."\ncall = "0800 1"\n')
    assert vivavoce("study", "distress", "set", str(card)).returncode == 0
    refused = vivavoce("study", "distress", "reset")
    assert (refused.returncode, "0800 1" in refused.stderr) == (2, True)
    assert "0800 1" in vivavoce("study", "distress").stdout
    assert vivavoce("study", "distress", "reset", "--yes").returncode == 0
    vivavoce("study", "retention", "2035-04-30")
    assert "Before, they were kept to 2035-04-30." in vivavoce("study", "retention", "forever").stderr


@pytest.mark.parametrize("typed", [("withdraw", FIRST), ("recover", FIRST, "--as-it-is"), ("study", "destroy-due")])
def test_while_an_interview_runs_nothing_is_asked(two_interviews: AtOnce, typed: tuple[str, ...]) -> None:
    with Study.open(two_interviews.study, PASSPHRASE, world_now()) as study:
        study.consent.decide(FIRST, Kind.AUDIO, Decision.GRANTED, form_version="1", recorded_by="ME", now=world_now())
        study.retention.set(Rule(until=date(2020, 1, 1)), world_now())
        with study.lock_for_session():
            done = two_interviews(*typed)
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert "conducting a session" in done.stderr
    assert done.stderr.count("\n") == 1
