"""One line of a form: a label, a place to type, and one sentence below when something is wrong or worth saying."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalGroup
from textual.content import Content
from textual.widgets import Input, Static


class Field(VerticalGroup):
    """Label, input and sentence. The widget's ``id`` names the field; ``value`` is what was typed.

    A value that stands there beforehand is selected when the field is reached: typing replaces it, enter keeps it.
    """

    DEFAULT_CSS = """
    Field {
        height: auto;
        .field-line { height: 1; }
        .field-label { width: 20; height: 1; padding-right: 1; color: $text-muted; }
        Input { width: 1fr; height: 1; padding: 0 1; }
        .field-said { padding-left: 20; height: auto; min-height: 1; }
        &:focus-within .field-label { color: $primary; text-style: bold; }
    }
    """

    def __init__(self, id: str, label: str, *, hint: str = "", secret: bool = False, value: str = "") -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._label = Static(Content(label), classes="field-label")
        self._input = Input(value, placeholder=hint, password=secret, compact=True, select_on_focus=bool(value))
        self._said = Static("", classes="field-said", markup=False)

    def compose(self) -> ComposeResult:
        """Two lines."""
        with Horizontal(classes="field-line"):
            yield self._label
            yield self._input
        yield self._said

    @property
    def value(self) -> str:
        """What was typed."""
        return self._input.value

    @value.setter
    def value(self, text: str) -> None:
        self._input.value = text

    def say(self, sentence: str, look: str = "bad") -> None:
        """One sentence below; ``look`` is bad, doubtful, good or muted. An empty one takes it away."""
        self._said.update(Content(sentence))
        self._said.set_classes(f"field-said {look}")
        self._input.set_class(bool(sentence) and look == "bad", "-invalid")

    def relabel(self, label: str, *, secret: bool) -> None:
        """Ask for something else in the same place."""
        self._label.update(Content(label))
        self._input.password, self._input.value = secret, ""

    def take_focus(self) -> None:
        """Let it be typed here."""
        self.screen.set_focus(self._input)
