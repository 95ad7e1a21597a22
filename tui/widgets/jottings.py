"""Marks and jottings as they are made, newest at the end."""

from __future__ import annotations

from tui.widgets.transcript_view import TranscriptView


class Jottings(TranscriptView, can_focus=False):
    """A narrow list: time, then the note."""

    DEFAULT_CSS = "Jottings { height: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the name every Textual widget gives it
        super().__init__(follow=True, speakers=False, empty="m marks, n notes", id=id)
        self.border_subtitle = "N mends them"
