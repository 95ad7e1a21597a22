"""A section of the report for each part: its tables, out of the book."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tests.bench import ways
from tests.bench.parts import hour, inventions, keys, session, voices, words
from tests.bench.report.pooling import POOLS, grouped, less, models, over, placed, pooled, rate, times, times_bare
from tests.bench.report.tables import NONE, number, percent, table
from tests.bench.results import Book, Figures, Row
from tests.bench.scores.speakers import Confusion
from tests.bench.scores.words import Difference

COSTS = ["real time", "/ B", "/ Bt", "CPU s/s", "/ B", "/ Bt", "peak MB"]
WORDS = ["WER", "sub", "del", "ins", "less Bt, points (95 %)", "fillers heard", "written", "repeats heard"]


def words_section(book: Book) -> str:
    """Time and memory, words, and word times on every set and model."""
    costs, wrong, told = [], [], []
    for model, name, way, figures, beside in _on_sets(book):
        head = [model, name, way]
        if "wall_s" in figures:
            costs.append([*head, *_cost(figures, beside)])
        wrong.append([*head, *_words(figures, beside)])
        if "matched" in figures:
            told.append([*head, *_word_times(figures)])
    head = ["model", "sound", "way"]
    times_head = [*head, "within 0.3 s of the reference", "backward", "past the end"]
    return "\n".join([table([*head, *COSTS], costs), table([*head, *WORDS], wrong), table(times_head, told)])


def session_section(book: Book) -> str:
    """Sessions in real time, and B and Bt on the same sound."""
    head = ["sound", "model", "way", "run", "CPU s/s", "/ B", "peak MB", "MB/min", "lost", "WER", "transcript"]
    rows = [_session(row) for row in grouped(book.of(part=session.PART))]
    lags_head = ["sound", "model", "way", "run", "word shown", "confirmed", "final", "ready after Stop"]
    lags = [_lags(row) for row in grouped(book.of(part=session.PART)) if "ready_s" in row.figures]
    return "\n".join([table(head, rows), "Seconds, p50 / p95; *final* also its mean.\n", table(lags_head, lags)])


def inventions_section(book: Book) -> str:
    """Words where nobody speaks."""
    rows = [row for row in book.of(part=inventions.PART) if row.set == "noises"]
    noises = list(rows[0].figures["written"]) if rows else []
    found = [[row.model, row.way, *(str(row.figures["written"][name]) for name in noises)] for row in rows]
    silent = [
        [row.model, row.way, str(row.figures["insertions"])]
        for row in book.of(part=inventions.PART, set=inventions.SILENT_MEETING)
    ]
    meeting = table(["model", "way", "insertions, nearly silent meeting"], silent)
    return "\n".join([table(["model", "way", *noises], found), meeting])


def voices_section(book: Book) -> str:
    """Who spoke."""
    rows = []
    for row in book.of(part=voices.PART):
        cost = over(row.figures.get("labels_cpu_s"), row.figures.get("sound_s"))
        rows.append([row.set, row.way, row.model, str(row.figures["people"]), *_confusion(row), number(cost, 3)])
    return table(["sound", "way", "model", "people", "confused", "labelled", "CPU s/s"], rows)


def keys_section(book: Book) -> str:
    """From a key to what it paints."""
    rows = [
        [
            row.set,
            row.model,
            row.way,
            str(row.figures["paint"]["count"]),
            *(number(1000 * row.figures["paint"][name], 0) for name in ("mean", "p50", "p95")),
        ]
        for row in book.of(part=keys.PART)
    ]
    return table(["sound", "model", "way", "keys", "mean ms", "p50 ms", "p95 ms"], rows)


def hour_section(book: Book) -> str:
    """Long sound in noise."""
    rows = []
    for row in book.of(part=hour.PART):
        figures, beside = placed(row) or {}, _beside(book, row)
        head = [row.model, row.set, f"{figures['sound_s'] / 60:.0f} min", row.way]
        rows.append([*head, *_cost(figures, beside), *_words(figures, beside)])
    return table(["model", "noise", "length", "way", *COSTS, *WORDS], rows)


SECTIONS: dict[str, tuple[str, Callable[[Book], str]]] = {
    words.PART: ("Every way on every set", words_section),
    session.PART: ("A session in real time", session_section),
    inventions.PART: ("Where nobody speaks", inventions_section),
    voices.PART: ("Who spoke", voices_section),
    keys.PART: ("From a key to the screen, in an interview", keys_section),
    hour.PART: ("Long sound in noise", hour_section),
}

_Beside = tuple[Figures, Figures]
"""The figures of B and Bt."""


def _on_sets(book: Book) -> Iterator[tuple[str, str, str, Figures, _Beside]]:
    """Model, sound, way and figures of part *words*, and at the end of a model its pools."""
    for model in models(book):
        rows = grouped(book.of(part=words.PART, model=model))
        for row in rows:
            yield model, row.set, row.way, placed(row) or {}, _beside(book, row)
        for pool, sets in POOLS.items() if rows else ():
            theirs = pooled(book, sets, model, ways.B) or {}, pooled(book, sets, model, ways.BT) or {}
            for way in dict.fromkeys(row.way for row in rows) if len(sets) > 1 else ():
                if figures := pooled(book, sets, model, way):
                    yield model, pool, way, figures, theirs


def _beside(book: Book, row: Row) -> _Beside:
    bare, batched = (
        placed(book.one(part=row.part, set=row.set, model=row.model, way=way)) or {} for way in (ways.B, ways.BT)
    )
    return bare, batched


def _cost(figures: Figures, beside: _Beside) -> list[str]:
    cells = []
    for name in ("wall_s", "cpu_s"):
        cells.append(number(over(figures[name], figures["sound_s"]), 3))
        cells += [number(times(figures, its, name)) for its in beside]
    return [*cells, number(figures["peak_mb"], 0)]


def _words(figures: Figures, beside: _Beside) -> list[str]:
    counts = [str(figures[name]) for name in ("substitutions", "deletions", "insertions")]
    return [
        percent(rate(figures)),
        *counts,
        _difference(less(figures, beside[1] or None)),
        _of(figures["fillers_heard"], figures["fillers"]),
        str(figures["fillers_written"]),
        _of(figures["repeats_heard"], figures["repeats"]),
    ]


def _word_times(figures: Figures) -> list[str]:
    near = percent(figures["near"], figures["matched"])
    matched = f"{near} of {figures['matched']}" if figures["matched"] else NONE
    return [matched, str(figures["backward"]), str(figures["past_end"])]


def _session(row: Row) -> list[str]:
    figures = row.figures
    cells = [number(figures["cpu_s"] / figures["sound_s"], 3), number(times_bare(row))]
    cells += [number(figures["peak_mb"], 0), number(figures.get("slope_mb_per_min"))]
    lost = str(figures.get("dropped_frames", NONE))
    return [*_name(row), *cells, lost, percent(rate(figures)), figures.get("transcript", NONE)]


def _lags(row: Row) -> list[str]:
    figures = row.figures
    shown, confirmed, final = (figures.get(name) for name in ("caption", "confirmed", "final"))
    mean = f", mean {final['mean']:.2f}" if final else ""
    return [*_name(row), _spread(shown), _spread(confirmed), _spread(final) + mean, number(figures["ready_s"])]


def _name(row: Row) -> list[str]:
    return [row.set, row.model, row.way, str(row.run)]


def _spread(lags: Figures | None) -> str:
    return f"{lags['p50']:.2f} / {lags['p95']:.2f}" if lags and lags["count"] else NONE


def _confusion(row: Row) -> Sequence[str]:
    found = Confusion(*(row.figures[name] for name in ("frames", "labelled", "confused")))
    return (percent(found.rate) if found.labelled else "not labelled", percent(found.labelled, found.frames, 0))


def _difference(found: Difference | None) -> str:
    return NONE if found is None else f"{found.points:+.1f} ({found.low:+.1f} to {found.high:+.1f})"


def _of(some: int, all_of_them: int) -> str:
    return f"{some} of {all_of_them}" if all_of_them else NONE
