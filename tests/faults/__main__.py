"""``python -m tests.faults``: every fault at every place, and a table of what came of them."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.faults.plan import FIRST, SEEDED, planned
from tests.faults.stage import Stage
from tests.faults.table import passed, table, wrong
from tests.faults.verdict import Verdict, verdict


def main() -> int:
    """Run them, several at a time; 1 when something was lost or found."""
    options = _options()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="vivavoce-faults-") as folder:
        stage = Stage(Path(folder))
        whole = verdict(stage, None, "whole")
        places = (0, 2) if options.quick else (FIRST, SEEDED)
        faults = [fault for fault in planned(stage, options.seed, *places) if options.only in fault.name]
        print(f"{len(faults)} faults, seed {options.seed}, {options.jobs} at a time.", flush=True)
        with ThreadPoolExecutor(options.jobs) as pool:
            runs = pool.map(lambda at: verdict(stage, faults[at], f"run-{at}"), range(len(faults)))
            found = list(_told(runs, whole))
    print(table(found, whole))
    print(f"\n{len(found)} sessions in {(time.monotonic() - began) / 60:.0f} minutes.")
    return 0 if passed(found, whole) else 1


def _told(found: Iterable[Verdict], whole: Verdict) -> Iterator[Verdict]:
    """Say at once what went wrong."""
    for one in found:
        for sentence in wrong(one, whole):
            place = "no fault" if one.fault is None else f"{one.fault.name}, number {one.fault.at}"
            print(f"  {place}: {sentence}", flush=True)
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
