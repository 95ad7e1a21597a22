"""The signed forms of one session: those that are kept, and a place for another one, also after the interview."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from store import Session
from store.errors import StoreError
from store.localtime import long_day
from tui import documents, forms
from tui.screens import face
from tui.widgets.field import Field


class SignedForms(ModalScreen[None]):
    """A list and a field; what is kept is encrypted in the study."""

    DEFAULT_CSS = """
    SignedForms {
        align: center middle;
        #forms-box { width: 76; max-width: 98%; height: auto; max-height: 95%; padding: 1 2; background: $surface; }
        Static { height: auto; }
        #forms-kept { margin-bottom: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Back", id="forms.back", tooltip="Back to the board"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def compose(self) -> ComposeResult:
        """Whose they are, what is kept, and the field."""
        row = self._session
        with VerticalGroup(id="forms-box", classes="pane") as box:
            box.border_title = Content(f"Signed forms · {row.id}")
            held = long_day(row.started_at, row.utc_offset_min)
            yield Static(Content(f"Participant {row.participant}, wave {row.wave}, {held}."), classes="strong")
            yield Static("", id="forms-kept", markup=False)
            yield Field("form", "Another one", hint="the file of a scan")
            yield Static(Content("Enter keeps it, encrypted, with this session. Escape goes back."), classes="muted")

    def on_mount(self) -> None:
        """Ready to type."""
        self._draw()
        self.query_one(Field).take_focus()

    def _draw(self) -> None:
        kept = forms.lines(face(self).study.attachments.list(self._session.id))
        self.query_one("#forms-kept", Static).update(Content("\n".join(kept) or "None is kept yet."))

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        field, file = self.query_one(Field), documents.typed_path(event.value)
        if file is None:
            field.say("Type the path of a scan first.")
            return
        try:
            kept = forms.keep(face(self).study, self._session.id, file, face(self).now())
        except StoreError as refused:
            field.say(str(refused))
        except OSError as fault:
            field.say(f"It can't be read ({fault.strerror}): mend the path.")
        else:
            field.value = ""
            field.say(f"Kept as {kept.id}. Store or destroy the file as your study's rules say.", "good")
            self._draw()
