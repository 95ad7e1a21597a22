"""Help for the screen you are on, made from the very bindings that work there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.palette import Command

_EVERYWHERE = "Ctrl+P finds everything by name. The mouse works too."


class HelpScreen(ModalScreen[None]):
    """What this screen is for, and each of its keys with what it does."""

    DEFAULT_CSS = """
    HelpScreen {
        align: center middle;
        #help-box { width: 76; max-width: 96%; height: auto; max-height: 92%; padding: 1 2; }
        Static { height: auto; }
        .help-keys { margin-top: 1; }
        #help-about { margin-bottom: 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1,q,enter", "dismiss", "Close", id="help.close", tooltip="Back to the screen"),
    ]

    def __init__(self, about: str, commands: Sequence[Command]) -> None:
        super().__init__()
        self._about, self._commands = about, commands

    def compose(self) -> ComposeResult:
        """The sentences, then the keys."""
        with VerticalScroll(id="help-box") as box:
            box.border_title = "Help"
            box.border_subtitle = "Escape closes"
            if self._about:
                yield Static(Content(self._about), id="help-about")
            yield Static(_keys(self._commands), classes="help-keys")
            yield Static(Content(_EVERYWHERE), classes="help-keys muted")


def _keys(commands: Sequence[Command]) -> Content:
    width = max((len(command.keys) for command in commands), default=0)
    lines = [
        Content.assemble(
            (command.keys.rjust(width), "bold $footer-key-foreground"),
            "  ",
            command.about,
            ("" if command.enabled else "  (not now)", "$secondary"),
        )
        for command in commands
    ]
    return Content("\n").join(lines)
