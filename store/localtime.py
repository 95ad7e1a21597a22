"""Local time, wherever a person looks: this module alone turns a moment into a day and a time of day.

What belongs to a session is told in the time of the place where it was held, by the offset from UTC that is kept with
it; everything else in the time of this machine. UTC as such is for JSON and for what is kept.
"""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta, timezone

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def offset_here(moment: datetime) -> int:
    """Minutes that this machine's clock is ahead of UTC at that moment, also after a journey into another zone."""
    if hasattr(time, "tzset"):
        time.tzset()
    return _minutes(moment.astimezone())


def local(moment: datetime, offset_min: int | None = None) -> datetime:
    """The same moment by the clock of a place so many minutes ahead of UTC, or by this machine's."""
    return moment.astimezone(None if offset_min is None else timezone(timedelta(minutes=offset_min)))


def local_day(moment: datetime, offset_min: int | None = None) -> date:
    """The day that it was there."""
    return local(moment, offset_min).date()


def local_time(moment: datetime, offset_min: int | None = None) -> str:
    """Day, time of day and offset: ``2026-12-01 09:30 +13:00``."""
    there = local(moment, offset_min)
    sign, ahead = ("-", -_minutes(there)) if _minutes(there) < 0 else ("+", _minutes(there))
    return f"{there:%Y-%m-%d %H:%M} {sign}{ahead // 60:02}:{ahead % 60:02}"


def time_of_day(moment: datetime) -> str:
    """Hours, minutes and seconds by this machine's clock."""
    return f"{local(moment):%H:%M:%S}"


def short_day(day: date, today: date) -> str:
    """A day as people write it; the year only where it is another one than ours."""
    text = f"{day.day} {_MONTHS[day.month - 1]}"
    return text if day.year == today.year else f"{text} {day.year}"


def long_day(moment: datetime, offset_min: int | None = None) -> str:
    """The day that it was there, as people write it, with its year."""
    day = local_day(moment, offset_min)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _minutes(there: datetime) -> int:
    return round((there.utcoffset() or timedelta()) / timedelta(minutes=1))
