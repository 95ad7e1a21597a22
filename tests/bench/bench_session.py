"""How soon words are on the screen, and how soon the transcript is whole: the demo in real time, several runs.

    python -m tests.bench.bench_session --runs 3

Lags are wall-clock seconds after the moment something was said: the first caption of an utterance after its start, the
final words after its end. Run it on an idle machine; a run takes five minutes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

Event = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """What one run of the demo showed; lags in seconds."""

    first_captions: list[float]
    finals: list[float]
    summary: Event


def main() -> None:
    """Print a line a run, then the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    runs = []
    for number in range(1, parser.parse_args().runs + 1):
        runs.append(one_run())
        print(f"run {number}: {told(runs[-1])}", flush=True)
    for name in ("first_captions", "finals"):
        lags = [median(getattr(run, name)) for run in runs]
        print(f"{name.replace('_', ' ')}, median of {len(runs)} runs: {median(lags):.2f} s")
    ready = [run.summary["ready_after_stop_s"] for run in runs]
    print(f"ready after stop, worst of {len(runs)} runs: {max(ready):.2f} s")


def one_run() -> Run:
    """The demo at speed 1."""
    command = [sys.executable, "-m", "tui", "demo", "--plain", "--json", "--speed", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    events = list(_placed([json.loads(line) for line in done.stdout.splitlines()]))
    firsts: dict[str, float] = {}
    for event, offset_s in events:
        if event["event"] == "caption":
            firsts.setdefault(event["id"], event["t"] - offset_s - event["start"])
    finals = [event["t"] - offset_s - event["end"] for event, offset_s in events if event["event"] == "utterance"]
    return Run(list(firsts.values()), finals, events[-1][0])


def told(run: Run) -> str:
    """One run as a line."""
    caption, final = (
        f"{median(lags):.2f} s (p95 {quantiles(lags, n=20)[-1]:.2f})" for lags in (run.first_captions, run.finals)
    )
    summary = run.summary
    return (
        f"first caption {caption}, final words {final}, ready after stop {summary['ready_after_stop_s']:.2f} s, "
        f"{summary['cpu_seconds']:.0f} CPU s for {summary['audio_seconds']:.0f} s of sound, "
        f"{summary['peak_rss_mb']:.0f} MB, {summary['dropped_frames']} frames lost"
    )


def _placed(events: list[Event]) -> Iterator[tuple[Event, float]]:
    """Each event with the wall-clock second at which recording time was 0, as it was between two pauses."""
    stretch: list[Event] = []
    for event in events:
        if event["event"] == "resume":
            yield from _with_offset(stretch)
            stretch = []
        if "at" in event:
            stretch.append(event)
    yield from _with_offset(stretch)


def _with_offset(stretch: list[Event]) -> Iterator[tuple[Event, float]]:
    offset_s = min(event["t"] - event["at"] for event in stretch)
    yield from ((event, offset_s) for event in stretch)


if __name__ == "__main__":
    main()
