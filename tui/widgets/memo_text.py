"""Where the memo is typed: every change is on disk before it can be seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.widgets import TextArea
from textual.widgets.text_area import TextAreaTheme

from tui.edited import Edited

# Weight only, no colours: they would have to be chosen anew for every theme of the app.
_LOOK = TextAreaTheme(
    name="memo",
    syntax_styles={
        "heading": Style(bold=True),
        "heading.marker": Style(bold=True, dim=True),
        "bold": Style(bold=True),
        "italic": Style(italic=True),
        "list.marker": Style(bold=True),
    },
)


class MemoText(TextArea):
    """Calls ``save`` with the whole text after each change.

    The change is handled in this widget's own queue, before the widget is idle, and only an idle widget is drawn.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+k", "screen.tag", "Tag", id="memo.tag", tooltip="Begin a #tag at the cursor"),
    ]
    DEFAULT_CSS = "MemoText { padding: 0 1; height: 1fr; width: 1fr; scrollbar-size-vertical: 1; }"

    def __init__(self, text: str, save: Callable[[str], None], *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        self._memo = Edited(text)
        super().__init__(self._memo.shown, language="markdown", id=id, tab_behavior="focus", show_line_numbers=False)
        self._save = save

    @property
    def memo(self) -> str:
        """The whole text as it is to be saved: to the letter, also where the field shows a sign in place of one."""
        return self._memo.now(self.text)

    def on_mount(self) -> None:
        """Headings stand out by weight; the cursor is at the very top, where there is room."""
        self.register_theme(_LOOK)
        self.theme = "memo"
        self.move_cursor((0, 0))

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Keep it."""
        self._save(self.memo)

    def take_in(self, text: str) -> None:
        """Show this text instead; the cursor stays where it was, and nothing is to be undone."""
        place, self._memo = self.cursor_location, Edited(text)
        with self.prevent(TextArea.Changed):
            self.load_text(self._memo.shown)
        self.move_cursor(place)

    def drop(self, passage: str) -> None:
        """Put a passage in at the cursor, on lines of its own."""
        _, column = self.cursor_location
        before = "\n" if column else ""
        self.insert(f"{before}{passage}\n")
        self.scroll_cursor_visible()

    def tag(self) -> None:
        """Begin a tag at the cursor."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        apart = column > 0 and not line[column - 1].isspace()
        self.insert(" #" if apart else "#")
