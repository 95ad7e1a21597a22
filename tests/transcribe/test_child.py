"""Children are started apart from where the user stands, spoken to without waiting, and always seen out."""

import asyncio
import errno
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from transcribe import codec, wire
from transcribe.child import Child
from transcribe.errors import NotStartedError, WireError

KEY_HEX = "ab" * 32
QUIET_REPLAY = Path(__file__).parents[2] / "tui" / "demo" / "interview.flac"


async def standing(tmp_path: Path) -> Child:
    """A recorder that stands waiting for its first grant."""
    child = await Child.start("transcribe.record")
    child.send(wire.Begin(str(tmp_path / "s.db"), KEY_HEX, replay=str(QUIET_REPLAY)))
    assert isinstance(await anext(child.messages()), wire.Opened)
    return child


@pytest.mark.asyncio
async def test_a_child_leaves_when_its_stdin_closes(tmp_path: Path) -> None:
    child = await standing(tmp_path)

    assert await child.leave(5) == 0


@pytest.mark.asyncio
async def test_a_child_that_does_not_leave_is_ended(tmp_path: Path) -> None:
    child = await standing(tmp_path)
    os.kill(child.pid, signal.SIGSTOP)

    assert await child.leave(0.1) == -signal.SIGKILL


@pytest.mark.asyncio
async def test_whoever_is_cancelled_as_a_child_leaves_still_sees_it_out(tmp_path: Path) -> None:
    child = await standing(tmp_path)
    os.kill(child.pid, signal.SIGSTOP)
    leaving = asyncio.create_task(child.leave(0.2))
    for _ in range(2):
        await asyncio.sleep(0.05)
        leaving.cancel()

    assert isinstance((await asyncio.gather(leaving, return_exceptions=True))[0], asyncio.CancelledError)
    assert child.returncode == -signal.SIGKILL


@pytest.mark.asyncio
async def test_ctrl_c_and_a_closed_terminal_do_not_reach_a_child(tmp_path: Path) -> None:
    child = await standing(tmp_path)
    for number in (signal.SIGINT, signal.SIGHUP):
        os.kill(child.pid, number)
    child.send(wire.Grant(200))

    seen = [message async for message in child.messages() if child.send(wire.Stop())]

    assert isinstance(seen[-1], wire.Ended)
    assert await child.leave(5) == 0


@pytest.mark.asyncio
async def test_a_child_that_is_killed_as_it_leaves_keeps_the_code_it_left_with(
    caplog: pytest.LogCaptureFixture,
) -> None:
    for _ in range(80):
        child = await Child.start("transcribe.record")
        os.kill(child.pid, signal.SIGTERM)
        for _ in range(2_000):  # in one of these moments it has just left
            child.kill()
        assert await child.leave(5) in (-signal.SIGTERM, -signal.SIGKILL)
    assert caplog.text == ""


@pytest.mark.asyncio
async def test_sending_to_a_child_that_is_gone_says_so_and_raises_nothing(tmp_path: Path) -> None:
    child = await standing(tmp_path)
    child.kill()
    await child.leave(1)

    assert child.send(wire.Stop()) is False
    child.kill()
    assert child.returncode == -signal.SIGKILL


@pytest.mark.asyncio
async def test_messages_end_when_a_child_is_killed(tmp_path: Path) -> None:
    child = await standing(tmp_path)
    child.kill()

    assert [message async for message in child.messages()] == []
    await child.leave(1)


@pytest.mark.asyncio
async def test_a_folder_of_the_same_name_where_the_user_stands_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = tmp_path / "transcribe"
    trap.mkdir()
    (trap / "__init__.py").write_text("")
    (trap / "record.py").write_text("print('trapped')")
    monkeypatch.chdir(tmp_path)

    child = await standing(tmp_path)

    assert await child.leave(5) == 0


@pytest.mark.asyncio
async def test_the_passphrase_is_not_handed_down_and_the_key_is_in_no_argument(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVAVOCE_PASSPHRASE", "correct horse")

    child = await standing(tmp_path)

    process = Path("/proc") / str(child.pid)
    if process.exists():
        assert b"correct horse" not in (process / "environ").read_bytes()
        assert KEY_HEX.encode() not in (process / "cmdline").read_bytes()
    await child.leave(5)


@pytest.mark.asyncio
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="Linux shows a process's environment in /proc")
async def test_idle_threads_sleep_in_a_child_unless_somebody_wants_it_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")

    child = await standing(tmp_path)

    environment = (Path("/proc") / str(child.pid) / "environ").read_bytes().split(b"\0")
    assert b"OPENBLAS_NUM_THREADS=1" in environment
    assert b"OMP_WAIT_POLICY=ACTIVE" in environment
    await child.leave(5)


@pytest.mark.asyncio
async def test_a_module_that_prints_what_is_no_message_is_an_error_of_the_wire() -> None:
    child = await Child.start("platform")

    with pytest.raises(WireError):
        await asyncio.wait_for(anext(child.messages()), 10)
    await child.leave(5)


@pytest.mark.parametrize("nonsense", [b'{"type": "Nobody agreed on this"}', b"no JSON at all", b"\xff\x00"])
def test_a_child_that_is_told_nonsense_in_the_midst_leaves_in_order(tmp_path: Path, nonsense: bytes) -> None:
    begin = wire.Begin(str(tmp_path / "s.db"), KEY_HEX, replay=str(QUIET_REPLAY), speed=0)
    said = codec.encode(begin) + codec.encode(wire.Grant(200)) + nonsense + b"\n"
    command = [sys.executable, "-I", "-X", "utf8", "-m", "transcribe.record"]

    done = subprocess.run(command, input=said, capture_output=True, timeout=60, check=False)

    assert (done.returncode, done.stderr) == (0, b"")
    assert isinstance(codec.decode(done.stdout.splitlines(keepends=True)[-1]), wire.Ended)


@pytest.mark.asyncio
async def test_a_python_that_is_being_changed_is_missing_in_words_and_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python, new = tmp_path / "python", tmp_path / "new"
    new.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    new.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(NotStartedError, match="its Python is missing"):
        await Child.start("transcribe.record")

    starting = asyncio.create_task(Child.start_patiently("transcribe.record"))
    await asyncio.sleep(0.05)
    new.rename(python)
    child = await starting

    assert await child.leave(5) == 0


@pytest.mark.asyncio
async def test_without_a_descriptor_nothing_is_started_and_with_one_it_is() -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    await asyncio.sleep(0)
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + 2, before[1]))
    try:
        with pytest.raises(NotStartedError, match="too many open files"):
            await Child.start("transcribe.record")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)

    assert await (await Child.start("transcribe.record")).leave(5) == 0


@pytest.mark.asyncio
async def test_a_process_for_whose_end_nobody_can_wait_is_not_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    start = threading.Thread.start

    def refuse(thread: threading.Thread) -> None:
        if "waitpid" in thread.name:
            raise RuntimeError("can't start new thread")
        start(thread)

    def no_descriptor(*_: int) -> int:
        raise OSError(errno.EMFILE, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        patch.setattr(os, "pidfd_open", no_descriptor, raising=False)  # how newer Pythons wait
        before = set(psutil.Process().children())
        with pytest.raises(NotStartedError):
            await Child.start("transcribe.record")

    left = [one for one in psutil.Process().children() if one not in before]
    _, alive = psutil.wait_procs(left, timeout=5)
    assert [one for one in alive if one.status() != psutil.STATUS_ZOMBIE] == []
