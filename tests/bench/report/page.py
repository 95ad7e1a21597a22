"""``BENCHMARKS.md``: a short frame by hand around the tables of a book."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
        date=max(one["date"] for one in book.machines),
        ways="\n".join(shown),
        cpp="" if ways.CPP in there_are else _NO_CPP,
        machine="\n".join(f"- {line}" for line in _machines(book)),
        prompts=HOW,
        limits=limits_table(book),
    )
    sections = [f"## {title}\n\n{make(book)}" for part, (title, make) in SECTIONS.items() if book.of(part=part)]
    return "\n".join([frame, *sections])


def write(book: Book, path: Path) -> None:
    """Put the page where it belongs."""
    path.write_text(page(book), encoding="utf-8")


def _machines(book: Book) -> Iterator[str]:
    """What each of them is, and what was measured there where they are several."""
    for number, facts in enumerate(book.machines):
        versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
        yield (
            f"{facts['processor']}, {facts['cores']} cores, {facts['memory_gb']} GB, {facts['system']}; load at the "
            f"start {facts['load_at_start']}. {versions}."
        )
        if len(book.machines) > 1:
            yield f"On this one, on {facts['date']}: {_measured_on(book, number)}."
        yield from _threads(facts)
        yield from facts.get("remarks", [])
    if len(book.machines) > 1:
        yield "Only figures of one machine are set against each other; where B was measured on another, a dash stands."
    if not book.of(model="base"):
        yield "The model base was not measured."


def _measured_on(book: Book, machine: int) -> str:
    found = dict.fromkeys((row.part, row.set, row.model) for row in book.of(machine=machine))
    parts = dict.fromkeys(part for part, _, _ in found)
    return "; ".join(f"*{part}* ({_sets([one for one in found if one[0] == part])})" for part in parts)


def _sets(found: Sequence[tuple[str, str, str]]) -> str:
    by_model = dict.fromkeys(model for _, _, model in found)
    return ", ".join(f"{model}: " + ", ".join(name for _, name, its in found if its == model) for model in by_model)


def _threads(facts: Figures) -> Iterator[str]:
    """What vivavoce found for itself, as it does while its board lies idle; 0 where it found nothing."""
    if count := facts.get("threads"):
        yield (
            "vivavoce had measured this machine before, as it does by itself: it reads a session with "
            f"{count} thread{'s' if count > 1 else ''}."
        )
