"""Without a network all goes as it should; with one, nothing reaches for it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import jiwer
import pytest
import soundfile

from tests.offline.alone import SESSION, in_room
from tests.offline.terminal import Terminal
from tests.program import Vivavoce
from tests.transcribe.pulse import VirtualMicrophone, virtual_microphone
from tui.demo.script import sound_path

__all__ = ["virtual_microphone"]

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SAID = "hello again and thank you for making the time"
NEEDED = ("strace", "pulseaudio")
# What says to a library that it is being tested, where it might keep quiet by itself.
TESTED = ("CI", "GITHUB_ACTIONS", "TF_BUILD", "ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS", "HF_HUB_OFFLINE")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first eleven seconds of the demo."""
    path = tmp_path_factory.mktemp("sound") / "short.wav"
    samples, rate = soundfile.read(sound_path(), frames=11 * 16_000)
    soundfile.write(path, samples, rate)
    return path


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A home of its own, on a machine that says nothing of tests."""
    kept = {name: value for name, value in os.environ.items() if name not in TESTED}
    home = tmp_path / "home"
    home.mkdir()
    mine = {"HOME": str(home), "TERM": "xterm-256color", "VIVAVOCE_STUDY": str(tmp_path / "study")}
    return {name: value for name, value in kept.items() if not name.startswith("XDG_")} | mine


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.kill()


def traced(trace: Path, *command: str) -> list[str]:
    """The command with every system call of a network in ``trace``, and what was started with which words."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    probe = subprocess.run(["strace", "-qq", "-o", os.devnull, "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("no process may be traced here")
    strace = ["strace", "-f", "--seccomp-bpf", "-qq"]  # which stops at these calls only
    return [*strace, "-s", "4096", "-e", "trace=%network,execve", "-o", str(trace), *command]


def reached(trace: Path) -> list[str]:
    """What was tried beyond this machine's own sockets, by any process."""
    return [line for line in trace.read_text(errors="replace").splitlines() if re.search(r"AF_INET|AF_PACKET", line)]


def started(trace: Path) -> str:
    return "\n".join(line for line in trace.read_text(errors="replace").splitlines() if "execve(" in line)


def test_a_whole_session_with_a_microphone_where_there_is_no_network(sound: Path) -> None:
    apart = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
    if shutil.which("unshare") is None or subprocess.run([*apart, "true"], check=False).returncode:
        pytest.skip("no process may be parted from the network here")
    if shutil.which("pulseaudio") is None:
        pytest.skip("pulseaudio is missing")

    command = [*apart, sys.executable, "-m", "tests.offline.alone", str(sound)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)

    assert done.returncode == 0, done.stderr
    held = json.loads(done.stdout)
    assert not held["reachable"]
    assert (held["code"], held["check"], held["session"]["state"]) == (0, 0, "complete")
    told = [event["event"] for event in held["events"]]
    assert {"recording", "cue", "utterance", "jotting", "stopped", "memo_opened", "transcript_ready"} <= set(told)
    said = " ".join(event["text"] for event in held["events"] if event["event"] == "utterance")
    assert jiwer.wer(SAID, re.sub(r"[^a-z' ]", "", said.lower())[: len(SAID) + 2]) < 0.3


def test_a_session_with_a_microphone_opens_no_socket_of_a_network(
    virtual_microphone: VirtualMicrophone, tmp_path: Path, sound: Path
) -> None:
    trace = tmp_path / "trace"
    program = in_room(virtual_microphone, tmp_path / "study")
    program.env = {name: value for name, value in program.env.items() if name not in TESTED}
    run = program.start("session", *SESSION, command=traced(trace, sys.executable, "-m", "tui"))
    run.until("recording")
    virtual_microphone.play(sound)
    run.until("utterance")
    run.say("stop", "memo A calm start.")

    assert run.finish() == 0
    assert [name for name in ("transcribe.record", "transcribe.scribe") if name not in started(trace)] == []
    assert "AF_UNIX" in trace.read_text()  # the sound server: what is looked for would be seen
    assert reached(trace) == []


def test_the_app_opens_no_socket_of_a_network_from_its_first_screen_to_the_memo(
    env: dict[str, str], tmp_path: Path, terminals: list[Terminal]
) -> None:
    trace = tmp_path / "trace"
    terminal = Terminal(traced(trace, sys.executable, "-m", "tui", "demo"), env)
    terminals.append(terminal)
    terminal.until(b"50008")
    terminal.press("\r")
    terminal.until(b"Consent")
    terminal.press("gggg\x13")
    terminal.until(b"REC")
    terminal.until(lambda: "transcribe.scribe" in started(trace))
    terminal.press("m")
    terminal.press("s")
    terminal.until(b"Stop the interview?")
    terminal.press("y")
    terminal.until(b"transcript ready")
    terminal.press("\x11")

    assert terminal.end() == 0
    assert reached(trace) == []
    assert "a fault of its own" not in terminal.written.decode(errors="replace")
    assert nothing_for_others(terminal.written) == []
    assert [word for word in ("making the time", "passphrase", "x'") if word in started(trace)] == []


@pytest.mark.parametrize("asked", [(), ("doctor", "--json"), ("sessions", "list")], ids=["the door", "doctor", "list"])
def test_a_start_on_a_locked_study_reaches_for_nothing(
    env: dict[str, str], tmp_path: Path, terminals: list[Terminal], asked: Sequence[str]
) -> None:
    made = Vivavoce(tmp_path / "study", env).apart("study", "init")
    assert made.returncode == 0, made.stderr
    trace, keys = tmp_path / "trace", tmp_path / "keys"
    tempting = {"TEXTUAL": "devtools,debug", "TEXTUAL_LOG": str(keys)}
    terminal = Terminal(traced(trace, sys.executable, "-m", "tui", *asked), env | tempting)
    terminals.append(terminal)
    if not asked:
        terminal.until(b"This study is locked")
        terminal.press("\x11")
    elif asked[0] == "sessions":
        terminal.until(b"Passphrase")
        terminal.press("a quiet room with a window\r")

    assert terminal.end() in (0, 1)  # 1: doctor finds no microphone
    assert reached(trace) == []
    assert not keys.exists()


def test_a_socket_of_a_network_would_be_seen_in_a_child_too(tmp_path: Path) -> None:
    child = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()"
    program = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    subprocess.run(traced(tmp_path / "trace", sys.executable, "-c", program), check=True)

    assert len([line for line in reached(tmp_path / "trace") if "socket(AF_INET" in line]) == 1


def nothing_for_others(written: bytes) -> list[bytes]:
    """What would go to the title of the window, or to the clipboard."""
    return re.findall(rb"\x1b\](?:0|1|2|52);[^\x07\x1b]*", written)
