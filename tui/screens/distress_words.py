"""What the study's card for a moment of distress says: two pages to type on."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from guides import Distress
from store import StoreError
from tui.distress import card_of, keep_card
from tui.screens import face
from tui.screens.confirm import Confirm

_ABOUT = "In an interview ! stops the recording and shows this card. A page left empty shows what the guide says."
_KEYS = "Ctrl+S keeps it, Escape leaves it as it was."


class DistressWords(ModalScreen[None]):
    """What to say, and whom to call."""

    DEFAULT_CSS = """
    DistressWords {
        align: center middle;
        #words-box { width: 76; max-width: 98%; height: auto; max-height: 98%; padding: 0 2; overflow-y: auto; }
        #words-box { background: $surface; }
        Static { height: auto; }
        TextArea { height: 7; max-height: 30vh; border: none; padding: 0 1; }
        .words-title { margin-top: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", "Keep", id="distress.keep", priority=True, tooltip="Keep what stands here"),
        Binding("escape", "leave", "Back", id="distress.back", priority=True, tooltip="Leave everything as it was"),
    ]

    def compose(self) -> ComposeResult:
        """The card as it is."""
        card = self._as_it_is()
        with VerticalGroup(id="words-box", classes="pane") as box:
            box.border_title = "The card for a moment of distress"
            yield Static(Content(_ABOUT), classes="muted")
            yield Static("What to say", classes="words-title strong")
            yield TextArea(card.say, tab_behavior="focus", show_line_numbers=False, id="words-say")
            yield Static("Whom to call", classes="words-title strong")
            yield TextArea(card.call, tab_behavior="focus", show_line_numbers=False, id="words-call")
            yield Static(Content(_KEYS), classes="muted")

    def on_mount(self) -> None:
        """Numbers are what is put in most often."""
        self.query_one("#words-call", TextArea).focus()

    def _as_it_is(self) -> Distress:
        study = face(self).study
        return card_of(study, study.guides.current())

    def _typed(self) -> Distress:
        return Distress(*(self.query_one(name, TextArea).text.strip() for name in ("#words-say", "#words-call")))

    def action_keep(self) -> None:
        """Keep it."""
        try:
            keep_card(face(self).study, self._typed(), face(self).now())
        except StoreError as refused:
            self.notify(str(refused), severity="error", markup=False)
            return
        self.notify("The card is kept.", markup=False)
        self.dismiss(None)

    def action_leave(self) -> None:
        """Back; what was typed is let go of only after a question."""
        if self._typed() == self._as_it_is():
            self.dismiss(None)
            return
        question = Confirm("Leave the card as it was?", "What you have typed here is not kept.", yes="Leave it")
        self.app.push_screen(question, self._left)

    def _left(self, leave: bool | None) -> None:
        if leave:
            self.dismiss(None)
