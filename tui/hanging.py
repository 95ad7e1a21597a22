"""Tells a scribe that hangs from one that is slow: by the processor time it takes, and by how long it took before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import psutil

from transcribe.clock import clock_ms

STILL_S = 30.0
"""Who has work to do and takes no processor time for so long is stopped, or waits for itself for ever."""
LEAST_CPU_S = 0.05
"""So much is time taken: the slowest reading takes all it can get, a thread that sleeps next to nothing."""
LEAST_PATIENCE_S = 600.0
"""For so long nobody is given up who takes processor time, however long without an answer."""
TIMES_THE_LONGEST = 20
"""Nor for so many times as long as it has ever taken for an answer, or to load its model."""
LOOK_S = 1.0
LONGEST_LOOK_S = 2.0
"""No more than this passes between two looks: else the laptop slept, or the app itself got no turn."""


class Patience:
    """How long a scribe has not got on, through all its lives; how long its answers took stays known."""

    def __init__(self) -> None:
        self._longest_s = 0.0
        self.begin()

    def begin(self) -> None:
        """A new one begins."""
        self._waited_s = self._still_s = 0.0
        self._cpu_s: float | None = None

    def answered(self) -> None:
        """It has got on."""
        self._longest_s = max(self._longest_s, self._waited_s)
        self.begin()

    def is_out(self, passed_s: float, cpu_s: float | None, *, has_work: bool) -> bool:
        """Whether it hangs, seen again after ``passed_s``; ``cpu_s``: what it has used in all, None where unknown."""
        if not has_work:
            self.begin()
            return False
        passed_s = min(passed_s, LONGEST_LOOK_S)
        self._waited_s += passed_s
        if cpu_s is None or self._cpu_s is None or cpu_s - self._cpu_s >= LEAST_CPU_S:
            self._still_s, self._cpu_s = 0.0, cpu_s
        else:
            self._still_s += passed_s
        return self._still_s > STILL_S or self._waited_s > max(LEAST_PATIENCE_S, TIMES_THE_LONGEST * self._longest_s)


async def until_it_hangs(pid: int, patience: Patience, has_work: Callable[[], bool]) -> None:
    """Look each second; returns once it hangs."""
    looked_ms = clock_ms()
    while True:
        await asyncio.sleep(LOOK_S)
        now_ms = clock_ms()
        if patience.is_out((now_ms - looked_ms) / 1000, _cpu_s(pid) if has_work() else None, has_work=has_work()):
            return
        looked_ms = now_ms


def _cpu_s(pid: int) -> float | None:
    with suppress(psutil.Error, OSError):
        times = psutil.Process(pid).cpu_times()
        return float(times.user + times.system)
    return None
