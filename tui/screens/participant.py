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

from store.participants import number_fault
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
