"""``study check``, ``backup``, ``restore`` and ``rekey`` as a person runs them."""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.program import PASSPHRASE
from tests.store import whole

NEW = "another evening and a lamp"
TRACE = "Traceback"


@pytest.fixture
def program(recorded_once: Path, tmp_path: Path, program_on: Callable[..., Any]) -> Any:
    return program_on(shutil.copytree(recorded_once, tmp_path / "study"))


def said(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What a command printed, line by line, after asserting that it was no traceback."""
    assert TRACE not in done.stdout + done.stderr
    return (done.stdout + done.stderr).splitlines()


def test_a_check_of_a_sound_study_says_so(program: Any) -> None:
    done = program("study", "check")
    assert done.returncode == 0, done.stdout
    assert said(done) == ["Nothing is wrong with this study."]


@pytest.mark.parametrize("name", ["study.db", "keys.json", "count", "ballast", "recordings/50001-w1-1.db"])
def test_a_flipped_byte_ends_a_check_with_1_and_one_sentence(program: Any, name: str) -> None:
    path = program.study / name
    whole.flip(path, path.stat().st_size * 3 // 5, 4)
    done = program("study", "check")
    assert done.returncode == 1
    assert said(done)
    assert all(line.endswith(".") for line in said(done))


@pytest.mark.slow
def test_what_a_kill_of_app_and_recorder_left_is_found_out_when_it_is_damaged(vivavoce: Any, tmp_path: Path) -> None:
    run = vivavoce.session("--audio", "granted")
    run.say("note a pelican")
    run.until("utterance")
    for process in (*run.children(), psutil.Process(run.process.pid)):
        process.send_signal(signal.SIGKILL)
    run.process.wait(20)
    left = vivavoce.study
    assert (left / "study.db-wal").stat().st_size
    for name in ("study.db-wal", "recordings/50001-w1-1.db-wal"):
        damaged = Path(shutil.copytree(left, tmp_path / "copy"))
        os.truncate(damaged / name, 20_000)
        done = vivavoce("study", "check", "--study", str(damaged))
        assert done.returncode == 1
        assert any(line.startswith(("lost-writes: ", "recording: ")) for line in said(done))
        shutil.rmtree(damaged)
    assert said(vivavoce("study", "check")) == ["Nothing is wrong with this study."]


def test_a_backup_and_back(program: Any, tmp_path: Path) -> None:
    file, back = tmp_path / "peers.vivavoce", tmp_path / "back"
    made = program.apart("study", "backup", str(file))
    assert made.returncode == 0, made.stderr
    assert "recordings: 1" in said(made)
    assert "Backups made before a withdrawal hold what was withdrawn" in made.stderr
    restored = program.apart("study", "restore", str(file), "--study", str(back))
    assert restored.returncode == 0, restored.stderr
    assert "Backups made before a withdrawal hold what was withdrawn" in restored.stderr
    head = [line for line in said(made) if line.startswith("audit head: ")]
    assert head == [line for line in said(restored) if line.startswith("audit head: ")]
    assert program("study", "check", "--study", str(back)).returncode == 0
    shown = program.json("sessions", "show", "50001-w1-1", "--study", str(back))
    assert shown == program.json("sessions", "show", "50001-w1-1")


def test_without_sound_the_check_says_so_and_finds_nothing(program: Any, tmp_path: Path) -> None:
    assert program("study", "backup", str(tmp_path / "b"), "--no-sound").returncode == 0
    assert program("study", "restore", str(tmp_path / "b"), "--study", str(tmp_path / "back")).returncode == 0
    checked = program("study", "check", "--study", str(tmp_path / "back"))
    assert checked.returncode == 0
    assert said(checked)[0].startswith("1 recording is not here")
    done = program.at_once("retranscribe", "50001-w1-1", "--study", str(tmp_path / "back"))
    assert done.returncode == 1
    assert said(done)


@pytest.mark.slow
def test_a_backup_is_made_while_a_session_is_recorded(vivavoce: Any, tmp_path: Path) -> None:
    run = vivavoce.session("--audio", "granted")
    run.until("utterance")
    assert vivavoce("study", "backup", str(tmp_path / "b")).returncode == 0
    run.until("utterance")
    run.say("stop", "quit")
    assert run.finish() == 0
    assert not [event for event in run.of("notice") if event.get("code") == "failed"]
    back = str(tmp_path / "back")
    assert vivavoce("study", "restore", str(tmp_path / "b"), "--study", back).returncode == 0
    assert vivavoce("study", "check", "--study", back).returncode == 0
    [session] = vivavoce.json("sessions", "list", "--study", back)
    assert session["state"] == "interrupted"
    assert vivavoce("recover", "--study", back).returncode == 0


def test_what_is_no_backup_is_refused_in_one_sentence(program: Any, tmp_path: Path) -> None:
    for content in (b"", b"vivavoce", os.urandom(5000)):
        (tmp_path / "odd").write_bytes(content)
        done = program("study", "restore", str(tmp_path / "odd"), "--study", str(tmp_path / "back"))
        assert done.returncode == 1
        assert len(said(done)) == 1
    assert program("study", "restore", str(tmp_path / "none"), "--study", str(tmp_path / "back")).returncode == 1
    assert not (tmp_path / "back").exists()


def costs_of(study: Path) -> set[tuple[int, int, int]]:
    """Memory (KiB), passes and lanes of each wrap of the study's key."""
    wraps = json.loads((study / "keys.json").read_text())["wraps"].values()
    return {(wrap["memory_kib"], wrap["passes"], wrap["lanes"]) for wrap in wraps}


def test_the_recovery_key_opens_a_study_wherever_a_passphrase_does(
    tmp_path: Path, program_on: Callable[..., Any]
) -> None:
    program = program_on(tmp_path / "study")
    recovery_key = program.apart("study", "init").stdout.strip()
    assert costs_of(program.study) == {(64 * 1024, 3, 4)}  # this study is as a person makes it, with nothing cheaper
    assert program("study", "info", VIVAVOCE_PASSPHRASE=recovery_key.lower()).returncode == 0
    (tmp_path / "new.txt").write_text(NEW)
    done = program.apart(
        "study", "rekey", "--new-passphrase-file", str(tmp_path / "new.txt"), VIVAVOCE_PASSPHRASE=recovery_key
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert "Passphrase: Good" in done.stderr
    assert program("study", "info").returncode == 1
    assert program("study", "info", VIVAVOCE_PASSPHRASE=NEW).returncode == 0


@pytest.mark.parametrize("how", ["--new-recovery-key", "--full"])
def test_rekey_prints_a_new_recovery_key_once_and_it_opens_the_study(program: Any, tmp_path: Path, how: str) -> None:
    (tmp_path / "new.txt").write_text(NEW)
    done = program("study", "rekey", how, "--new-passphrase-file", str(tmp_path / "new.txt"))
    assert done.returncode == 0, done.stderr
    assert NEW not in done.stdout + done.stderr
    recovery_key = done.stdout.strip()
    assert program("study", "check", VIVAVOCE_PASSPHRASE=recovery_key).returncode == 0
    assert program("study", "check", VIVAVOCE_PASSPHRASE=NEW).returncode == 0
    assert program("study", "check").returncode == 1


def test_a_weak_passphrase_is_taken_and_called_weak_and_an_empty_one_is_refused(program: Any, tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text("demo")
    done = program("study", "rekey", "--new-passphrase-file", str(tmp_path / "new.txt"))
    assert done.returncode == 0
    assert "Passphrase: Weak: guessed in less than a minute." in done.stderr
    (tmp_path / "new.txt").write_text("\n")
    refused = program("study", "rekey", "--new-passphrase-file", str(tmp_path / "new.txt"), VIVAVOCE_PASSPHRASE="demo")
    assert refused.returncode in (1, 2)
    assert len(said(refused)) == 1


def test_without_a_terminal_a_new_passphrase_has_to_be_given(program: Any) -> None:
    done = program("study", "rekey")
    assert done.returncode in (1, 2)
    assert "--new-passphrase-file" in done.stderr


def test_on_a_terminal_the_new_passphrase_is_asked_for_twice(program: Any) -> None:
    mine, theirs = pty.openpty()
    command = [sys.executable, "-m", "tui", "study", "rekey"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=program.env) as process:
        os.close(theirs)
        shown = b""
        for question in (b"New passphrase", b"Repeat for confirmation"):
            shown = wait_for(mine, question)
            os.write(mine, f"{NEW}\n".encode())
        shown += wait_for(mine, b"destroy the old ones")
        assert process.wait(60) == 0
    os.close(mine)
    assert NEW.encode() not in shown
    assert program("study", "info", VIVAVOCE_PASSPHRASE=NEW).returncode == 0
    assert PASSPHRASE != NEW


def wait_for(terminal: int, wanted: bytes) -> bytes:
    """What a terminal shows until it shows this."""
    shown, end = b"", time.monotonic() + 60
    while wanted not in shown:
        assert time.monotonic() < end, shown
        shown += os.read(terminal, 4096)
    return shown
