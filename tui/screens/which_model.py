"""Which of several models is to read a session once more: choosing it begins the reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

if TYPE_CHECKING:
    from transcribe.models import Model

_WHAT_FOLLOWS = "It reads in the background; what was read before is kept. The bigger, the better, and the slower."


class WhichModel(ModalScreen[str | None]):
    """Gives the name of a model, or None; the biggest comes first and is what Enter takes."""

    DEFAULT_CSS = """
    WhichModel {
        align: center middle;
        #confirm-box { width: 60; max-width: 95%; height: auto; max-height: 95%; padding: 1 2; }
        Static { height: auto; }
        #which-question { text-style: bold; }
        OptionList, OptionList:focus { height: auto; max-height: 10; margin-top: 1; border: none; padding: 0; }
        OptionList { background: transparent; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Nothing", id="which.leave", tooltip="Read nothing again"),
    ]

    def __init__(self, models: Sequence[Model]) -> None:
        super().__init__()
        self._models = tuple(models)

    def compose(self) -> ComposeResult:
        """Name, size and languages of each."""
        width = max(len(model.name) for model in self._models)
        with VerticalGroup(id="confirm-box"):
            yield Static(Content("Read again with which model?"), id="which-question")
            yield Static(Content(_WHAT_FOLLOWS))
            rows = [Option(Content(_told(model, width)), id=model.name) for model in self._models]
            yield OptionList(*rows, Option(Content("esc  nothing")))

    def on_mount(self) -> None:
        """Up and down choose."""
        self.query_one(OptionList).focus()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

    def action_leave(self) -> None:
        """Read nothing."""
        self.dismiss(None)


def _told(model: Model, width: int) -> str:
    languages = "many languages" if model.multilingual else "English"
    return f"{model.name.ljust(width)}  {model.size_bytes / 1e6:5.0f} MB  {languages}"
