"""A study is opened in a thread: its passphrase is made slow to try, and another program may be writing to it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from store import Study


async def unlocked(opening: Callable[[], Study]) -> Study:
    """The study that ``opening`` gives; raises what it raises. Whoever is cancelled leaves none open."""
    unwanted = threading.Event()

    def in_a_thread() -> Study:
        study = opening()
        if unwanted.is_set():
            _let_go(study)
        return study

    working = asyncio.ensure_future(asyncio.to_thread(in_a_thread))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        unwanted.set()
        working.add_done_callback(_let_go_of_its_study)
        raise


def _let_go_of_its_study(working: asyncio.Future[Study]) -> None:
    if not working.cancelled() and working.exception() is None:
        _let_go(working.result())


def _let_go(study: Study) -> None:
    study.erase_later()  # who leaves waits for nothing; the next one to open it erases
    study.close()
