"""The laptop stays awake while it records: asked of a desktop, on a bus of its own."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.tui.desktop import Desktop, bus
from tui.awake import MAY_SLEEP

pytestmark = pytest.mark.slow

GRANTED = ("--audio", "granted")
PATIENCE_S = 30.0


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder with a short name: the name of a socket has a hundred letters at the most."""
    with tempfile.TemporaryDirectory(prefix="vv") as folder:
        yield Path(folder)


@pytest.fixture
def address(short: Path) -> Iterator[str]:
    with bus(short) as address:
        yield address


def on_bus(vivavoce: Any, address: str | None) -> Any:
    """The same program with this bus, or with none."""
    vivavoce.env.pop("WAKEPY_FAKE_SUCCESS", None)
    vivavoce.env.pop("DBUS_SESSION_BUS_ADDRESS", None)
    if address is not None:
        vivavoce.env["DBUS_SESSION_BUS_ADDRESS"] = address
    return vivavoce


def wait_for(condition: Any) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "What was waited for has not happened."
        time.sleep(0.02)


def notices(run: Any) -> list[dict[str, Any]]:
    return [event for event in run.of("notice") if event["code"] == "may_sleep"]


def test_a_desktop_is_asked_with_the_first_sound_and_let_go_at_the_end(vivavoce: Any, address: str) -> None:
    desktop = Desktop(address)
    run = on_bus(vivavoce, address).session(*GRANTED)
    run.until("recording")
    wait_for(lambda: desktop.asked == ["Inhibit"])
    run.say("pause")
    run.until("pause")
    child = run.child("transcribe.awake")
    while_paused = child.is_running(), list(desktop.asked)
    run.say("stop")
    assert run.finish() == 0

    assert while_paused == (True, ["Inhibit"])
    wait_for(lambda: desktop.asked == ["Inhibit", "UnInhibit"])
    assert not child.is_running()
    assert notices(run) == []


def test_a_session_of_notes_asks_nobody(vivavoce: Any, address: str) -> None:
    desktop = Desktop(address)
    run = on_bus(vivavoce, address).session("--audio", "declined")
    run.say("note here", "stop")
    assert run.finish() == 0

    assert desktop.asked == []
    assert notices(run) == []


def test_without_a_desktop_that_is_said_once_and_the_session_is_held(vivavoce: Any) -> None:
    run = on_bus(vivavoce, None).session(*GRANTED)
    run.until(lambda event: event.get("code") == "may_sleep")
    run.say("note goes on", "stop")
    assert run.finish() == 0

    assert [notice["text"] for notice in notices(run)] == [MAY_SLEEP]
    assert len(run.of("jotting")) == 1


def test_a_desktop_that_refuses_in_every_way_counts_as_none(vivavoce: Any, address: str) -> None:
    desktop = Desktop(address, willing=False)
    run = on_bus(vivavoce, address).session(*GRANTED)
    run.until(lambda event: event.get("code") == "may_sleep")
    run.say("stop")
    assert run.finish() == 0

    assert "Inhibit" in desktop.asked
    assert len(notices(run)) == 1


def test_a_bus_that_never_answers_holds_nothing_up(vivavoce: Any, short: Path) -> None:
    path = short / "deaf"
    with closing(socket.socket(socket.AF_UNIX)) as deaf:
        deaf.bind(str(path))
        deaf.listen()
        run = on_bus(vivavoce, f"unix:path={path}").session(*GRANTED)
        run.until("recording")
        asked = time.monotonic()
        run.say("note while it waits", "stop")
        run.until("memo_opened")
        took_s = time.monotonic() - asked
        assert run.finish() == 0

    assert len(run.of("jotting")) == 1
    assert took_s < 6


def test_who_keeps_it_awake_may_die_and_another_takes_its_place(vivavoce: Any, address: str) -> None:
    desktop = Desktop(address)
    run = on_bus(vivavoce, address).session(*GRANTED)
    run.until("recording")
    wait_for(lambda: any("transcribe.awake" in child.cmdline() for child in run.children()))
    wait_for(lambda: desktop.asked == ["Inhibit"])
    run.child("transcribe.awake").kill()
    wait_for(lambda: desktop.asked == ["Inhibit", "Inhibit"])
    run.say("stop")
    assert run.finish() == 0

    assert notices(run) == []


def test_the_doctor_says_whether_it_stays_awake(vivavoce: Any, address: str) -> None:
    Desktop(address)
    with_desktop = {row["check"]: row for row in _doctor(on_bus(vivavoce, address))}
    without = {row["check"]: row for row in _doctor(on_bus(vivavoce, None))}

    assert "stays awake while it records (org.freedesktop.ScreenSaver)" in with_desktop["awake"]["text"]
    assert without["awake"]["text"] == MAY_SLEEP
    assert without["awake"]["ok"]


def _doctor(vivavoce: Any) -> Any:
    return json.loads(vivavoce("doctor", "--json").stdout)


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_it_reaches_for_no_address_but_the_bus(vivavoce: Any, address: str, tmp_path: Path) -> None:
    Desktop(address)
    trace = tmp_path / "trace"
    calls = ["strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=socket,connect", "-o", str(trace)]
    child = [sys.executable, "-I", "-X", "utf8", "-m", "transcribe.awake"]
    done = subprocess.run(
        [*calls, *child], env=on_bus(vivavoce, address).env, input="", capture_output=True, text=True, check=False
    )
    if "ptrace" in done.stderr:
        pytest.skip("no process may be traced here")
    assert "Awake" in done.stdout
    seen = trace.read_text()
    assert "AF_UNIX" in seen
    assert "AF_INET" not in seen
