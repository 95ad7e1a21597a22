"""What a memo holds before a word is written: room to write, then headings, filled from marks, jottings and the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from guides.model import Guide
from store import Line
from store.records import Cue, Jotting, Mark, Move, Utterance
from tui.times import clock_time
from tui.walk import Walk

OFF_RECORD = "(off the record)"


@dataclass(frozen=True)
class Matter:
    """What a session left to be reflected on."""

    guide: Guide
    walk: Walk
    cues: Sequence[Cue]
    marks: Sequence[Mark]
    jottings: Sequence[Jotting]
    utterances: Sequence[Line | Utterance]


def prefill(matter: Matter) -> str:
    """The memo as it opens: free space first, then the guide's headings with what is known under each."""
    lines: list[str] = ["", ""]
    for heading in matter.guide.memo_headings:
        lines += ["", f"## {heading.title}", *_FILLERS.get(heading.prefill, _nothing)(matter)]
    return "\n".join(lines) + "\n"


def quotation(utterance: Utterance, participant: str) -> str:
    """A passage as it is quoted: its words in quotation marks, then the participant's number and when it was said."""
    return f"> “{(utterance.text or '').strip()}” {participant}, {clock_time(utterance.start_ms)}"


def _nothing(_: Matter) -> list[str]:
    return []


def _marks(matter: Matter) -> list[str]:
    return [f"- {clock_time(mark.at_ms)} {_said_at(matter, mark)}".rstrip() for mark in matter.marks]


def _said_at(matter: Matter, mark: Mark) -> str:
    """The words a mark points at: the utterance it falls in, or the last one before it; none off the record."""
    if mark.off_record:
        return f"{mark.text or ''} {OFF_RECORD}".strip()
    before = [row for row in matter.utterances if row.start_ms <= mark.at_ms and row.text]
    quoted = f"“{before[-1].text}”" if before else ""
    return " ".join(part for part in (mark.text or "", quoted) if part)


def _jottings(matter: Matter) -> list[str]:
    """Under the question that each was made under; those from before the first one stand first."""
    lines: list[str] = []
    for question, notes in groupby(matter.jottings, key=lambda note: note.question):
        if question is not None:
            lines += ["", f"*{_question_text(matter.guide, question)}*"]
        lines += [_jotting(note) for note in notes]
    return lines


def _jotting(note: Jotting) -> str:
    """One item of a list; what was typed in several lines stays in it."""
    words = note.text.replace("\n", "\n  ") + (f" {OFF_RECORD}" if note.off_record else "")
    return f"- {clock_time(note.at_ms)} {words}"


def _guide_log(matter: Matter) -> list[str]:
    asked, core = matter.walk.fidelity()
    lines = [f"- core questions asked: {asked} of {core}"]
    for cue in matter.cues:
        words = cue.text or ("" if cue.question is None else _question_text(matter.guide, cue.question))
        name = {Move.ASK: "asked", Move.SKIP: "skipped", Move.BACK: "back to", Move.FOLLOW: "follow-up"}[cue.move]
        lines.append(f"- {clock_time(cue.at_ms)} {name}: {words}".rstrip(": "))
    return lines


def _not_asked(matter: Matter) -> list[str]:
    return [f"- core question not asked: {question.text}" for question in matter.walk.core_not_asked()]


def _question_text(guide: Guide, question: str) -> str:
    return next((known.text for known in guide.questions() if known.id == question), question)


_FILLERS: dict[str, Callable[[Matter], list[str]]] = {
    "marks": _marks,
    "jottings": _jottings,
    "guide_log": _guide_log,
    "not_asked": _not_asked,
}
