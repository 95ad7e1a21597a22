"""What is private stays so: modes of files, no core dumps, words from standard input, waits after wrong passphrases."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from guides.plaintext import as_json
from tui.printing import put

PRIVATE = {True: 0o700, False: 0o600}


def open_to_others(folder: Path) -> dict[str, str]:
    """Everything in a folder, and the folder, that anybody but the owner could read or write."""
    everything = (folder, *folder.rglob("*"))
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in everything}
    return {str(path): oct(mode) for path, mode in modes.items() if mode != PRIVATE[path.is_dir()]}


def test_every_file_of_a_study_is_its_owners_alone_after_a_whole_session_where_nothing_is_masked(
    demo_played: Path,
) -> None:
    home, kept = demo_played / "home", demo_played / "study"
    assert {"study.db", "keys.json", "recordings"} <= {path.name for path in kept.iterdir()}
    assert open_to_others(kept) == {}
    (log,) = home.rglob("vivavoce.log")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_and_its_owner_can_read_all_of_it_where_everything_is_masked(vivavoce: Any, short_sound: Path) -> None:
    before = os.umask(0o077)
    try:
        run = vivavoce.session("--audio", "granted", sound=short_sound, speed="0")
        run.until("recording")
        during = open_to_others(vivavoce.study)
        run.say("wait end", "stop", "memo A calm start.")
        assert run.finish() == 0
    finally:
        os.umask(before)

    assert during == {}
    assert open_to_others(vivavoce.study) == {}


def test_the_log_that_takes_over_from_a_full_one_is_private_too(tmp_path: Path) -> None:
    program = (
        "import os; os.umask(0); from tui import log; from pathlib import Path;"
        f"log.log_path = lambda: Path({str(tmp_path / 'l' / 'vivavoce.log')!r}); log.start_log();"
        "import logging; note = logging.getLogger('vivavoce').info; [note('x' * 900) for _ in range(2400)]"
    )
    subprocess.run([sys.executable, "-c", program], check=True)

    assert len(list((tmp_path / "l").iterdir())) == 2
    assert open_to_others(tmp_path / "l") == {}


def test_a_copy_of_a_signed_form_is_its_owners_alone(vivavoce: Any, tmp_path: Path, short_sound: Path) -> None:
    run = vivavoce.session("--audio", "declined", sound=short_sound)
    run.say("stop")
    assert run.finish() == 0
    (tmp_path / "scan.pdf").write_bytes(b"a signature")
    assert vivavoce("consent", "attach", "50001-w1-1", str(tmp_path / "scan.pdf")).returncode == 0
    before = os.umask(0)
    try:
        assert vivavoce("consent", "get", "a1", "--to", str(tmp_path / "copy.pdf")).returncode == 0
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "copy.pdf").stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows the limits of another process")
def test_neither_app_nor_child_can_leave_a_core_dump(vivavoce: Any) -> None:
    import resource

    run = vivavoce.session("--audio", "granted")
    run.until("recording")
    app = run.process.pid
    processes = [app, run.child("transcribe.record").pid, run.child("transcribe.scribe").pid]
    limits = {resource.prlimit(pid, resource.RLIMIT_CORE) for pid in processes}
    kept = {int(Path(f"/proc/{pid}/coredump_filter").read_text(), 16) for pid in processes}
    run.say("stop")

    assert run.finish() == 0
    assert limits == {(1, 1)}
    assert kept == {0}


def test_a_child_that_somebody_else_starts_leaves_no_core_dump_either(tmp_path: Path) -> None:
    program = (
        "import os, resource; resource.setrlimit(resource.RLIMIT_CORE, (-1, -1)); from transcribe.serve import App;"
        "App(); os.abort()"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, stdin=subprocess.DEVNULL, check=False)

    assert done.returncode == -6
    assert list(tmp_path.iterdir()) == []


def test_words_that_are_searched_for_can_come_from_standard_input(vivavoce: Any, short_sound: Path) -> None:
    run = vivavoce.session("--audio", "declined", sound=short_sound)
    run.say("note a winter coat on a hook", "stop")
    assert run.finish() == 0

    found = vivavoce("search", "-", stdin="winter coat\n")

    assert found.returncode == 0
    assert "winter coat" in found.stdout.replace("[", "").replace("]", "")


@pytest.mark.parametrize("spoken", ["a\x1b]52;c;aGk=\x07b", "a\x9b2Jb", "a\rb\x7f"], ids=repr)
def test_nothing_that_a_terminal_would_obey_is_printed(spoken: str, capsys: pytest.CaptureFixture[str]) -> None:
    put(spoken)
    put(as_json(spoken))

    plain, written = capsys.readouterr().out.splitlines()
    assert plain.isprintable()
    assert written.isprintable()
    assert json.loads(written) == spoken


@pytest.fixture
def wrong(vivavoce: Any) -> Callable[[], Any]:
    return lambda: vivavoce("sessions", "list", VIVAVOCE_PASSPHRASE="wrong")


def test_after_three_wrong_passphrases_the_next_is_tried_later(vivavoce: Any, wrong: Callable[[], Any]) -> None:
    assert [wrong().returncode for _ in range(3)] == [1, 1, 1]

    began = time.monotonic()
    waited = vivavoce("sessions", "list")

    assert waited.returncode == 0, waited.stderr
    assert "the next is tried in" in waited.stderr
    assert time.monotonic() - began > 2.5
    assert vivavoce("sessions", "list").stderr == ""


def test_a_script_whose_passphrase_is_right_waits_for_nothing(vivavoce: Any, wrong: Callable[[], Any]) -> None:
    assert [wrong().returncode for _ in range(2)] == [1, 1]

    at_once = vivavoce("sessions", "list")

    assert (at_once.returncode, at_once.stderr) == (0, "")
    assert not (vivavoce.study / "tries").exists()
