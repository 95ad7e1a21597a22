"""``python -m tests.faults``: every fault at every place, and a table of what came of them."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.faults.happenings import KILLS, happened, happenings
from tests.faults.plan import FIRST, SEEDED, planned
from tests.faults.stage import Stage
from tests.faults.table import passed, table, wrong
from tests.faults.verdict import Verdict, verdict

TOLD_EACH = 20


def main() -> int:
    """Run them, several at a time; 1 when something was lost or found."""
    options = _options()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="vivavoce-faults-") as folder:
        stage = Stage(Path(folder))
        whole = verdict(stage, None, "whole")
        sessions = [run for run in _planned(stage, options) if options.only in run.name]
        print(f"{len(sessions)} sessions, seed {options.seed}, {options.jobs} at a time.", flush=True)
        with ThreadPoolExecutor(options.jobs) as pool:
            runs = pool.map(lambda at: sessions[at].look(f"run-{at}"), range(len(sessions)))
            found = list(_told(runs, whole, len(sessions)))
    print(table(found, whole))
    print(f"\n{len(found)} sessions in {(time.monotonic() - began) / 60:.0f} minutes.")
    return 0 if passed(found, whole) else 1


@dataclass(frozen=True)
class Planned:
    """One session to come: ``look`` holds it, in a folder of this name."""

    name: str
    look: Callable[[str], Verdict]


def _planned(stage: Stage, options: argparse.Namespace) -> Iterator[Planned]:
    """What happens in a room first, for it takes real time; then every fault at every place."""
    for happening in happenings(options.seed, kills=1 if options.quick else KILLS):
        yield Planned(happening.name, partial(happened, stage, happening))
    places = (0, 2) if options.quick else (FIRST, SEEDED)
    for fault in planned(stage, options.seed, *places):
        yield Planned(fault.name, partial(verdict, stage, fault))


def _told(found: Iterable[Verdict], whole: Verdict, of: int) -> Iterator[Verdict]:
    """Say at once what went wrong, and now and then how far it is."""
    began = time.monotonic()
    for done, one in enumerate(found, start=1):
        for sentence in wrong(one, whole):
            print(f"  {one.name}, {one.place}: {sentence}", flush=True)
        if done % TOLD_EACH == 0:
            print(f"{done} of {of} after {(time.monotonic() - began) / 60:.0f} minutes.", file=sys.stderr, flush=True)
        yield one


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two of each kind")
    parser.add_argument("--only", default="", metavar="WORDS", help="those whose name holds these words")
    parser.add_argument("--seed", type=int, default=1, help="which places beyond the first (default 1)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many sessions at a time")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
