"""What the app and its children cost together: CPU seconds and memory at its highest."""

from __future__ import annotations

import asyncio
import contextlib
import time

import psutil

SAMPLE_EVERY_S = 1.0


class Meter:
    """Samples the process tree until it is stopped."""

    def __init__(self) -> None:
        self._me = psutil.Process()
        self._cpu: dict[int, float] = {}
        self._before_s = time.process_time()
        self.peak_rss_mb = 0.0
        self._task = asyncio.create_task(self._run(), name="meter")

    @property
    def cpu_seconds(self) -> float:
        """CPU seconds of app and children since the meter began."""
        return round(sum(self._cpu.values()) + time.process_time() - self._before_s, 2)

    def sample(self) -> None:
        """Look once at every process of the tree."""
        rss = 0
        with contextlib.suppress(psutil.Error, OSError):  # no descriptor is left to read it by
            for process in (self._me, *self._me.children(recursive=True)):
                rss += self._seen(process)
        self.peak_rss_mb = max(self.peak_rss_mb, round(rss / 2**20, 1))

    def _seen(self, process: psutil.Process) -> int:
        with contextlib.suppress(psutil.Error):  # it is gone
            rss = int(process.memory_info().rss)
            if process.pid != self._me.pid:
                self._cpu[process.pid] = self._spent(process)
            return rss
        return 0

    def stop(self) -> None:
        """Look a last time and leave."""
        self.sample()
        self._task.cancel()

    async def _run(self) -> None:
        while True:
            self.sample()
            await asyncio.sleep(SAMPLE_EVERY_S)

    @staticmethod
    def _spent(process: psutil.Process) -> float:
        times = process.cpu_times()
        return float(times.user + times.system)
