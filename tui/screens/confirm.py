"""One question that is answered with one key; what is safe is what Enter takes."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static


class Confirm(ModalScreen[bool]):
    """Asks once. True for yes; escape, ``n`` and Enter on the answer that has the focus at first are no."""

    DEFAULT_CSS = """
    Confirm {
        align: center middle;
        #confirm-box { width: 60; max-width: 95%; height: auto; max-height: 95%; padding: 1 2; overflow-y: auto; }
        #confirm-question { text-style: bold; height: auto; }
        #confirm-more { height: auto; margin-top: 1; }
        #confirm-answers { height: auto; margin-top: 1; align-horizontal: right; }
        Button { margin-left: 2; min-width: 12; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", id="confirm.yes", tooltip="Do it"),
        Binding("n,escape", "answer(False)", "No", id="confirm.no", tooltip="Leave everything as it is"),
        Binding("left,right,up,down", "app.focus_next", "Other answer", id="confirm.other", show=False),
    ]

    def __init__(self, question: str, more: str = "", *, yes: str = "Yes", no: str = "No") -> None:
        super().__init__()
        self._question, self._more, self._yes, self._no = question, more, yes, no

    def compose(self) -> ComposeResult:
        """The question, what follows from a yes, and the two answers."""
        with VerticalGroup(id="confirm-box"):
            yield Static(Content(self._question), id="confirm-question")
            if self._more:
                yield Static(Content(self._more), id="confirm-more")
            with Horizontal(id="confirm-answers"):
                yield Button(Content(f"n  {self._no}"), id="confirm-no")
                yield Button(Content(f"y  {self._yes}"), id="confirm-yes", variant="warning")

    def on_mount(self) -> None:
        """Enter on what is safe."""
        self.query_one("#confirm-no", Button).focus()

    def action_answer(self, yes: bool) -> None:
        """Leave with this answer."""
        self.dismiss(yes)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The mouse, or Enter."""
        self.dismiss(event.button.id == "confirm-yes")
