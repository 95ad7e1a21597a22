"""How moments are kept: aware, in UTC, as text that sorts."""

from __future__ import annotations

from datetime import UTC, datetime

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


def minutes_between(earlier: datetime, later: datetime) -> float:
    """Minutes from one to the other, never below zero, to a tenth."""
    return round(max(0.0, (later - earlier).total_seconds()) / 60, 1)
