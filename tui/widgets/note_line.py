"""Room to type in while the interview goes on; while it is open no letter is a command."""

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
from textual.widgets import Static, TextArea

NEW_LINE = ("ctrl+j", "shift+enter", "ctrl+enter", "alt+enter")
"""Keys that begin a new line. Many terminals tell the last three from no other enter: ctrl+j works in all."""
KEEPS = "enter keeps it · ctrl+j new line · escape drops it"
FINDS = "enter finds · escape closes"


class Purpose(StrEnum):
    """What the line is open for."""

    NOTE = "note"
    FOLLOW_UP = "follow-up"
    FIND = "find"


class NoteWords(TextArea):
    """Several lines; enter gives what was typed, before the next key is looked at: a hasty key is no part of it."""

    DEFAULT_CSS = """
    NoteWords, NoteWords:focus { height: auto; max-height: 6; border: none; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "give", "Done", id="note.keep", tooltip="Keep what was typed, or find it"),
        Binding(",".join(NEW_LINE), "new_line", "Line", id="note.line", tooltip="Go on in a new line"),
    ]

    def __init__(self, give: Callable[[str], None], *, id: str = "note-words") -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id, tab_behavior="focus", show_line_numbers=False, highlight_cursor_line=False)
        self._give = give
        self.several = True

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where one line is meant there is no other."""
        return action != "new_line" or self.several

    def _on_key(self, event: events.Key) -> None:  # type: ignore[override]  # it may be either
        """Keys that have a binding are not typed."""
        if event.key in ("enter", *NEW_LINE):
            event.prevent_default()

    def action_give(self) -> None:
        """Hand over what was typed."""
        self._give(self.text.strip())

    def action_new_line(self) -> None:
        """Go on below."""
        self.insert("\n")


class NoteLine(Horizontal):
    """Enter keeps what was typed, escape drops it; both close the line.

    ``done`` is called with what was typed, or with None when it was dropped, before the next key is looked at; where it
    raises, the line stays open with what was typed.
    """

    DEFAULT_CSS = """
    NoteLine {
        display: none; height: auto; background: $surface;
        &.-open { display: block; }
        & > #note-purpose { width: auto; padding: 0 1; text-style: bold; color: $background; background: $accent; }
        & > NoteWords, & > NoteWords:focus { width: 1fr; background: $surface; }
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
        yield NoteWords(self._finish)

    @property
    def is_open(self) -> bool:
        """Whether somebody types."""
        return self.has_class("-open")

    @property
    def typed(self) -> str:
        """What stands in the line."""
        return self.query_one(NoteWords).text.strip()

    @property
    def purpose(self) -> Purpose:
        """What it is open for."""
        return self._purpose

    def open(self, purpose: Purpose) -> None:
        """Take the keyboard."""
        line = self.query_one(NoteWords)
        line.several = purpose is not Purpose.FIND
        line.placeholder = FINDS if purpose is Purpose.FIND else KEEPS
        self._purpose = purpose
        self.query_one("#note-purpose", Static).update(Content(purpose.value))
        self.add_class("-open")
        line.text = ""
        if self.screen.focused is not line:
            self._before = self.screen.focused
        self.screen.set_focus(line)  # at once: the next key may be there already, and is no command

    def action_drop(self) -> None:
        """Keep nothing."""
        self._finish(None)

    def _finish(self, text: str | None) -> None:
        if text is not None and self._purpose is Purpose.FIND:
            text = " ".join(text.split())
        self._done(self._purpose, text)
        self.remove_class("-open")
        self.query_one(NoteWords).text = ""
        self.screen.set_focus(self._before)
