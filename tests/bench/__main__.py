"""``make bench``: measures everything side by side, prints tables as it goes, and writes ``BENCHMARKS.md``."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench import prompts
from tests.bench.lab import Lab, Options
from tests.bench.parts import hour, inventions, keys, session, voices, words
from tests.bench.report.limits import limits_table
from tests.bench.report.page import write
from tests.bench.report.sections import SECTIONS
from tests.bench.results import Book
from transcribe import models
from transcribe.onnx import TELL_NOBODY
from tui.reader import Choice, settled

PARTS: dict[str, Callable[[Lab], None]] = {
    words.PART: words.measure,
    inventions.PART: inventions.measure,
    voices.PART: voices.measure,
    keys.PART: keys.measure,
    hour.PART: hour.measure,
    session.PART: session.measure,
}
_PAGE = Path("BENCHMARKS.md")
_IDLE_LOAD = 0.7


def main() -> None:
    """Measure, or write the page anew from figures that are there."""
    os.environ.update(TELL_NOBODY)  # the other ways load networks too
    given = _parsed()
    if given.from_file:
        if not given.from_file.is_file():
            raise SystemExit(f"There are no figures in {given.from_file}; give the file that a run wrote.")
        write(Book(given.from_file), given.page)
        print(f"{given.page} is written from {given.from_file}.")
        return
    with tempfile.TemporaryDirectory(prefix="vivavoce-bench-") as folder:
        results = given.results or Path(tempfile.mkdtemp(prefix="vivavoce-results-")) / "results.json"
        book = _opened(results, "quick" if given.quick else "hour" if given.hour else "whole")
        print(f"Figures are kept in {results} after each row; the same --results goes on from there.", flush=True)
        _measured(Lab(_options(given), Path(folder), book), given.only or list(PARTS))
        write(book, given.page)
    print(f"{given.page} is written.")


def _opened(results: Path, kind: str) -> Book:
    """The book, new or of a run that was cut off; one of another kind has other sound under the same names."""
    book = Book(results)
    if book.facts.setdefault("kind", kind) != kind:
        raise SystemExit(f"{results} holds a {book.facts['kind']} run; give another --results for a {kind} one.")
    return book


def _measured(lab: Lab, parts: list[str]) -> None:
    remarks = _remarks(lab)
    lab.book.note(remarks=[*dict.fromkeys([*lab.book.remarks, *remarks])], threads=_threads())
    print("\n".join(remarks), flush=True)
    for part in parts:
        title, section = SECTIONS[part]
        print(f"\n{title} ({part})\n", flush=True)
        PARTS[part](lab)
        print(f"\n{section(lab.book)}", flush=True)
    print(f"Where it stands\n\n{limits_table(lab.book)}")


def _threads() -> int:
    """How many the program reads with: it has measured the machine, as it does while its board lies idle."""
    subprocess.run([sys.executable, "-m", "tui", "doctor"], capture_output=True, check=False)  # 1: no microphone, say
    return settled(Choice("tiny.en", "cpu")).threads


def _options(given: argparse.Namespace) -> Options:
    there_are = {model.name for model in models.installed()}
    return Options(
        tuple(name for name in given.models if name in there_are),
        quick=given.quick,
        hour=given.hour,
        runs=given.runs,
        speech=Path(os.environ["VIVAVOCE_SPEECH"]) if os.environ.get("VIVAVOCE_SPEECH") else None,
        ggml=Path(os.environ["VIVAVOCE_GGML"]) if os.environ.get("VIVAVOCE_GGML") else None,
        no_captions=given.no_captions,
    )


def _remarks(lab: Lab) -> list[str]:
    """What the reader must know is missing or wrong."""
    options, remarks = lab.options, []
    if lab.book.machines[lab.book.here]["load_at_start"] > _IDLE_LOAD:
        remarks.append(
            "The machine was busy with other things when this began: trust no time, and ratios only roughly."
        )
    if options.quick:
        remarks.append("A quick run, which shows that everything works: its figures mean nothing.")
    if options.speech is None:
        remarks.append("No real speech was at hand ($VIVAVOCE_SPEECH is not set).")
    if not prompts.installed():
        remarks.append("Debian's prompts were not installed.")
    return remarks


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a minute of everything, to see that it works")
    parser.add_argument("--only", action="append", choices=list(PARTS), help="this part; may be given again")
    parser.add_argument("--models", type=lambda names: names.split(","), default=["tiny.en", "base"])
    parser.add_argument("--hour", action="store_true", help="an hour instead of ten minutes, and one in real time")
    parser.add_argument("--runs", type=int, default=3, help="of each session in real time with tiny.en (3)")
    parser.add_argument("--results", type=Path, metavar="FILE", help="keep the figures here; goes on if it is there")
    parser.add_argument("--from", dest="from_file", type=Path, metavar="FILE", help="only write the page, from this")
    parser.add_argument("--page", type=Path, default=_PAGE, help="what to write (BENCHMARKS.md)")
    parser.add_argument("--no-captions", default="--no-captions", help="--no-captions=OPTION: what a session calls it")
    return parser.parse_args()


if __name__ == "__main__":
    main()
