"""Names and what is known under each, in two columns; long texts wrap inside their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Grid
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.lasttime import DASH


@dataclass(frozen=True)
class Fact:
    """One row; ``look`` and ``name_look`` are the look's own classes: good, doubtful, bad, muted, strong."""

    name: str
    text: str
    look: str = ""
    name_look: str = "muted"


class Facts(Grid):
    """Rows of facts; ``show`` draws others."""

    DEFAULT_CSS = """
    Facts {
        grid-size: 2; grid-columns: 11 1fr; grid-rows: auto; height: auto;
        Static { height: auto; }
        &.-slim { grid-columns: 2 1fr; }
        &.-broad { grid-columns: 20 1fr; }
    }
    """
    facts: reactive[tuple[Fact, ...]] = reactive((), recompose=True)

    def compose(self) -> ComposeResult:
        """Two cells a row."""
        for fact in self.facts:
            yield Static(Content(fact.name), classes=fact.name_look)
            yield Static(Content(fact.text), classes=fact.look)

    def show(self, facts: Sequence[Fact]) -> None:
        """Draw these."""
        self.facts = tuple(facts)


def listed(name: str, entries: Sequence[str]) -> list[Fact]:
    """The name beside the first of these, the others below it."""
    return [Fact(name if place == 0 else "", f"{DASH} {entry}") for place, entry in enumerate(entries)]
