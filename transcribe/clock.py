"""The clock by which sound, waits and locks are timed: nobody sets it, and it counts while a laptop sleeps."""

from __future__ import annotations

import time

# Python's own monotonic clock stands still while Linux or macOS sleeps, and on Windows it doesn't; macOS has one that
# doesn't under the name of Linux's that does
_SLEEPLESS: int | None = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))


def clock_ms() -> float:
    """Milliseconds since the machine was started, as far as the system tells; only differences mean anything."""
    return (time.monotonic() if _SLEEPLESS is None else time.clock_gettime(_SLEEPLESS)) * 1000
