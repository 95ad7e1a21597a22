"""What nobody foresaw is survived, and the log has its place and none of its words."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from tui.unforeseen import attempt, survived

SECRET = "what she said"


def fails() -> str:
    raise KeyError(SECRET)


async def fails_later() -> str:
    return fails()


@pytest.mark.asyncio
async def test_what_nobody_foresaw_is_survived_and_what_was_foreseen_goes_through() -> None:
    assert await survived(fails_later()) is None
    assert attempt(fails) is None
    with pytest.raises(KeyError):
        await survived(fails_later(), KeyError)
    with pytest.raises(KeyError):
        attempt(fails, KeyError)


@pytest.mark.asyncio
async def test_whoever_is_cancelled_is_so() -> None:
    waiting = asyncio.create_task(survived(asyncio.sleep(60)))
    await asyncio.sleep(0)
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting


_AT_WHICH_NOBODY_LOOKS = """
import asyncio, gc, pathlib, sys
from tui import log
log.log_path = lambda: pathlib.Path(sys.argv[1])
log.start_log()
async def of_the_interview():
    raise KeyError({secret!r})
async def session():
    asyncio.create_task(of_the_interview(), name={secret!r})
    await asyncio.sleep(0)
    gc.collect()
asyncio.run(session())
"""


def test_a_task_at_which_nobody_looks_is_in_the_log_without_its_words_and_on_no_terminal(tmp_path: Path) -> None:
    log, code = tmp_path / "vivavoce.log", _AT_WHICH_NOBODY_LOOKS.format(secret=SECRET)
    done = subprocess.run([sys.executable, "-c", code, str(log)], capture_output=True, text=True, check=True)

    kept = log.read_text()
    assert done.stderr == ""
    assert "of_the_interview" in kept
    assert SECRET not in kept
