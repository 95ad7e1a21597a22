"""How moments are kept: aware, in UTC, as text that sorts."""

from __future__ import annotations

import calendar
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from store.errors import BadInput


def stamp(now: datetime) -> str:
    """ISO 8601 in UTC with microseconds; raises BadInput for a time without a zone."""
    if now.tzinfo is None:
        raise BadInput("A time without a zone was given: pass an aware datetime.")
    return now.astimezone(UTC).isoformat(timespec="microseconds")


def moment(kept: str) -> datetime:
    """The datetime of a stamp."""
    return datetime.fromisoformat(kept)


def moment_or_none(kept: str | None) -> datetime | None:
    """The datetime of a stamp that may be missing."""
    return None if kept is None else moment(kept)


def running(now: datetime) -> Callable[[], datetime]:
    """What time it is later on in something that takes long, and was begun ``now``, whatever is done to the clock."""
    began = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - began)


def minutes_between(earlier: datetime, later: datetime) -> float:
    """Minutes from one to the other, never below zero, to a tenth."""
    return round(max(0.0, (later - earlier).total_seconds()) / 60, 1)


def seconds_between(earlier: datetime, later: datetime) -> int | None:
    """Whole seconds from one to the other; None where the clock was set back in between, so that nobody knows."""
    return round((later - earlier).total_seconds()) if later >= earlier else None


def later_by_months(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day."""
    number = day.month - 1 + months
    year, month = day.year + number // 12, number % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
