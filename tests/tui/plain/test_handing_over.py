"""Files that leave the study while, in another program, something is taken back."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from store import Study
from tests.bench.large import study as large
from tests.once import MadeOnce
from tests.program import PASSPHRASE, PATIENCE_S, AtOnce, Vivavoce
from tui.clock import world_now

GONE = "what was to be destroyed is gone"
SESSIONS = 12
FIRST, LAST = "60000-w2-1", f"{60_000 + SESSIONS - 1}-w2-1"


@pytest.fixture(scope="session")
def many_once(made_once: MadeOnce) -> Path:
    """A study with a dozen sessions. Nobody changes it."""
    size = large.Size(sessions=SESSIONS, utterances=20)
    return made_once("many-sessions", lambda folder: large.make(folder / "study", size)) / "study"


@pytest.fixture
def many(many_once: Path, tmp_path: Path) -> AtOnce:
    return AtOnce(Path(shutil.copytree(many_once, tmp_path / "study")))


@contextmanager
def running(program: Vivavoce, *words: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tui", *words]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=program.env) as process:
        yield process


def withdrawn_while(process: subprocess.Popen[str], when: Callable[[], object], program: AtOnce, session: str) -> None:
    """A session is withdrawn while a program stands still, from the moment on at which something is so.

    Where that is just a moment at which it writes to the study, at the next one.
    """
    end = time.monotonic() + PATIENCE_S
    while True:
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.001)
        if not when():
            continue
        os.kill(process.pid, signal.SIGSTOP)
        try:
            done = program("withdraw", session, "--taking-part", "--notes", "--yes")
        finally:
            os.kill(process.pid, signal.SIGCONT)
        if done.returncode == 0 or GONE in done.stderr:  # whoever stands still may read: then the receipt comes later
            return
        assert "Another program is writing" in done.stderr


def receipt_of(program: AtOnce, session: str) -> str:
    with Study.open(program.study, PASSPHRASE, world_now()) as study:
        return "\n".join(line for receipt in study.receipts.list(session) for line in receipt.out_of_reach)


def test_an_export_that_runs_leaves_out_what_is_withdrawn_meanwhile(many: AtOnce, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with running(many, "export", "--to", str(out)) as export:
        withdrawn_while(export, (out / f"{FIRST}.md").exists, many, LAST)
        said, errors = export.communicate(timeout=PATIENCE_S)
    assert export.returncode == 1, errors
    assert {path.name for path in out.iterdir()} == {f"{60_000 + at}-w2-1.md" for at in range(SESSIONS - 1)}
    assert sorted(said.splitlines()) == sorted(str(path) for path in out.iterdir())
    [line] = [line for line in errors.splitlines() if LAST in line]
    assert line.startswith(f"Left out, with nothing of it written: Session {LAST} is shut")
    assert str(out) not in receipt_of(many, LAST)


def test_a_backup_that_runs_is_made_anew_when_something_is_withdrawn(many: AtOnce, tmp_path: Path) -> None:
    file = tmp_path / "stick" / "b"
    file.parent.mkdir()
    begun, half = file.with_name("b.part"), (many.study / "study.db").stat().st_size / 2
    with running(many, "study", "backup", str(file)) as backup:
        withdrawn_while(backup, lambda: begun.exists() and begun.stat().st_size > half, many, LAST)
        _, errors = backup.communicate(timeout=PATIENCE_S)
    assert backup.returncode == 0, errors
    assert [path.name for path in file.parent.iterdir()] == ["b"]
    assert str(file) not in receipt_of(many, LAST)
    back = tmp_path / "far" / "back"
    back.parent.mkdir()
    assert many("study", "restore", str(file), "--study", str(back), VIVAVOCE_STUDY=str(back)).returncode == 0
    [shown] = [one for one in many.json("sessions", "list", "--study", str(back)) if one["id"] == LAST]
    assert shown["state"] == "withdrawn"
    assert not (back / "recordings" / f"{LAST}.db").exists()


def test_a_restore_takes_back_again_and_says_so(many: AtOnce, tmp_path: Path) -> None:
    stick, far = tmp_path / "stick", tmp_path / "far"
    stick.mkdir()
    far.mkdir()
    assert many("study", "backup", str(stick / "b")).returncode == 0
    for words in ((FIRST, "--taking-part", "--notes", "--yes"), (LAST, "--transcript", "--yes")):
        done = many("withdraw", *words)
        assert done.returncode == 0, done.stderr
        assert "Backup made on " in done.stdout
        assert str(stick / "b") in done.stdout
    done = many("study", "restore", str(stick / "b"), "--study", str(far / "back"))
    assert done.returncode == 0, done.stderr
    assert "something was taken back since" in done.stderr
    assert f"and so again here: {FIRST}, {LAST}." in done.stderr
    states = {one["id"]: one["state"] for one in many.json("sessions", "list", "--study", str(far / "back"))}
    assert {session for session, state in states.items() if state == "withdrawn"} == {FIRST, LAST}
    assert many("study", "check", "--study", str(far / "back")).returncode == 0


def test_a_restore_without_its_study_at_hand_says_so(many: AtOnce, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    assert many("study", "backup", str(stick / "b")).returncode == 0
    there = str(tmp_path / "far" / "back")
    (tmp_path / "far").mkdir()
    done = many("study", "restore", str(stick / "b"), "--study", there, VIVAVOCE_STUDY=there)
    assert done.returncode == 0, done.stderr
    assert "the study that it came from is not at hand to tell." in done.stderr


def test_a_copy_of_a_form_is_named_with_what_was_handed_over(many: AtOnce, tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"%PDF signed")
    assert many("consent", "attach", FIRST, str(tmp_path / "scan.pdf")).returncode == 0
    assert many("consent", "get", "a1", "--to", str(tmp_path / "copy.pdf")).returncode == 0
    assert (tmp_path / "copy.pdf").read_bytes() == b"%PDF signed"
    handed = many.json("sessions", "show", FIRST)["handed_over"]
    assert [one["path"] for one in handed] == [str(tmp_path / "copy.pdf")]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="a slow disk is made with strace")
def test_a_strike_while_a_backup_goes_to_a_slow_stick_ends_no_recorder(vivavoce: Vivavoce, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    slowly = [
        "strace",
        "-f",
        "--seccomp-bpf",
        "-qq",
        "-o",
        os.devnull,
        "-e",
        "trace=pwrite64",
        "-e",
        "inject=pwrite64:delay_enter=20000",
    ]
    command = [*slowly, sys.executable, "-m", "tui", "study", "backup", str(stick / "b")]
    run = vivavoce.session("--audio", "granted")
    for _ in range(3):
        run.until("utterance")
    half = (vivavoce.study / "study.db").stat().st_size / 2
    copy, partial = stick / "b.copy", stick / "b.part"
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=vivavoce.env) as backup:
        end = time.monotonic() + PATIENCE_S
        while not (copy.exists() and partial.exists() and partial.stat().st_size > half):
            assert backup.poll() is None
            assert time.monotonic() < end
            time.sleep(0.01)
        run.say("strike 5")
        run.until("strike")
        run.until("utterance")
        _, errors = backup.communicate(timeout=PATIENCE_S)
    run.say("stop", "quit")
    assert (run.finish(), backup.returncode) == (0, 0), errors
    assert run.of("gap") == []
    assert not [event for event in run.of("notice") if "keeps reading" in event["text"]]
    back = str(tmp_path / "back")
    assert vivavoce("study", "restore", str(stick / "b"), "--study", back, VIVAVOCE_STUDY=back).returncode == 0
    with Study.open(Path(back), PASSPHRASE, world_now()) as study:
        assert [gap.reason for gap in study.log.gaps("50001-w1-1")] == ["strike"]
