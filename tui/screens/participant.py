"""Adds one participant, by number; mends a number that was typed by mistake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from store import NotFound, StoreError
from tui.renaming import left_of
from tui.screens import face
from tui.screens.confirm import Confirm
from tui.widgets.field import Field


class NewParticipant(ModalScreen[str | None]):
    """One field; gives the number of whom it added, or None when it was left with Escape."""

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
        elif why := face(self).study.participants.why_not(number):
            self.query_one(Field).say(why)
        else:
            self._add(number)

    def _add(self, number: str) -> None:
        """Added when this returns; where that can't be done now, the number stays in the field."""
        try:
            face(self).study.participants.add(number, {}, face(self).now())
        except StoreError as refused:
            self.query_one(Field).say(str(refused))
        else:
            self.dismiss(number)


@dataclass(frozen=True)
class Mended:
    """What has become of somebody: another number, or None for nobody at all."""

    number: str | None


class MendParticipant(ModalScreen[Mended | None]):
    """Another number for somebody, or their removal; gives what was done, or None when it was left with Escape."""

    DEFAULT_CSS = """
    MendParticipant {
        align: center middle;
        #mend-box { width: 76; max-width: 98%; height: auto; padding: 1 2; background: $surface; }
        Static { height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Leave it", id="mend.leave", tooltip="Leave everything as it is"),
        Binding("ctrl+d", "remove", "Remove", id="mend.remove", priority=True, tooltip="Remove somebody; asks once"),
    ]

    def __init__(self, number: str) -> None:
        super().__init__()
        self._number = number

    def compose(self) -> ComposeResult:
        """The field, and what the keys do."""
        with VerticalGroup(id="mend-box", classes="pane") as box:
            box.border_title = Content(f"Participant {self._number}")
            yield Field("mended", "Right number", hint="50011")
            keys = "Enter renames them, Escape leaves it. Never a name."
            yield Static(Content(keys + (" Ctrl+D removes them." if self._removable else "")), classes="muted")

    @property
    def _removable(self) -> bool:
        return not face(self).study.participants.sessions_of(self._number)

    def on_mount(self) -> None:
        """Ready to type."""
        self.query_one(Field).take_focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only somebody without a session can be removed."""
        return super().check_action(action, parameters) if action != "remove" else self._removable

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        new = event.value.strip()
        if why := face(self).study.participants.why_not(new, now_called=self._number):
            self.query_one(Field).say(why if new else "Type the right number first.")
            return
        self._ask(f"Rename {self._number} to {new}?", Mended(new), "Rename them")

    def action_remove(self) -> None:
        """Nobody of this number was ever interviewed."""
        self._ask(f"Remove {self._number}?", Mended(None), "Remove them")

    def _ask(self, question: str, mended: Mended, yes: str) -> None:
        def answered(agreed: bool | None) -> None:
            if agreed:
                self._mend(mended)

        try:
            left = left_of(face(self).study, self._number)
        except NotFound as gone:  # another program has renamed or removed them
            self.query_one(Field).say(str(gone))
            return
        more = "\n".join(left) or "Nothing of the old number stays."
        self.app.push_screen(Confirm(question, more, yes=yes, no="Leave it"), answered)

    def _mend(self, mended: Mended) -> None:
        """Done when this returns; where it can't be done now, the number stays in the field."""
        people, now = face(self).study.participants, face(self).now()
        try:
            if mended.number is None:
                people.remove(self._number, now)
            else:
                people.rename(self._number, mended.number, now)
        except StoreError as refused:
            self.query_one(Field).say(str(refused))
        else:
            self.dismiss(mended)
