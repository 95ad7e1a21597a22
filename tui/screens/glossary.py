"""The study's glossary: names and terms that transcripts spell as they stand here, one a line."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from store.errors import StoreError
from store.glossary import cleaned
from tui.screens import face
from tui.screens.confirm import Confirm

_ABOUT = (
    "Names and terms that transcripts spell as you do: one a line. They are looked for where a word sounds like them; "
    "a transcript that exists is not changed."
)
_KEYS = "Ctrl+S keeps them, Escape leaves them as they were."


class GlossaryScreen(ModalScreen[None]):
    """A page to type on."""

    DEFAULT_CSS = """
    GlossaryScreen {
        align: center middle;
        #glossary-box { width: 64; max-width: 98%; height: auto; max-height: 98%; padding: 1 2; overflow-y: auto; }
        #glossary-box { background: $surface; }
        Static { height: auto; }
        #glossary-said { min-height: 1; }
        TextArea { height: 12; max-height: 40vh; margin-top: 1; border: none; padding: 0 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", "Keep", id="glossary.keep", priority=True, tooltip="Keep what stands here"),
        Binding("escape", "leave", "Back", id="glossary.back", priority=True, tooltip="Leave everything as it was"),
    ]

    def compose(self) -> ComposeResult:
        """The terms as they are."""
        with VerticalGroup(id="glossary-box", classes="pane") as box:
            box.border_title = "Glossary of this study"
            yield Static(Content(_ABOUT), classes="muted")
            yield TextArea(self._as_it_was(), tab_behavior="focus", show_line_numbers=False)
            yield Static("", id="glossary-said", classes="bad", markup=False)
            yield Static(Content(_KEYS), classes="muted")

    def on_mount(self) -> None:
        """Go on at the end."""
        text = self.query_one(TextArea)
        text.move_cursor(text.document.end)
        text.focus()

    def _as_it_was(self) -> str:
        return "".join(f"{term}\n" for term in face(self).study.glossary.terms)

    def action_keep(self) -> None:
        """Keep them, or say what is wrong."""
        try:
            count = face(self).study.glossary.put(self.query_one(TextArea).text.splitlines(), face(self).now())
        except StoreError as refused:
            said = self.query_one("#glossary-said", Static)
            said.update(Content(str(refused)))
            said.scroll_visible(animate=False)  # a low terminal shows a part of the page only
            return
        self.notify(f"The glossary holds {count} term{'' if count == 1 else 's'}.", markup=False)
        self.dismiss(None)

    def action_leave(self) -> None:
        """Back; what was typed is let go of only after a question."""
        if self._typed() == face(self).study.glossary.terms:
            self.dismiss(None)
            return
        question = Confirm("Leave the glossary as it was?", "What you have typed here is not kept.", yes="Leave it")
        self.app.push_screen(question, self._left)

    def _typed(self) -> tuple[str, ...] | None:
        try:
            return cleaned(self.query_one(TextArea).text.splitlines())
        except StoreError:
            return None

    def _left(self, leave: bool | None) -> None:
        if leave:
            self.dismiss(None)
