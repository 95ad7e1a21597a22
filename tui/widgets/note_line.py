"""One line to type in while the interview goes on; while it is open no letter is a command."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static


class Purpose(StrEnum):
    """What the line is open for."""

    NOTE = "note"
    FOLLOW_UP = "follow-up"
    FIND = "find"


class _Words(Input):
    """Enter is obeyed before the next key is looked at: a hasty key is no part of the note."""

    def __init__(self, give: Callable[[str], None]) -> None:
        super().__init__(id="note-words", select_on_focus=False)  # what a quick hand typed already is not replaced
        self._give = give

    def on_paste(self, event: events.Paste) -> None:
        """All that was pasted, in one line."""
        event.prevent_default()
        event.stop()
        self.insert_text_at_cursor(" ".join(event.text.split()))

    async def action_submit(self) -> None:
        """Hand over what was typed."""
        self._give(self.value.strip())


class NoteLine(Horizontal):
    """Enter keeps what was typed, escape drops it; both close the line.

    ``done`` is called with what was typed, or with None when it was dropped, before the next key is looked at.
    """

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

    def __init__(self, done: Callable[[Purpose, str | None], None]) -> None:
        super().__init__()
        self._done = done
        self._purpose = Purpose.NOTE
        self._before: Widget | None = None

    def compose(self) -> ComposeResult:
        """What it is for, and where to type."""
        yield Static("", id="note-purpose")
        line = _Words(self._finish)
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
        if self.screen.focused is not line:
            self._before = self.screen.focused
        self.screen.set_focus(line)  # at once: the next key may be there already, and is no command

    def action_drop(self) -> None:
        """Keep nothing."""
        self._finish(None)

    def _finish(self, text: str | None) -> None:
        self._done(self._purpose, text)
        self.remove_class("-open")
        self.query_one(Input).value = ""
        self.screen.set_focus(self._before)
