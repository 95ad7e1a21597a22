"""One stretch that can't be read takes no other with it: the one place where any fault at all is caught in reading."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Sequence
from typing import TypeVar

from transcribe.errors import TranscribeError

Item = TypeVar("Item")
Found = TypeVar("Found")

_TRIES = 2

_log = logging.getLogger("vivavoce.transcribe")


def stretchwise(
    work: Callable[[Sequence[Item]], Sequence[Found]],
    items: Sequence[Item],
    failed: Callable[[Item], Found],
    tries: int = _TRIES,
) -> list[Found]:
    """What ``work`` finds in all of the items; in each half of them by itself where that fails, and so on down to one.

    An item at which it fails twice gets what ``failed`` makes of it. An error of this room goes through, as in
    ``attempt``.
    """
    for _ in range(1 if len(items) > 1 else tries):
        found = attempt(lambda: list(work(items)))
        if found is not None:
            return found
    if len(items) < 2:
        return [failed(one) for one in items]
    half, once_more = len(items) // 2, max(1, tries - 1)
    return [*stretchwise(work, items[:half], failed, once_more), *stretchwise(work, items[half:], failed, once_more)]


def attempt(work: Callable[[], Found]) -> Found | None:
    """What ``work`` gives; None where it fails, whatever at. The log gets the place in the code, and no word more.

    An error of this room goes through: it has a sentence that says what is wrong, be it with the model or a recording.
    """
    try:
        return work()
    except TranscribeError:
        raise
    except Exception as error:  # noqa: BLE001 - a stretch ends here, and the rest of the interview goes on
        _log.warning("a stretch could not be read: %s", _place(error))
        return None


def _place(error: BaseException) -> str:
    """Which kind of error, and where it was raised; not its message, which might hold words."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
