"""The door: a passphrase, or the recovery key when it is forgotten."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer
from textual.widgets import Input, Static

from store import Study, wait_s
from store.errors import StoreError, TooSoon, WrongPassphrase
from tui.passphrase import strength
from tui.screens import StudyScreen
from tui.unlocking import unlocked
from tui.widgets.field import Field
from tui.widgets.headline import Headline
from tui.widgets.key_footer import KeyFooter

_OPENING = "Opening the study …"
SEVERAL = "Several passphrases were wrong."
_LOOKS = {"weak": "bad", "fair": "doubtful", "good": "good"}


class Unlock(StudyScreen[None]):
    """Asks for the passphrase until it fits. ``said`` is what to say at first, if anything, and ``look`` how."""

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

    def __init__(self, said: str = "", look: str = "bad") -> None:
        super().__init__()
        self._said, self._look = said, look
        self._countdown: Timer | None = None
        self._under_way = False

    def compose(self) -> ComposeResult:
        """One field; a second one for a new passphrase when the recovery key is used."""
        yield Headline(Content.styled("vivavoce", "bold $primary"))
        with VerticalGroup(id="unlock-box", classes="pane") as box:
            box.border_title = "This study is locked"
            yield Static(Content(str(self.face.opening.folder)), id="unlock-folder", classes="muted")
            hint = "the passphrase of the demo is demo" if self.face.opening.demo else ""
            yield Field("secret", "Passphrase", hint=hint, secret=True)
            yield Field("renewed", "New passphrase", hint="leave empty to keep the old one", secret=True)
        yield KeyFooter()

    def on_mount(self) -> None:
        """Ready to type."""
        self._secret.take_focus()
        self._tell(self._said, self._look)

    def _tell(self, said: str, look: str = "bad") -> None:
        """A sentence, and behind it how long the next try has to wait, second by second."""
        self._said, self._look = said, look
        if self._countdown is None:
            self._countdown = self.set_interval(1, self._count, pause=True)
        self._count()

    def _count(self) -> None:
        assert self._countdown is not None
        left_s = wait_s(self.face.opening.folder)
        if left_s:
            self._secret.say(f"{self._said or SEVERAL} The next can be tried in {left_s} s.")
            self._countdown.resume()
        else:
            self._secret.say(self._said, self._look)
            self._countdown.pause()

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
        self._tell("")
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
        if self._under_way:
            return
        if wait_s(self.face.opening.folder):
            self._count()
            return
        self._under_way = True
        self._tell(_OPENING, "muted")
        self.run_worker(
            self._try(self._secret.value, self._renewed.value, recovering=self.recovering),
            description="opening the study",
        )

    async def _try(self, secret: str, renewed: str, *, recovering: bool) -> None:
        folder, now = self.face.opening.folder, self.now()
        opening = (
            partial(_recovered, folder, secret, renewed, now)
            if recovering
            else partial(Study.open, folder, secret, now)
        )
        try:
            study = await unlocked(opening)
        except WrongPassphrase as wrong:
            if not recovering:  # what was typed since is the beginning of the next try
                self._secret.value = self._secret.value.removeprefix(secret)
            self._tell(str(wrong))
            self._secret.take_focus()
        except TooSoon:
            self._tell("")
        except StoreError as trouble:
            self._tell(str(trouble))
        else:
            self._secret.value = self._renewed.value = ""
            self.face.enter(study)
        finally:
            self._under_way = False


def _recovered(folder: Path, recovery_key: str, renewed: str, now: datetime) -> Study:
    """Opened with the recovery key, and under the new passphrase, if there is one; closed where that is refused."""
    study = Study.open_with_recovery(folder, recovery_key, now)
    try:
        if renewed.strip():
            study.rekey(recovery_key, renewed, now)
    except BaseException:
        study.close()
        raise
    return study
