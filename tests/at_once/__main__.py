"""``python -m tests.at_once``: each act beside each other, in every phase, beside everything slow; and a table."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.at_once.judge import MOST_HELD_UP_MS
from tests.at_once.page import page, table
from tests.at_once.pair import Found, Pair, happen
from tests.at_once.plan import cover, grid
from tests.at_once.programs import programs
from tests.at_once.results import Results, read
from tests.at_once.stage import make, memory

TOLD_EACH = 50


def main() -> int:
    """Run them, several at a time, or put together what was run; 1 where a promise was broken."""
    options = _options()
    began = time.monotonic()
    found: Sequence[Found]
    if options.of:
        found = read(options.of)
    else:
        results = options.results or Path(tempfile.mkdtemp(prefix="vivavoce-results-")) / "at-once.jsonl"
        print(f"Results are kept in {results} as they come; the same --results goes on from there.", flush=True)
        book = Results(results)
        wanted = [pair for pair in _pairs(options) if options.only in str(pair)]
        _run([pair for pair in wanted if _is_open(book, pair, options.again)], book, options)
        found = [book.found[pair] for pair in wanted if pair in book.found]
    print(table(found))
    print(f"\n{len(found)} pairs; this run took {(time.monotonic() - began) / 60:.0f} minutes.")
    if options.page:
        options.page.write_text(page(found))
    return int(any(one.trouble for one in found))


def _is_open(book: Results, pair: Pair, again: bool) -> bool:
    known = book.found.get(pair)
    return known is None or (again and bool(known.trouble))


def _pairs(options: argparse.Namespace) -> Sequence[Pair]:
    pairs = list(cover(options.seed) if options.quick else grid())
    random.Random(options.seed).shuffle(pairs)
    part, of = options.share
    return pairs[part - 1 :: of][: options.most]


def _run(pairs: Sequence[Pair], book: Results, options: argparse.Namespace) -> None:
    began, longest_ms = time.monotonic(), options.longest_ms
    with tempfile.TemporaryDirectory(prefix="vivavoce-at-once-", dir=memory()) as name, programs() as started:
        folder = Path(name)
        (folder / "made").mkdir()
        stage = make(folder / "made")
        print(f"{len(pairs)} pairs, seed {options.seed}, {options.jobs} at a time.", flush=True)

        def one(at: int) -> None:
            minutes = (time.monotonic() - began) / 60
            if minutes > options.minutes:
                return
            found = _in(folder / str(at), pairs[at], lambda place: happen(started, stage, pairs[at], place, longest_ms))
            book.keep(found)
            for sentence in found.trouble:
                print(f"  {found.pair}: {sentence}", flush=True)
            if (at + 1) % TOLD_EACH == 0:
                print(f"{at + 1} of {len(pairs)} after {minutes:.0f} minutes.", file=sys.stderr, flush=True)

        with ThreadPoolExecutor(options.jobs) as pool:
            list(pool.map(one, range(len(pairs))))


def _in(place: Path, pair: Pair, done: Callable[[Path], Found]) -> Found:
    """What came of it; a fault of ours is one more thing that was wrong."""
    place.mkdir()
    try:
        return done(place)
    except Exception:  # noqa: BLE001 - the other pairs go on
        return Found(pair, (traceback.format_exc(limit=-3),), 0.0, 0.0)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _share(words: str) -> tuple[int, int]:
    part, _, of = words.partition("/")
    if not (part.isdecimal() and of.isdecimal() and 1 <= int(part) <= int(of)):
        raise argparse.ArgumentTypeError(f"{words} is no share: 1/3, 2/3 and 3/3 are the parts of three")
    return int(part), int(of)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.at_once", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="each two kinds of acts once, in minutes")
    parser.add_argument("--only", default="", metavar="WORDS", help="those whose name holds these words")
    parser.add_argument("--seed", type=int, default=1, help="in which order (default 1)")
    parser.add_argument("--share", type=_share, default=(1, 1), metavar="1/3", help="one of so many parts")
    parser.add_argument("--most", type=int, metavar="COUNT", help="the first so many of them")
    parser.add_argument("--minutes", type=float, default=118, help="begin none after so many (default 118)")
    parser.add_argument("--jobs", type=int, default=5 * (os.cpu_count() or 1), help="how many pairs at a time")
    parser.add_argument(
        "--longest-ms",
        type=float,
        default=MOST_HELD_UP_MS,
        metavar="MS",
        help="for how long a loop may be held up (default 50)",
    )
    parser.add_argument("--results", type=Path, metavar="FILE", help="where results are kept; it goes on from there")
    parser.add_argument("--again", action="store_true", help="those too that went wrong in --results")
    parser.add_argument("--of", type=Path, nargs="+", metavar="FILE", help="run nothing: the table of these results")
    parser.add_argument("--page", type=Path, metavar="FILE", help="write the table there, as docs/at-once.md")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
