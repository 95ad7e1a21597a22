"""Adds one participant, by number."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.widgets.field import Field


class NewParticipant(ModalScreen[str | None]):
    """One field; gives the number, or None when it was left with Escape."""

    DEFAULT_CSS = """
    NewParticipant {
        align: center middle;
        #new-box { width: 60; max-width: 98%; height: auto; padding: 1 2; background: $surface; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Leave it", id="new.leave", tooltip="Add nobody"),
    ]

    def compose(self) -> ComposeResult:
        """The field."""
        with VerticalGroup(id="new-box", classes="pane") as box:
            box.border_title = "A new participant"
            yield Field("number", "Number", hint="50011")
            yield Static(Content("Enter adds it, Escape leaves it. Never a name."), classes="muted")

    def on_mount(self) -> None:
        """Ready to type."""
        self.query_one(Field).take_focus()

    @on(Input.Submitted)
    def _done(self, event: Input.Submitted) -> None:
        number = event.value.strip()
        if not number:
            self.query_one(Field).say("Type a number first.")
        elif fault := number_fault(number):
            self.query_one(Field).say(fault)
        else:
            self.dismiss(number)


def number_fault(number: str) -> str:
    """What keeps this from being a participant's number, in one sentence; empty where nothing does.

    As the study takes them, 1 to 32 letters, digits and hyphens, the first no hyphen; and, so that nobody's name slips
    in, with a digit.
    """
    plain = number.replace("-", "")
    if not (number.isascii() and plain.isalnum() and number[0] != "-" and len(number) <= 32):
        return f"“{number}” is no number: take letters, digits and hyphens, no blanks."
    if not any(letter.isdigit() for letter in number):
        return f"“{number}” has no digit and may be a name: take a number, such as 50011."
    return ""
