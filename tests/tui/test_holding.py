"""While something is being done in a study its locks are looked after, and what is wrong is said once."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import pytest

from store import Study
from tui import events, holding

pytestmark = pytest.mark.asyncio

Until = Callable[[Callable[[], object]], Awaitable[None]]


def taken(file: Path) -> bool:
    """Whether this file is there, and somebody has its lock."""
    if not file.exists():
        return False
    descriptor = os.open(file, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


async def test_a_lock_that_is_taken_away_is_laid_anew_and_one_that_another_has_is_said_once(
    demo_folder: Path, now: datetime, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "LOOK_EVERY_S", 0.02)
    told: list[events.Event] = []
    with Study.open(demo_folder, "demo", now) as study, study.lock_for_session():
        lock = study.folder / "session.lock"
        with holding.holding(study, told.append):
            lock.unlink()
            await until(lambda: taken(lock))
            assert told == []

            other = lock.with_name("other")
            descriptor = os.open(other, os.O_RDWR | os.O_CREAT)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            other.replace(lock)
            await until(lambda: told)
            await asyncio.sleep(0.1)
            os.close(descriptor)
            await until(lambda: taken(lock))
        (notice,) = told
        assert isinstance(notice, events.Notice)
        assert (notice.code, "what is being done here goes on" in notice.text) == ("lock", True)
