"""A session that was begun or refused by mistake: why, asked once more, and it counts no more."""

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
from store.annulment import as_reason
from store.errors import StoreError
from tui.screens import face
from tui.screens.confirm import Confirm
from tui.taking_back import annulling
from tui.widgets.field import Field


class Annulling(ModalScreen[bool | None]):
    """One field and a question; gives True once it is annulled, None where the session is to stay as it is."""

    DEFAULT_CSS = """
    Annulling {
        align: center middle;
        #annul-box { width: 76; max-width: 98%; height: auto; max-height: 95%; padding: 1 2; background: $surface; }
        Static { height: auto; }
        #reason { margin-top: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Leave it", id="annul.leave", tooltip="Annul nothing"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def compose(self) -> ComposeResult:
        """What follows, and why it is to be so."""
        with VerticalGroup(id="annul-box", classes="pane") as box:
            box.border_title = Content(f"Annul {self._session.id}")
            yield Static(Content("For a session that was begun, or refused, by mistake.\n"))
            yield Static(Content("\n".join(annulling(self._session))))
            yield Field("reason", "Why", hint="begun for the wrong participant")
            yield Static(Content("Enter asks once more, Escape leaves it as it is."), classes="muted")

    def on_mount(self) -> None:
        """Ready to type."""
        self.query_one(Field).take_focus()

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        try:
            reason = as_reason(event.value)
        except StoreError as refused:
            self.query_one(Field).say(str(refused))
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._annul(reason)

        more = f"“{reason}” is kept with it. This can't be undone."
        self.app.push_screen(Confirm(f"Annul {self._session.id}?", more, yes="Annul it", no="Keep it"), answered)

    def _annul(self, reason: str) -> None:
        """Done when this returns; where it can't be done now, the reason stays in the field."""
        try:
            face(self).study.annulment.annul(self._session.id, reason, face(self).now())
        except StoreError as refused:
            self.query_one(Field).say(str(refused))
        else:
            self.dismiss(True)
