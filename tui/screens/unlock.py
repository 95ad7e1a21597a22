"""The door: a passphrase, or the recovery key when it is forgotten."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Footer, Input, Static

from store import Study
from store.errors import StoreError, WrongPassphrase
from tui.passphrase import strength
from tui.screens import StudyScreen
from tui.widgets.field import Field
from tui.widgets.headline import Headline

_LOOKS = {"weak": "bad", "fair": "doubtful", "good": "good"}


class Unlock(StudyScreen[None]):
    """Asks for the passphrase until it fits. ``said`` is what to say at first, if anything."""

    about = (
        "The study is encrypted. Its passphrase opens it; if it is forgotten, the recovery key does, which was shown "
        "once when the study was made. With neither nobody can open it, and we can't help either."
    )
    DEFAULT_CSS = """
    Unlock {
        align: center middle;
        #unlock-box { width: 84; max-width: 98%; height: auto; padding: 1 2; }
        #unlock-folder { margin-bottom: 1; height: auto; }
        #renewed { display: none; }
        &.-recovering #renewed { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+r",
            "recovery",
            "Recovery key",
            id="unlock.recovery",
            priority=True,
            tooltip="Open it with the recovery key",
        ),
        Binding("ctrl+q", "app.quit", "Leave", id="unlock.quit", priority=True, tooltip="Leave vivavoce"),
    ]
    recovering = reactive(False, toggle_class="-recovering")

    def __init__(self, said: str = "") -> None:
        super().__init__()
        self._first_said = said

    def compose(self) -> ComposeResult:
        """One field; a second one for a new passphrase when the recovery key is used."""
        yield Headline(Content.styled("vivavoce", "bold $primary"))
        with VerticalGroup(id="unlock-box", classes="pane") as box:
            box.border_title = "This study is locked"
            yield Static(Content(str(self.face.opening.folder)), id="unlock-folder", classes="muted")
            yield Field("secret", "Passphrase", secret=True)
            yield Field("renewed", "New passphrase", hint="leave empty to keep the old one", secret=True)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Ready to type."""
        self._secret.say(self._first_said)
        self._secret.take_focus()

    @property
    def _secret(self) -> Field:
        return self.query_one("#secret", Field)

    @property
    def _renewed(self) -> Field:
        return self.query_one("#renewed", Field)

    def action_recovery(self) -> None:
        """Ask for the recovery key instead, or for the passphrase again."""
        self.recovering = not self.recovering
        self._secret.relabel("Recovery key" if self.recovering else "Passphrase", secret=not self.recovering)
        self._secret.say("")
        self._secret.take_focus()

    @on(Input.Changed, "#renewed Input")
    def _judge(self, event: Input.Changed) -> None:
        verdict = strength(event.value)
        self._renewed.say(verdict.text if verdict else "", _LOOKS[verdict.verdict] if verdict else "muted")

    @on(Input.Submitted, "#secret Input")
    def _first(self) -> None:
        if self.recovering and self._secret.value.strip():
            self._renewed.take_focus()
        else:
            self._open()

    @on(Input.Submitted, "#renewed Input")
    def _second(self) -> None:
        self._open()

    def _open(self) -> None:
        secret, renewed = self._secret.value, self._renewed.value
        try:
            study = self._opened(secret, renewed)
        except WrongPassphrase as wrong:
            self._secret.value = "" if not self.recovering else secret
            self._secret.say(str(wrong))
            self._secret.take_focus()
        except StoreError as trouble:
            self._secret.say(str(trouble))
        else:
            self._secret.value = self._renewed.value = ""
            self.face.enter(study)

    def _opened(self, secret: str, renewed: str) -> Study:
        folder, now = self.face.opening.folder, self.now()
        if not self.recovering:
            return Study.open(folder, secret, now)
        study = Study.open_with_recovery(folder, secret, now)
        if renewed.strip():
            study.rekey(secret, renewed, now)
        return study
