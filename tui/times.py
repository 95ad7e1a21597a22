"""Times as people read them."""

from __future__ import annotations


def clock_time(ms: int) -> str:
    """Recording time as hh:mm:ss."""
    seconds = max(0, ms) // 1000
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def short_time(ms: int) -> str:
    """A length as m:ss, with hours only where there are any."""
    seconds = max(0, ms) // 1000
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def minutes(ms: int) -> str:
    """A length in whole minutes, rounded."""
    return f"{round(ms / 60_000)} min"
