"""Sound in which nobody speaks gives a sentence, never an empty transcript that looks whole.

That a session with speech has no such sentence: ``test_auto.py``, where all that is said in one is known.
"""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

RATE_HZ = 16_000
SAID = "No word was heard in 0:15 of sound"


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """Fifteen seconds of a quiet room."""
    noise = np.random.default_rng(0).normal(0, 20, 15 * RATE_HZ).astype(np.int16)
    soundfile.write(tmp_path / "room.wav", noise, RATE_HZ)
    return tmp_path / "room.wav"


def notices(events: list[dict[str, Any]]) -> list[str]:
    return [event["text"] for event in events if event["event"] == "notice" and event["code"] == "nothing_heard"]


def test_a_session_in_which_nobody_spoke_says_so_at_its_end(vivavoce: Any, room: Path, tmp_path: Path) -> None:
    run = vivavoce.session("--audio", "granted", speed="0", sound=room)
    run.say("wait end", "stop")
    assert run.finish() == 0

    (said,) = notices(run.events)
    assert said.startswith(SAID)
    assert vivavoce("export", "50001-w1-1", "--format", "txt", "--to", str(tmp_path)).returncode == 0
    (file,) = tmp_path.glob("*.txt")
    assert "No word was heard in 00:00:15" in file.read_text()


def test_recover_says_it_too(vivavoce: Any, room: Path) -> None:
    run = vivavoce.session("--audio", "granted", speed="0", sound=room)
    run.say("wait 14", "note nobody came")
    run.until("jotting")
    run.process.send_signal(signal.SIGKILL)
    run.process.wait()

    done = vivavoce("recover")

    assert done.returncode == 0
    assert "No word was heard in 0:1" in done.stdout + done.stderr
