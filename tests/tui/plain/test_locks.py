"""The files of a study's locks are taken away under a session: it stays open, and lays them again."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tests.tui.test_holding import taken

pytestmark = pytest.mark.slow
PATIENCE_S = 20


def until_taken(file: Path) -> None:
    end = time.monotonic() + PATIENCE_S
    while not taken(file):
        assert time.monotonic() < end
        time.sleep(0.1)


def test_no_other_program_calls_a_session_interrupted_whose_lock_was_deleted(vivavoce: Any) -> None:
    run = vivavoce.session("--audio", "granted")
    run.until("recording")
    lock = vivavoce.study / "session.lock"
    lock.unlink()

    (row,) = vivavoce.json("sessions", "list")
    assert row["state"] == "open"
    assert "conducting a session" in vivavoce("recover").stderr

    until_taken(lock)
    run.say("stop")
    assert run.finish() == 0
    assert [row["state"] for row in vivavoce.json("sessions", "list")] == ["complete"]
    assert vivavoce("study", "check").returncode == 0
