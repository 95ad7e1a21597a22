"""What nobody foresaw ends no more than it has to: the log gets the place in the code, and the session goes on."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

Result = TypeVar("Result")

_log = logging.getLogger("vivavoce")


async def survived(work: Awaitable[Result], *foreseen: type[Exception]) -> Result | None:
    """What ``work`` gives; None where it failed, whatever at. What was ``foreseen`` goes through."""
    try:
        return await work
    except foreseen:
        raise
    except Exception:  # noqa: BLE001 - what a session stands on goes on, whatever fails beside it
        _log.exception("a part of a session failed")
        return None


def attempt(work: Callable[[], Result], *foreseen: type[Exception]) -> Result | None:
    """The same for what is done at once."""
    try:
        return work()
    except foreseen:
        raise
    except Exception:  # noqa: BLE001 - what a session stands on goes on, whatever fails beside it
        _log.exception("a part of a session failed")
        return None
