"""The questions of the wave, what became of each, and how long it took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from guides import Guide, Question
from store import Cue, Move
from tui.walk import Walk
from tui.widgets.wrapping import shortened


@dataclass(frozen=True)
class Course:
    """How an interview has gone so far; ``spent_ms`` by question."""

    guide: Guide
    walk: Walk
    spent_ms: dict[str, int]

    def now(self) -> str | None:
        """The question that is being talked about: on show, and asked."""
        current = self.walk.current
        return current.id if current is not None and current.id in self.walk.asked else None

    def planned_minutes(self) -> int:
        """What this interview takes by its guide: the core questions and whatever else was asked."""
        return sum(question.minutes for question in self.walk.questions if question.core or self.asked(question.id))

    def asked(self, question: str) -> bool:
        """Whether it was asked."""
        return question in self.walk.asked


def spent_on(cues: Sequence[Cue], until_ms: int) -> dict[str, int]:
    """Milliseconds given to each question: from asking it, or going back to it, to the next such move."""
    turns = [(cue.question, cue.at_ms) for cue in cues if cue.question and cue.move in (Move.ASK, Move.BACK)]
    ends = [*(at_ms for _, at_ms in turns), until_ms][1:]
    spent: dict[str, int] = {}
    for (question, start_ms), end_ms in zip(turns, ends, strict=True):
        spent[question] = spent.get(question, 0) + max(0, end_ms - start_ms)
    return spent


class GuideList(OptionList):
    """✓ asked · ▶ now · ↷ skipped; a domain with several questions has a heading."""

    DEFAULT_CSS = """
    GuideList {
        height: 1fr; padding: 0; overflow-y: scroll; scrollbar-size-vertical: 1; text-wrap: nowrap;
        &:focus { background-tint: transparent 0%; }
        & > .option-list--option, & > .option-list--option-highlighted { padding: 0; }
        & > .option-list--option-disabled { color: $secondary; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the name every Textual widget gives it
        super().__init__(id=id, markup=False)
        self._course: Course | None = None
        self._drawn: dict[str, Content] = {}

    @property
    def chosen(self) -> str | None:
        """The question that is selected."""
        option = self.highlighted_option
        return None if option is None else option.id

    def choose(self, question: str | None) -> None:
        """Select this question."""
        if question is not None and question in self._drawn:
            self.highlighted = self.get_option_index(question)

    def show(self, course: Course) -> None:
        """Draw the course of the interview as it is now."""
        first, self._course = self._course is None, course
        rows = self._rows(course)
        if first:
            self.clear_options()
            self.add_options([Option(row, id=key, disabled=key is None) for key, row in rows])
            self._drawn = {key: row for key, row in rows if key is not None}
            return
        for key, row in rows:
            if key is not None and self._drawn[key] != row:
                self.replace_option_prompt(key, row)
                self._drawn[key] = row

    def on_resize(self) -> None:
        """Another width, other rows."""
        if self._course is None:
            return
        chosen, course, self._course = self.chosen, self._course, None
        self.show(course)
        self.choose(chosen)

    def _rows(self, course: Course) -> list[tuple[str | None, Content]]:
        rows: list[tuple[str | None, Content]] = []
        width = max(12, self.scrollable_content_region.width or self.size.width)
        for domain in course.guide.domains:
            asked_here = [question for question in course.walk.questions if question in domain.questions]
            if len(asked_here) > 1:
                rows.append((None, Content(shortened(domain.title, width))))
            for question in asked_here:
                title = domain.title if len(asked_here) == 1 else question.text
                rows.append((question.id, self._row(course, question, title, width)))
        return rows

    @staticmethod
    def _row(course: Course, question: Question, title: str, width: int) -> Content:
        sign, look = _sign(course, question)
        right = _right(course, question)
        room = max(1, width - len(sign) - 1 - len(right) - 1)
        return Content.assemble((f"{sign} ", look), (shortened(title, room).ljust(room), look), f" {right}")


def _sign(course: Course, question: Question) -> tuple[str, str]:
    if question.id == course.now():
        return "▶", "bold"
    if course.asked(question.id):
        return "✓", "dim"
    if question.id in course.walk.skipped:
        return "↷", "dim"
    return "·", ""


def _right(course: Course, question: Question) -> str:
    """Core or optional, and minutes: planned before it was asked, spent of planned after."""
    kind = "core" if question.core else "opt"
    if course.asked(question.id):
        spent = course.spent_ms.get(question.id, 0) // 60_000
        return f"{kind} {spent}/{question.minutes}"
    return f"{kind} {question.minutes}"
