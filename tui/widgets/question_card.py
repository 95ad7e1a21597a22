"""The question that is up, large enough to be read at a glance, with its probes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from guides import Question
from store import Cue, Move
from tui.times import clock_time
from tui.walk import Walk
from tui.widgets.wrapping import wrapped


@dataclass(frozen=True)
class Card:
    """A question and where it stands: ``now``, asked before, skipped, or still to come."""

    question: Question
    now: bool
    skipped: bool
    asked_ms: int | None


def card_for(walk: Walk, cues: Sequence[Cue], chosen: str | None) -> Card | None:
    """The card of the chosen question, or of the one on show; None where the guide has none."""
    question = next((known for known in walk.questions if known.id == chosen), walk.current)
    if question is None:
        return None
    asked = [cue.at_ms for cue in cues if cue.question == question.id and cue.move is Move.ASK]
    now = question == walk.current and question.id in walk.asked
    return Card(question, now, question.id in walk.skipped, asked[-1] if asked else None)


class QuestionCard(VerticalScroll, can_focus=False):
    """Words first; below them core or optional, minutes, and the probes with their kinds."""

    DEFAULT_CSS = """
    QuestionCard {
        height: auto; max-height: 50%; padding: 1 2; scrollbar-size-vertical: 1;
        & > Static { height: auto; }
        & > #question-words { text-style: bold; }
        & > #question-facts { color: $text-muted; margin-top: 1; }
        & > #question-probes { margin-top: 1; }
    }
    """

    def compose(self) -> ComposeResult:
        """Three texts."""
        yield Static("", id="question-words")
        yield Static("", id="question-facts")
        yield Static("", id="question-probes")

    def __init__(self) -> None:
        super().__init__()
        self._card: Card | None = None

    def on_resize(self) -> None:
        """Another width, other lines."""
        if self._card is not None:
            self.show(self._card)

    def show(self, card: Card | None) -> None:
        """Show a question, or that the guide has none for this wave."""
        self._card = card
        words, facts, probes = self.query(Static)
        self.set_class(card is not None and card.now, "-now")
        if card is None:
            self.border_title = "no question"
            words.update(Content("The guide has no question for this wave."))
            facts.update("")
            probes.update("")
            return
        self.border_title = _place(card)
        words.update(Content(card.question.text))
        facts.update(Content(_facts(card)))
        width = self.scrollable_content_region.width
        probes.update(Content("\n").join(_probe(probe.text, probe.kind, width) for probe in card.question.probes))
        self.scroll_home(animate=False)


def _place(card: Card) -> str:
    if card.now:
        return "▶ now"
    if card.asked_ms is not None:
        return "✓ asked before"
    return "↷ skipped · space asks it" if card.skipped else "next · space asks it"


def _facts(card: Card) -> str:
    kind = "core" if card.question.core else "optional"
    asked = "" if card.asked_ms is None else f" · asked {clock_time(card.asked_ms)}"
    return f"{kind} · about {card.question.minutes} min{asked}"


def _probe(text: str, kind: str, width: int) -> Content:
    """Its lines under each other; its kind only where it needs no line of its own."""
    lines = wrapped(text, width - 2)
    fits = len(lines[-1]) + 4 + len(kind) <= width
    return Content.assemble(("▸ ", "$primary"), "\n  ".join(lines), (f"  {kind}" if fits else "", "$secondary"))
