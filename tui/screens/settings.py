"""What is set once for a study: who interviews, waves, microphones, when it locks, how verbatim, how long kept."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from store import BadInput, Rule, StoreError, Verbatim, typed_rule
from transcribe.verbatim import MEASURED
from tui import locking
from tui.screens import face
from tui.source import CHANNEL, CHANNELS
from tui.waves import WAVE_MONTHS
from tui.widgets.field import Field

_MOST_MONTHS = 60


class SettingsScreen(ModalScreen[None]):
    """Six fields; Enter keeps what stands there."""

    DEFAULT_CSS = """
    SettingsScreen {
        align: center middle;
        #settings-box { width: 70; max-width: 98%; height: auto; padding: 1 2; background: $surface; }
        .muted, #settings-said { height: auto; }
        #settings-measured { margin-bottom: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Back", id="settings.back", tooltip="Leave everything as it was"),
        Binding("ctrl+s", "keep", "Keep", id="settings.keep", priority=True, tooltip="Keep what stands here"),
    ]

    def compose(self) -> ComposeResult:
        """The fields as they are set."""
        study = face(self).study
        with VerticalGroup(id="settings-box", classes="pane") as box:
            box.border_title = "Settings of this study"
            yield Field(
                "interviewer", "Interviewer", hint="how decisions are signed", value=study.setting("interviewer") or ""
            )
            yield Field("months", "Months to next wave", value=study.setting("wave_months") or str(WAVE_MONTHS))
            yield Field(
                "channel",
                "Two microphones",
                hint="left or right: yours; empty: one for both",
                value=study.setting(CHANNEL) or "",
            )
            yield Field("lock", "Lock after minutes", hint="0: never", value=str(locking.minutes(study)))
            yield Field("verbatim", "Verbatim", hint="clean or strict", value=study.verbatim)
            yield Static(Content(MEASURED), id="settings-measured", classes="muted")
            kept = str(study.retention.rule)
            yield Field("retention", "Sessions are kept", hint="2035-04-30, 120 months, or forever", value=kept)
            yield Static("", id="settings-said", classes="bad", markup=False)
            yield Static(Content("Enter keeps them, Escape leaves them. F2 is light or dark."), classes="muted")

    def on_mount(self) -> None:
        """Ready to type."""
        self.query_one("#settings-said").display = False
        self.query_one("#interviewer", Field).take_focus()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.action_keep()

    def action_keep(self) -> None:
        """Keep them, or say what is wrong."""
        name, months, side, lock, kept, kind = (
            self.query_one(f"#{field}", Field).value.strip()
            for field in ("interviewer", "months", "channel", "lock", "retention", "verbatim")
        )
        side, kind = side.lower(), kind.lower() or Verbatim.CLEAN
        if not _is_number(months, 1, _MOST_MONTHS):
            self._refuse("months", f"Type a number of months from 1 to {_MOST_MONTHS}.")
        elif side and side not in CHANNELS:
            self._refuse("channel", "Type left or right, the channel of your own microphone, or nothing.")
        elif not _is_number(lock, 0, locking.MOST_MINUTES):
            self._refuse("lock", f"Type a number of minutes from 1 to {locking.MOST_MINUTES}, or 0 for never.")
        elif kind not in set(Verbatim):
            self._refuse("verbatim", "Type clean or strict.")
        elif isinstance(rule := self._rule(kept), str):
            self._refuse("retention", rule)
        else:
            texts = {"interviewer": name, "wave_months": months, CHANNEL: side, locking.SETTING: lock}
            self._keep(texts, Verbatim(kind), rule)

    def _keep(self, texts: dict[str, str], kind: Verbatim, rule: Rule) -> None:
        """All of them or none; where they can't be kept now, what was typed stays."""
        study, now = face(self).study, face(self).now()
        try:
            with study.at_once():
                for key, value in texts.items():
                    study.set_setting(key, value, now)
                if study.verbatim != kind:
                    study.set_verbatim(kind, now)
                if study.retention.rule != rule:
                    study.retention.set(rule, now)
        except StoreError as refused:
            said = self.query_one("#settings-said", Static)
            said.update(Content(f"The settings are not kept: {refused}"))
            said.display = True
            return
        face(self).locking.watch()
        self.dismiss(None)

    def _rule(self, typed: str) -> Rule | str:
        """What was typed, or what is wrong with it."""
        try:
            return typed_rule(typed, face(self).study.retention.earliest)
        except BadInput as refused:
            return str(refused)

    def _refuse(self, field: str, sentence: str) -> None:
        wrong = self.query_one(f"#{field}", Field)
        wrong.say(sentence)
        wrong.take_focus()


def _is_number(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most
