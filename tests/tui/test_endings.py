"""Asked to end: once in order, a second time without what can wait, and three times whatever hangs."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from tui.endings import Asked, run

PATIENCE_S = 30.0
ROUNDS, EACH_S = 40, 0.25
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs signals")

# Each begins as the program does, says that it has begun, and hangs in another way.
BEGIN = "import hashlib, subprocess, sys, time; from tui.endings import ENDINGS; ENDINGS.watch();"
CHILD = "child = subprocess.Popen(['sleep', '600'], stdout=subprocess.DEVNULL); print(child.pid, flush=True);"
HANGING = {
    "in a call that Python can't break off": "hashlib.pbkdf2_hmac('sha256', b'', b'', 1 << 30)",
    "behind a refusal to end": "\nwhile True:\n try: time.sleep(600)\n except KeyboardInterrupt: pass",
    "waiting for a child": "\nwhile True:\n try: child.wait(); break\n except KeyboardInterrupt: pass",
}


def kill(*processes: subprocess.Popen[str] | psutil.Process) -> None:
    """None is left behind, whatever failed: other tests count the children of this program."""
    for one in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
            one.wait()


@posix
@pytest.mark.parametrize("how", HANGING)
@pytest.mark.parametrize("signals", ["INT INT INT", "TERM HUP TERM"])
def test_the_third_time_ends_a_program_and_its_children_whatever_it_hangs_in(how: str, signals: str) -> None:
    process = subprocess.Popen([sys.executable, "-c", BEGIN + CHILD + HANGING[how]], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    child = psutil.Process(int(process.stdout.readline()))
    names = iter(signals.split())
    time.sleep(EACH_S)  # it tells of its child a moment before it hangs
    try:
        for _ in range(ROUNDS):
            if process.poll() is not None:
                break
            process.send_signal(getattr(signal, f"SIG{next(names, 'TERM')}"))  # two that meet on their way are one
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(EACH_S)

        process.communicate(timeout=PATIENCE_S)
        assert psutil.wait_procs([child], timeout=PATIENCE_S)[1] == []
    finally:
        kill(process, child)


@posix
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_once_is_an_end_in_order(name: str) -> None:
    program = BEGIN + "\ntry:\n print(flush=True)\n while True: time.sleep(0.1)\nfinally: print('in order')"
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=lambda: signal.signal(getattr(signal, name), signal.SIG_DFL),  # a shell's & and nohup ignore some
    )
    assert process.stdout is not None
    try:
        process.stdout.readline()
        process.send_signal(getattr(signal, name))

        assert process.communicate(timeout=PATIENCE_S)[0] == "in order\n"
    finally:
        kill(process)


@pytest.mark.asyncio
async def test_what_is_done_before_it_is_asked_comes_to_its_end_and_what_is_not_is_given_up() -> None:
    asked, forever = Asked(), asyncio.Event()

    async def nothing() -> None:
        pass

    assert await asked.before(1, asyncio.sleep(0.01))
    asyncio.get_running_loop().call_soon(asked)
    assert not await asked.before(1, forever.wait())
    assert await asked.before(1, nothing())
    assert not await asked.before(1, forever.wait())
    asyncio.get_running_loop().call_soon(asked)
    assert not await asked.before(2, forever.wait())


@pytest.mark.asyncio
async def test_a_fault_of_the_work_is_raised() -> None:
    async def fails() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await Asked().before(1, fails())


@posix
def test_a_loop_that_is_asked_to_end_leaves_in_order_and_hands_the_signals_back() -> None:
    left, before = [], signal.getsignal(signal.SIGTERM)

    async def work() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            left.append("in order")

    with pytest.raises(KeyboardInterrupt):
        run(work())
    assert left == ["in order"]
    assert signal.getsignal(signal.SIGTERM) is before


@posix
def test_a_hang_up_that_is_to_be_ignored_is_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)

    async def work() -> str:
        os.kill(os.getpid(), signal.SIGHUP)
        await asyncio.sleep(0.1)
        return "whole"

    try:
        assert run(work()) == "whole"
    finally:
        signal.signal(signal.SIGHUP, before)
