"""What it costs to do something with a large study, of this build and of another one beside it.

``python -m tests.bench.large FOLDER`` makes one of 300 sessions x 1,500 utterances (400 MB, a few minutes), where there
is none yet; ``--measure`` then says what each of ``WAYS`` takes on it. ``--beside TREE`` measures the build of another
checkout, which has a ``.venv`` of its own, in turn with this one: on a study that it makes of the same words, for it
may not open ours. All of it takes a quarter of an hour where nothing else runs, half of it export in all formats::

    git clone . ../753b218 && git -C ../753b218 checkout 753b218 && make -C ../753b218 .venv/.ready-test
    python -m tests.bench.large ../study --measure --beside ../753b218
    python -m tests.bench.large ../study --measure --only search lock --rounds 5
"""

from __future__ import annotations

import argparse
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from statistics import median

from tests.bench.large.build import Build, builds
from tests.bench.large.study import Size
from tests.bench.large.typed import Found
from tests.bench.large.ways import ONCE, WAYS

LIMITS = {
    "export as md, MB": 150,
    "export as all formats, MB": 150,
    "withdraw, taken back, s": 3,
    "ctrl+l over what was found, hidden, ms": 100,
    "ctrl+l, something to be erased, hidden, ms": 100,
    "a key in search, longest callback by the clock, ms": 50,
    "a key in search, longest callback by the processor, ms": 50,
}


def main() -> None:
    """Make the studies where there are none, and measure what was asked for."""
    given = _parsed()
    with builds(given.folder, given.beside) as each:
        for build in each:
            took_s = build.make(Size(given.sessions, given.utterances, given.sound))
            size_mb = sum(path.stat().st_size for path in build.study.rglob("*") if path.is_file()) / 1e6
            print(f"{build.name}: {build.study}, {size_mb:.0f} MB" + (f", made in {took_s:.0f} s" if took_s else ""))
        if given.measure:
            print(_busy(), *_head(each), sep="\n", flush=True)
            for name in given.only or list(WAYS):
                print(*_rows(_measured(name, each, given.rounds)), sep="\n", flush=True)
            print(_busy())


def _measured(name: str, each: Sequence[Build], rounds: int) -> list[Found]:
    """One after the other, the one that begins in turn."""
    found: list[Found] = [defaultdict(list) for _ in each]
    for turn in range(1 if name in ONCE else rounds):
        for place in (range(len(each)), reversed(range(len(each))))[turn % 2]:
            for what, values in WAYS[name](each[place]).items():
                found[place][what] += values
    return found


def _busy() -> str:
    """How much else runs: figures by the clock hold for a machine on which nothing does."""
    return f"{os.cpu_count()} cores; {os.getloadavg()[0]:.1f} processes wanted to run in the last minute"


def _head(each: Sequence[Build]) -> Iterator[str]:
    yield " | ".join(("| what", "limit", *(f"{build.name}: median | most" for build in each))) + " |"
    yield "| --- |" + " --: |" * (1 + 2 * len(each))


def _rows(found: Sequence[Found]) -> Iterator[str]:
    for what in dict.fromkeys(chain.from_iterable(found)):
        limit = f"{LIMITS[what]:.0f}" if what in LIMITS else ""
        yield " | ".join((f"| {what}", limit, *(_cells(one.get(what, [])) for one in found))) + " |"


def _cells(values: Sequence[float]) -> str:
    return f"{median(values):.3g} | {max(values):.3g}" if values else " | "


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.large", description=__doc__)
    parser.add_argument("folder", type=Path, help="of the study; it is made if it is not there")
    parser.add_argument("--sessions", type=int, default=Size.sessions)
    parser.add_argument("--utterances", type=int, default=Size.utterances)
    parser.add_argument("--sound", type=int, default=Size.sound_s, metavar="SECONDS", help="of recording, a session")
    parser.add_argument("--measure", action="store_true", help="say what each way takes; on copies of the study")
    parser.add_argument("--beside", type=Path, metavar="TREE", help="another checkout, measured in turn with this one")
    parser.add_argument(
        "--rounds", type=int, default=3, help="how often each way is gone, but for export, backup and check: those once"
    )
    parser.add_argument("--only", nargs="*", choices=list(WAYS), metavar="WAY", help=", ".join(WAYS))
    return parser.parse_args()


if __name__ == "__main__":
    main()
