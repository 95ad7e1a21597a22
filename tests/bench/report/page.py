"""``BENCHMARKS.md``: a short frame by hand around the tables of a book."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.bench import ways
from tests.bench.prompts import HOW
from tests.bench.report.limits import limits_table
from tests.bench.report.sections import SECTIONS
from tests.bench.results import Book, Figures

_FRAME = Path(__file__).with_name("frame.md")


_NO_CPP = (
    "*pywhispercpp* was not measured: its models could not be downloaded here. With the package installed and a folder "
    "of `ggml-NAME.bin` in `$VIVAVOCE_GGML` it is measured beside the others."
)


def page(book: Book) -> str:
    """The whole file."""
    there_are = dict.fromkeys(row.way for row in book.rows)
    shown = [f"- **{name}**: {about}" for name, about in ways.ABOUT.items() if name in there_are]
    frame = _FRAME.read_text(encoding="utf-8").format(
        date=book.facts["date"],
        ways="\n".join(shown),
        cpp="" if ways.CPP in there_are else _NO_CPP,
        machine=_machine(book),
        prompts=HOW,
        limits=limits_table(book),
    )
    sections = [f"## {title}\n\n{make(book)}" for part, (title, make) in SECTIONS.items() if book.of(part=part)]
    return "\n".join([frame, *sections])


def write(book: Book, path: Path) -> None:
    """Put the page where it belongs."""
    path.write_text(page(book), encoding="utf-8")


def _machine(book: Book) -> str:
    facts = book.facts
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    lines = [
        f"{facts['processor']}, {facts['cores']} cores, {facts['memory_gb']} GB, {facts['system']}; load at the start "
        f"{facts['load_at_start']}.",
        f"{versions}.",
        *_threads(facts),
        *facts.get("remarks", []),
    ]
    return "\n".join(f"- {line}" for line in lines)


def _threads(facts: Figures) -> Iterator[str]:
    """What vivavoce found for itself, as it does while its board lies idle; 0 where it found nothing."""
    if facts.get("threads"):
        yield (
            "vivavoce had measured this machine before, as it does by itself. Threads it reads a session with: "
            f"{facts['threads']}, a file: {facts['file_threads']}."
        )
