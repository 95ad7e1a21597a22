"""``python -m tests.fuzz``: inputs that nobody meant, for ``$FUZZ_MINUTES`` in all (10 unless it is given)."""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback

from tests.fuzz import guide_files, sounds, wires
from tests.fuzz.target import Target

MINUTES = 10.0
TARGETS = (*guide_files.TARGETS, *wires.TARGETS, *sounds.TARGETS)


def main() -> int:
    """Each target for its share of the time; 1 when something was not dealt with."""
    options = _options()
    chosen = [target for target in TARGETS if options.only in target.name]
    if not chosen:
        print(f"There is none of this name, only: {', '.join(target.name for target in TARGETS)}.")
        return 2
    held = [_tried(target, options.minutes * 60 / len(chosen)) for target in chosen]
    return 0 if all(held) else 1


def _tried(target: Target, seconds: float) -> bool:
    began = time.monotonic()
    try:
        count = target.tried_for(seconds)
    except Exception:  # noqa: BLE001 - whatever was raised is what was looked for
        traceback.print_exc()
        print(f"NOT DEALT WITH  {target.name}", flush=True)
        return False
    print(f"held  {target.name}: {count} in {time.monotonic() - began:.0f} s", flush=True)
    return True


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    minutes = float(os.environ.get("FUZZ_MINUTES") or MINUTES)
    parser.add_argument("--minutes", type=float, default=minutes, help="for how long, in all (default: %(default)s)")
    parser.add_argument("--only", default="", metavar="WORDS", help="those whose name holds these words")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
