"""Texts by every door of the command line: a mark is no part of them, and what is no UTF-8 is named with its place."""

from __future__ import annotations

import os
import subprocess
import sys
from codecs import BOM_UTF8
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.program import PASSPHRASE, PATIENCE_S

SESSION = "50001-w1-1"
BEGIN = ("session", "--participant", "50001", "--wave", "1", "--plain", "--audio", "declined")
LATIN = "caf\xe9".encode("latin-1")


@pytest.fixture(scope="module")
def study(program_on_fresh_study: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    return program_on_fresh_study(tmp_path_factory.mktemp("texts") / "study")


def ran(program: Any, *words: str | bytes, given: bytes = b"", **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "tui", *words],
        input=given,
        capture_output=True,
        env={**program.env, **env},
        timeout=PATIENCE_S,
        check=False,
    )


def is_refused(done: subprocess.CompletedProcess[bytes], code: int, *held: str) -> bool:
    said = done.stderr.decode()
    return done.returncode == code and said.count("\n") == 1 and all(one in said for one in held)


def test_a_passphrase_has_no_mark_wherever_it_comes_from(study: Any, tmp_path: Path) -> None:
    file = tmp_path / "secret.txt"
    file.write_bytes(BOM_UTF8 + f"{PASSPHRASE}\r\n".encode())

    by_file = ran(study, "participants", "list", "--passphrase-file", str(file), VIVAVOCE_PASSPHRASE="")
    by_environment = ran(study, "participants", "list", VIVAVOCE_PASSPHRASE=f"\ufeff{PASSPHRASE}")

    assert (by_file.returncode, by_environment.returncode) == (0, 0), by_file.stderr + by_environment.stderr
    made = study.study.parent / "made"
    done = ran(study, "study", "init", "--study", str(made), "--passphrase-file", str(file), VIVAVOCE_PASSPHRASE="")
    assert done.returncode == 0, done.stderr
    assert ran(study, "participants", "list", "--study", str(made)).returncode == 0


@pytest.mark.parametrize(("content", "what"), [(LATIN, "not UTF-8 text"), (PASSPHRASE.encode("utf-16"), "UTF-16 text")])
def test_a_passphrase_that_is_no_utf8_is_named_with_its_file(
    study: Any, tmp_path: Path, content: bytes, what: str
) -> None:
    file = tmp_path / "secret.txt"
    file.write_bytes(content)

    done = ran(study, "participants", "list", "--passphrase-file", str(file), VIVAVOCE_PASSPHRASE="")

    assert is_refused(done, 2, f"Line 1 of the passphrase file {file} is {what}: save it as UTF-8.")


def test_terms_that_are_no_utf8_are_named_with_file_and_line(study: Any, tmp_path: Path) -> None:
    file = tmp_path / "terms.txt"
    file.write_bytes(b"Ravenscombe\n" + LATIN)

    assert is_refused(ran(study, "study", "glossary", "add", str(file)), 1, f"Line 2 of {file} is not UTF-8 text")
    done = ran(study, "study", "glossary", "add", "-", given="Ravenscombe\n".encode("utf-16"))
    assert is_refused(done, 1, "Line 1 of standard input is UTF-16 text")
    assert ran(study, "study", "glossary").stdout == b""


def test_what_is_searched_for_and_what_is_given_as_an_argument_is_text_or_refused(study: Any) -> None:
    assert is_refused(ran(study, "search", "-", given=LATIN), 1, "is not UTF-8 text: give it as UTF-8.")
    assert is_refused(ran(study, b"search", LATIN), 2, "words is not UTF-8 text")
    assert is_refused(ran(study, *BEGIN, b"--setting", LATIN), 2, "setting is not UTF-8 text")
    assert is_refused(ran(study, "participants", "set", "50001", b"place=" + LATIN), 2, "attributes is not UTF-8 text")
    assert is_refused(ran(study, "participants", "list", VIVAVOCE_PASSPHRASE=os.fsdecode(LATIN)), 1, "not UTF-8 text")


def test_files_may_have_any_names_and_what_is_kept_of_them_is_text(two_interviews: Any, tmp_path: Path) -> None:
    scan, folder, made = (os.fsencode(tmp_path / "x")[:-1] + LATIN + end for end in (b".pdf", b"", b"-made"))
    Path(os.fsdecode(scan)).write_bytes(b"a signature")

    for words in (
        ("consent", "attach", SESSION, scan),
        ("export", SESSION, "--to", folder),
        ("export", SESSION, "--to", folder),
        ("study", "init", "--study", made),
        ("study", "backup", folder + b"/all.vivavoce"),
        ("study", "check"),
    ):
        done = ran(two_interviews, *words)
        assert done.returncode == 0, done.stderr
    (form,) = two_interviews.at_once("consent", "list").stdout.splitlines()
    assert "caf\N{REPLACEMENT CHARACTER}.pdf" in form
    assert "caf\N{REPLACEMENT CHARACTER}-made" in ran(two_interviews, "study", "info", "--study", made).stdout.decode()
    receipt = two_interviews("withdraw", SESSION, "--quoting", "--yes").stdout
    assert "caf" in receipt


@pytest.fixture
def fresh(program_on_fresh_study: Callable[..., Any], tmp_path: Path) -> Any:
    return program_on_fresh_study(tmp_path / "study")


def test_an_order_that_is_no_utf8_is_refused_by_its_line_and_the_others_are_carried_out(fresh: Any) -> None:
    orders = BOM_UTF8 + b"note the first\nnote " + LATIN + b"\nnote the last\nstop\nquit\n"
    if cases := os.environ.get("VIVAVOCE_CASES"):
        orders = BOM_UTF8 + b"note the first\n" + (Path(cases) / "15-orders-latin1.txt").read_bytes().split(b"\n")[0]
        orders += b"\nnote the last\nstop\nstop\nquit\n"

    done = ran(fresh, *BEGIN, given=orders)

    assert done.returncode == 0, done.stderr
    assert done.stderr.decode().count("Line 2 is not UTF-8 text: nothing was done; give it again as UTF-8.") == 1
    shown = fresh.json("sessions", "show", SESSION)
    assert [one["text"] for one in shown["jottings"]] == ["the first", "the last"]


def test_orders_in_utf16_are_named_as_such(fresh: Any) -> None:
    done = ran(fresh, *BEGIN, given="note the first\nquit\n".encode("utf-16"))

    assert "Line 1 is UTF-16 text: nothing was done" in done.stderr.decode()
    assert fresh.json("sessions", "show", SESSION)["jottings"] == []
