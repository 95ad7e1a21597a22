"""A process that does one way over some sounds and says what it took; the cost of loading is kept apart.

Run as ``python -m tests.bench.worker``: a job as one line of JSON comes in, an answer a line goes out.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from tests.bench import ways
from tests.bench.noises import as_samples
from tests.bench.sounds import written
from transcribe.recording import RATE_HZ

Result = TypeVar("Result")


def main() -> None:
    """Answer one job."""
    answers, sys.stdout = sys.stdout, sys.stderr  # libraries print where they like
    job = json.loads(sys.stdin.readline())

    def answer(values: dict[str, Any]) -> None:
        print(json.dumps(values), file=answers, flush=True)

    way, cost = _measured(lambda: ways.load(job["way"], job["model"]))
    answer({"answer": "loaded", **cost, "loaded_mb": _memory_mb("VmRSS")})
    _warm(way)
    for path in job["sounds"]:
        heard, cost = _measured(lambda path=path: way(Path(path)))  # type: ignore[misc]
        answer({"answer": "heard", **cost, **asdict(heard)})
    answer({"answer": "done", "peak_mb": _memory_mb("VmHWM")})


def _measured(work: Callable[[], Result]) -> tuple[Result, dict[str, float]]:
    began_s, cpu_s = time.perf_counter(), _cpu_s()
    result = work()
    return result, {"wall_s": time.perf_counter() - began_s, "cpu_s": _cpu_s() - cpu_s}


def _warm(way: ways.Way) -> None:
    """A second of faint noise, so that no way pays for its first time."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warm.wav"
        written(path, as_samples(np.random.default_rng(1).normal(0, 0.01, RATE_HZ)))
        way(path)


def _cpu_s() -> float:
    """User and system time of this process and its children, all threads."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _memory_mb(field: str) -> float:
    """VmRSS (now) or VmHWM (the most so far) of this process, as Linux tells it; elsewhere the most so far."""
    status = Path("/proc/self/status")
    if status.is_file():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return float(lines[field].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
