"""The four decisions of a consent form: one line each, none decided beforehand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from store import Decision, Kind

TITLES = {
    Kind.TAKING_PART: "Taking part",
    Kind.AUDIO: "Audio recording",
    Kind.QUOTING: "Quoting",
    Kind.CONTACT: "Contact again",
}
_CHOICES = (Decision.GRANTED, Decision.DECLINED)
_LOOKS = {Decision.GRANTED: "$success", Decision.DECLINED: "$error"}
# columns where the two answers stand, for the mouse
_GRANTED_FROM, _DECLINED_FROM = 19, 31


class DecisionLine(Static, can_focus=True):
    """One decision: its number, its title, the two answers."""

    DEFAULT_CSS = """
    DecisionLine { height: 1; padding: 0; text-wrap: nowrap; }
    DecisionLine:focus { background: $block-cursor-blurred-background; text-style: bold; }
    """
    decision: reactive[Decision | None] = reactive(None)

    @dataclass
    class Reached(Message):
        """The focus came here."""

        kind: Kind

    @dataclass
    class Decided(Message):
        """Somebody answered with the mouse."""

        kind: Kind
        decision: Decision

    def __init__(self, kind: Kind, number: int) -> None:
        super().__init__(id=f"decide-{kind.value}")
        self.kind, self.number = kind, number

    def render(self) -> Content:
        """The line as it stands."""
        parts: list[Content | str | tuple[str, str]] = [f" {self.number} ", TITLES[self.kind].ljust(16)]
        for choice in _CHOICES:
            chosen = self.decision is choice
            word = f"{'●' if chosen else '○'} {choice}".ljust(12)
            parts.append((word, f"bold {_LOOKS[choice]}") if chosen else (word, "$secondary"))
        return Content.assemble(*parts)

    def on_focus(self) -> None:
        """Let its wording be shown."""
        self.post_message(self.Reached(self.kind))

    def on_click(self, event: Click) -> None:
        """An answer under the mouse is taken."""
        if event.x >= _DECLINED_FROM:
            self.post_message(self.Decided(self.kind, Decision.DECLINED))
        elif event.x >= _GRANTED_FROM:
            self.post_message(self.Decided(self.kind, Decision.GRANTED))


class Decisions(VerticalGroup):
    """The four lines. ``Changed`` says that one was answered, ``DecisionLine.Reached`` which one has the focus.

    Letters decide only on the line that has the focus. ``done`` is called at once when nothing is left to be decided,
    so that the next key can't fall on a line that is decided already.
    """

    DEFAULT_CSS = "Decisions { height: auto; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g", "decide('granted')", "Granted", id="consent.granted", tooltip="They agree to this"),
        Binding("d", "decide('declined')", "Declined", id="consent.declined", tooltip="They decline this"),
        Binding("up", "move(-1)", "Up", id="consent.up", show=False, tooltip="The decision above"),
        Binding("down", "move(1)", "Down", id="consent.down", show=False, tooltip="The decision below"),
    ]

    class Changed(Message):
        """A decision was made or changed."""

    def __init__(self, done: Callable[[], None]) -> None:
        super().__init__()
        self._done = done

    def compose(self) -> ComposeResult:
        """Four lines."""
        for number, kind in enumerate(TITLES, start=1):
            yield DecisionLine(kind, number)

    @property
    def made(self) -> dict[Kind, Decision]:
        """What is decided so far, in the order of the form."""
        return {line.kind: line.decision for line in self.query(DecisionLine) if line.decision is not None}

    def go_to(self, number: int) -> None:
        """Put the focus on this decision, 1 to 4."""
        self._stand_at(list(self.query(DecisionLine))[number - 1])

    def on_decision_line_decided(self, event: DecisionLine.Decided) -> None:
        """By mouse."""
        event.stop()
        self._set(self.query_one(f"#decide-{event.kind.value}", DecisionLine), event.decision)
        self._go_on()

    def action_decide(self, decision: str) -> None:
        """Answer the one that has the focus, and go on to the next that is open."""
        here = self.screen.focused
        if not isinstance(here, DecisionLine):
            return
        self._set(here, Decision(decision))
        after = [line for line in list(self.query(DecisionLine))[here.number :] if line.decision is None]
        if after:
            self._stand_at(after[0])
        self._go_on()

    def forget(self) -> None:
        """Nothing is decided any more."""
        for line in self.query(DecisionLine):
            line.decision = None
        self.post_message(self.Changed())

    def action_move(self, by: int) -> None:
        """Up or down; past the first and the last, on to what stands above and below."""
        here = self.screen.focused
        lines = list(self.query(DecisionLine))
        place = lines.index(here) + by if isinstance(here, DecisionLine) else 0
        if place >= len(lines):
            self.screen.focus_next()
        elif place >= 0:
            self._stand_at(lines[place])
        else:
            self.screen.focus_previous()

    def _stand_at(self, line: DecisionLine) -> None:
        """The focus moves at once: the next key may be there already, and must not fall on the line before."""
        self.screen.set_focus(line)

    def _go_on(self) -> None:
        made = self.made
        if len(made) == len(TITLES) or made.get(Kind.TAKING_PART) is Decision.DECLINED:
            self._done()

    def _set(self, line: DecisionLine, decision: Decision) -> None:
        line.decision = decision
        self.post_message(self.Changed())
