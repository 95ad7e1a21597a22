"""One line to type in while the interview goes on; while it is open no letter is a command."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static


class Purpose(StrEnum):
    """What the line is open for."""

    NOTE = "note"
    FOLLOW_UP = "follow-up"
    FIND = "find"


class NoteLine(Horizontal):
    """Enter keeps what was typed, escape drops it; both close the line."""

    DEFAULT_CSS = """
    NoteLine {
        display: none; height: 1; background: $surface;
        &.-open { display: block; }
        & > #note-purpose { width: auto; padding: 0 1; text-style: bold; color: $background; background: $accent; }
        & > Input, & > Input:focus { width: 1fr; height: 1; padding: 0 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "drop", "Drop", id="note.drop", tooltip="Close the line and keep nothing"),
    ]

    class Closed(Message):
        """The line was closed; ``text`` is None when it was dropped."""

        def __init__(self, purpose: Purpose, text: str | None) -> None:
            super().__init__()
            self.purpose, self.text = purpose, text

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the name every Textual widget gives it
        super().__init__(id=id)
        self._purpose = Purpose.NOTE

    def compose(self) -> ComposeResult:
        """What it is for, and where to type."""
        yield Static("", id="note-purpose")
        line = Input(id="note-words")
        line.styles.border = ("none", "transparent")  # here, for the app's look frames every input and wins
        yield line

    @property
    def is_open(self) -> bool:
        """Whether somebody types."""
        return self.has_class("-open")

    @property
    def typed(self) -> str:
        """What stands in the line."""
        return self.query_one(Input).value.strip()

    @property
    def purpose(self) -> Purpose:
        """What it is open for."""
        return self._purpose

    def open(self, purpose: Purpose) -> None:
        """Take the keyboard."""
        hint = "enter finds · escape closes" if purpose is Purpose.FIND else "enter keeps it · escape drops it"
        self.query_one(Input).placeholder = hint
        self._purpose = purpose
        self.query_one("#note-purpose", Static).update(Content(purpose.value))
        self.add_class("-open")
        line = self.query_one(Input)
        line.value = ""
        line.focus()

    def close(self) -> None:
        """Give the keyboard back."""
        self.remove_class("-open")
        self.query_one(Input).value = ""

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep it."""
        event.stop()
        self.post_message(self.Closed(self._purpose, self.typed))

    def action_drop(self) -> None:
        """Keep nothing."""
        self.post_message(self.Closed(self._purpose, None))
