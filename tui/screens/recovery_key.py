"""The recovery key, shown once: nobody can show it again."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

_WHY = (
    "This is the study's recovery key. It opens the study when the passphrase is forgotten, and nothing else can. "
    "It is shown once, now. Write it on paper and keep the paper away from this laptop."
)


class RecoveryKey(ModalScreen[None]):
    """Stays until it was acknowledged with ``w``; Enter and Escape do nothing, so that no habit passes it by."""

    DEFAULT_CSS = """
    RecoveryKey {
        align: center middle;
        #recovery-box { width: 66; max-width: 98%; height: auto; max-height: 100%; padding: 1 2; background: $surface; }
        #recovery-key { text-align: center; margin: 1 0; padding: 1 0; height: auto; background: $panel; }
        Static { height: auto; }
        Button { width: 100%; margin-top: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "acknowledge", "I have written it down", id="recovery.written", tooltip="Go on to the board"),
    ]
    AUTO_FOCUS = ""

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key

    def compose(self) -> ComposeResult:
        """Why, the key, and the one way on."""
        with VerticalGroup(id="recovery-box", classes="pane") as box:
            box.border_title = "Write this down"
            yield Static(Content(_WHY))
            yield Static(Content.styled(self._key, "bold"), id="recovery-key")
            yield Static(Content("Capitals, spaces and hyphens do not matter when it is typed."), classes="muted")
            yield Button(Content("w  I have written it down"), id="recovery-written")

    def on_mount(self) -> None:
        """Not with Enter."""
        self.query_one(Button).can_focus = False

    def action_acknowledge(self) -> None:
        """On to the board; the key is forgotten here."""
        self._key = ""
        self.dismiss(None)

    def on_button_pressed(self) -> None:
        """The mouse."""
        self.action_acknowledge()
