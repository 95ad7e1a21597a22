"""How much is to be struck: choosing it is the confirmation."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

LENGTHS_S = (30, 60, 120)
_WARNING = "Sound and words of that stretch are destroyed for good. Marks and notes stay."


class StrikeScreen(ModalScreen[float | None]):
    """Gives seconds, or None when nothing is to be struck."""

    DEFAULT_CSS = """
    StrikeScreen {
        align: center middle;
        #confirm-box { width: 60; max-width: 95%; height: auto; max-height: 95%; padding: 1 2; }
        Static { height: auto; }
        #strike-question { text-style: bold; }
        OptionList, OptionList:focus { height: auto; max-height: 8; margin-top: 1; border: none; padding: 0; }
        OptionList { background: transparent; }
        #strike-other { display: none; margin-top: 1; }
        #strike-other.-asked { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", f"take({LENGTHS_S[0]})", "30 s", id="strike.short", tooltip="Strike the last 30 seconds"),
        Binding("2", f"take({LENGTHS_S[1]})", "60 s", id="strike.middle", tooltip="Strike the last minute"),
        Binding("3", f"take({LENGTHS_S[2]})", "120 s", id="strike.long", tooltip="Strike the last two minutes"),
        Binding("escape", "leave", "Nothing", id="strike.leave", tooltip="Strike nothing"),
    ]

    def compose(self) -> ComposeResult:
        """What it destroys, the usual lengths, and a field for any other."""
        with VerticalGroup(id="confirm-box"):
            yield Static(Content("Strike how much?"), id="strike-question")
            yield Static(Content(_WARNING))
            rows = [
                Option(Content(f"{key}  the last {length} seconds"), id=str(length))
                for key, length in enumerate(LENGTHS_S, start=1)
            ]
            yield OptionList(Option(Content("esc  nothing"), id="0"), *rows, Option(Content("4  other…"), id="other"))
            yield Input(id="strike-other", type="number", placeholder="how many seconds, then enter")

    def on_mount(self) -> None:
        """Enter at once strikes nothing."""
        self.query_one(OptionList).focus()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        if event.option_id == "other":
            self._ask_other()
        else:
            self.dismiss(float(event.option_id or 0) or None)

    def key_4(self) -> None:
        """Another length."""
        self._ask_other()

    def _ask_other(self) -> None:
        line = self.query_one("#strike-other", Input)
        line.add_class("-asked")
        line.focus()

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        try:
            seconds = float(event.value)
        except ValueError:
            seconds = 0.0
        if 0 < seconds < float("inf"):
            self.dismiss(seconds)

    def action_take(self, seconds: int) -> None:
        """Strike this much."""
        self.dismiss(float(seconds))

    def action_leave(self) -> None:
        """Strike nothing."""
        self.dismiss(None)
