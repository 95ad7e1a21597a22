"""What was set as a goal, what was found, and whether that is good enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

import numpy as np

from tests.bench import ways
from tests.bench.parts import hour, inventions, keys, session, voices, words
from tests.bench.report.pooling import CLEAN, MEETINGS, beside, less_bt, middle, models, over, pooled, times, times_bare
from tests.bench.report.tables import number, table
from tests.bench.results import NO_MODEL, Book, Figures, Row
from tests.bench.scores.speakers import Confusion

_READY_S = {"tiny.en": 1.5}
_READY_BIGGER_S = 3.0
_SAME = (session.REAL_TIME, session.AT_ONCE, session.STOOD_STILL)
_OURS = (ways.FILES, words.AT_STOP)


@dataclass(frozen=True)
class Limit:
    """A goal: ``found`` may be at most ``limit``, or at least where ``least`` says so; None: not measured."""

    what: str
    model: str
    found: float | None
    limit: float
    unit: str = ""
    least: bool = False

    @property
    def verdict(self) -> str:
        """Ok, not yet, or not measured."""
        if self.found is None:
            return "not measured"
        good = self.found >= self.limit if self.least else self.found <= self.limit
        return "ok" if good else "not yet"


def limits(book: Book) -> list[Limit]:
    """All goals, model after model."""
    return [*(one for model in models(book) for one in _of_model(book, model)), *_voices_alone(book)]


def limits_table(book: Book) -> str:
    """The same to be read."""
    rows = [[one.what, one.model, number(one.found, unit=one.unit), _bound(one), one.verdict] for one in limits(book)]
    return table(["what", "model", "found", "limit", "verdict"], rows)


def _bound(limit: Limit) -> str:
    return f"{'≥' if limit.least else '≤'} {limit.limit:g}{limit.unit}"


def _of_model(book: Book, model: str) -> Iterator[Limit]:
    if model == session.LIVE:
        yield from _session(book, model)
    yield from _ready(book, model)
    yield from _words(book, model)
    yield from _files(book, model)
    yield from _inventions(book, model)
    yield from _times(book, model)
    yield from _voices(book, model)
    yield from _same(book, model)


def _session(book: Book, model: str) -> Iterator[Limit]:
    """Medians over the runs of twelve minutes."""
    runs = book.of(part=session.PART, set=session.TWELVE, model=model, way=session.REAL_TIME)
    every = book.of(part=session.PART, model=model, way=session.REAL_TIME)
    lost = sum(row.figures["dropped_frames"] for row in every) if every else None
    yield Limit("frames lost in all sessions", model, lost, 0)
    for what, path, limit in (
        ("word on the screen, p50", ("caption", "p50"), 1.2),
        ("word on the screen, p95", ("caption", "p95"), 2.0),
        ("word confirmed, p50", ("confirmed", "p50"), 2.2),
        ("utterance final, mean", ("final", "mean"), 1.0),
        ("utterance final, p95", ("final", "p95"), 1.5),
    ):
        yield Limit(what, model, middle(runs, *path), limit, " s")
    bare = book.of(part=session.PART, set=session.TWELVE, model=model, way=ways.B)
    silent = book.of(part=session.PART, set=session.TWELVE, model=model, way=session.NO_CAPTIONS)
    for what, rows, limit in (("with captions", runs, 4.0), ("without captions", silent, 1.8)):
        found = [ratio for row in rows if (ratio := times_bare(row)) is not None]
        yield Limit(f"CPU of a session {what}, / B", model, median(found) if found else None, limit)
    for what, way in (("key", keys.HIDING), ("letter", keys.TYPING)):
        paint = middle(book.of(part=keys.PART, model=model, way=way), "paint", "p95")
        yield Limit(f"{what} to paint, p95", model, None if paint is None else 1000 * paint, 60, " ms")
    hours = book.of(part=session.PART, set=session.HOUR, model=model, way=session.REAL_TIME)
    for rows, of in ((runs, ""), (hours, ", an hour")):
        more = [
            row.figures["peak_mb"] - loaded
            for row in rows
            if (loaded := middle(beside(bare, [row]), "loaded_mb")) is not None
        ]
        above = median(more) if more else None
        yield Limit(f"memory of a session above a process with the model loaded{of}", model, above, 250, " MB")
        yield Limit(f"memory slope, last three quarters{of}", model, middle(rows, "slope_mb_per_min"), 0.5, " MB/min")


def _ready(book: Book, model: str) -> Iterator[Limit]:
    runs = book.of(part=session.PART, model=model, way=session.REAL_TIME)
    took = [row.figures["ready_s"] for row in runs]
    p95 = float(np.percentile(took, 95)) if took else None
    limit = _READY_S.get(model, _READY_BIGGER_S)
    yield Limit("ready after Stop, p95 of all sessions", model, p95, limit, " s")
    five, long = ([row for row in runs if row.set == name] for name in (session.FIVE, session.HOUR))
    grown = over(middle(long, "ready_s"), middle(beside(five, long), "ready_s"))
    yield Limit("ready after Stop, an hour ÷ five minutes", model, grown, 1.25)


def _words(book: Book, model: str) -> Iterator[Limit]:
    clean = pooled(book, CLEAN, model, ways.BT)
    yield Limit("words of clean speech that were scored", model, clean["words"] if clean else None, 2_000, least=True)
    for way, of_clean, of_meetings in ((words.AT_STOP, 0.3, 1.0), (words.FINALS, 1.0, 3.0)):
        for name, sets, limit in (("clean", CLEAN, of_clean), ("meetings", MEETINGS, of_meetings)):
            found = less_bt(book, sets, model, way)
            points = found.points if found else None
            yield Limit(f"WER of {way}, less Bt, {name}", model, points, limit, " points")


def _files(book: Book, model: str) -> Iterator[Limit]:
    all_sets = (*CLEAN, *MEETINGS)
    every = (ways.FILES, ways.FILES_LABELS, ways.BT_WORDS, ways.B)
    everything = {way: pooled(book, all_sets, model, way) or {} for way in every}
    for way, option, theirs, limit in (
        (ways.FILES, "", ways.BT_WORDS, 1.2),
        (ways.FILES, "", ways.B, 0.8),
        (ways.FILES_LABELS, " --speakers", ways.BT_WORDS, 1.6),
    ):
        for name, what in (("wall_s", "time"), ("cpu_s", "CPU")):
            found = times(everything[way], everything[theirs], name)
            yield Limit(f"{what} of `transcribe FILE{option}`, / {theirs}", model, found, limit)
    if model == session.LIVE:
        rows = book.of(part=hour.PART, model=model, way=ways.FILES)
        hours = [row.figures["peak_mb"] for row in rows if row.figures["sound_s"] > 3_000]
        yield Limit("memory of `transcribe` on an hour", model, max(hours, default=None), 800, " MB")


def _inventions(book: Book, model: str) -> Iterator[Limit]:
    for way in _OURS:
        row = book.one(part=inventions.PART, set="noises", model=model, way=way)
        written = sum(row.figures["written"].values()) if row else None
        yield Limit(f"words where nobody speaks, {way}", model, written, 0)
        ours, bare = (
            book.one(part=inventions.PART, set=inventions.SILENT_MEETING, model=model, way=one) for one in (way, ways.B)
        )
        limit = bare.figures["insertions"] / 3 if bare else 0
        yield Limit(f"insertions, nearly silent meeting, {way}", model, _figure(ours, "insertions"), round(limit, 1))
        looped = [row.figures["loops"] for row in book.of(model=model, way=way) if "loops" in row.figures]
        yield Limit(f"four words three times running, {way}", model, sum(looped) if looped else None, 0)


def _times(book: Book, model: str) -> Iterator[Limit]:
    for way in _OURS:
        meetings = pooled(book, MEETINGS, model, way) or {}
        near = over(meetings.get("near"), meetings.get("matched"))
        percent = None if near is None else 100 * near
        yield Limit(f"words within 0.3 s, {way}", model, percent, 90, " %", least=True)
        rows = book.of(part=words.PART, model=model, way=way)
        wrong = sum(row.figures.get("backward", 0) + row.figures.get("past_end", 0) for row in rows) if rows else None
        yield Limit(f"words backward or past the end, {way}", model, wrong, 0)


def _voices(book: Book, model: str) -> Iterator[Limit]:
    rows = book.of(part=voices.PART, model=model, way=voices.WAY)
    two = [row for row in rows if row.figures["people"] == 2]
    for what, some, limit in (
        ("demo and dialogues", [row for row in two if not row.set.startswith("ami")], 1),
        ("meetings of two", [row for row in two if row.set.startswith("ami")], 10),
    ):
        found = sum((_confusion(row.figures) for row in some), Confusion()).rate
        yield Limit(f"speaker confusion, {what}", model, None if found is None else 100 * found, limit, " %")


def _voices_alone(book: Book) -> Iterator[Limit]:
    """What needs no model of words."""
    for way, limit in ((voices.ENROLLED, 0), (voices.TWO_CHANNELS, 0)):
        rows = [row for row in book.of(part=voices.PART, way=way) if not row.set.startswith("ami")]
        found = sum((_confusion(row.figures) for row in rows), Confusion()).rate
        yield Limit(f"wrong names, {way}", NO_MODEL, None if found is None else 100 * found, limit, " %")
    rows = book.of(part=voices.PART, way=voices.BY_VOICE)
    spent, sound = (sum(row.figures[name] for row in rows) for name in ("labels_cpu_s", "sound_s"))
    yield Limit("CPU s of labels a second of sound", NO_MODEL, over(spent or None, sound), 0.03)


def _same(book: Book, model: str) -> Iterator[Limit]:
    """Over all runs of one sound, at speed 1 and 0, and with a scribe that stood still meanwhile."""
    rows = [row for row in book.of(part=session.PART, set=session.TWELVE, model=model) if row.way in _SAME]
    found = [[row.figures["transcript"] for row in rows if row.machine == at] for at in range(len(book.machines))]
    most = max((len(set(its)) for its in found if len(its) > 1), default=None)
    yield Limit("different transcripts of the same recording", model, most, 1)


def _figure(row: Row | None, name: str) -> float | None:
    return None if row is None else row.figures[name]


def _confusion(figures: Figures) -> Confusion:
    return Confusion(*(figures[name] for name in ("frames", "labelled", "confused")))
