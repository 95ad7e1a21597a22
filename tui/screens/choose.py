"""One question with several answers, each a key; what is safe is what Enter takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option


@dataclass(frozen=True)
class Answer:
    """One answer: the key that takes it, its words, and what the one who asked gets."""

    key: str
    words: str
    gives: str


class Choose(ModalScreen[str | None]):
    """Gives what the answer gives that was taken; None for ``nothing``, which Enter at once and escape take."""

    DEFAULT_CSS = """
    Choose {
        align: center middle;
        #confirm-box { width: 64; max-width: 95%; height: auto; max-height: 95%; padding: 1 2; overflow-y: auto; }
        Static { height: auto; }
        #choose-question { text-style: bold; }
        OptionList, OptionList:focus { height: auto; max-height: 10; margin-top: 1; border: none; padding: 0; }
        OptionList { background: transparent; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Nothing", id="choose.leave", tooltip="Leave everything as it is"),
    ]

    def __init__(self, question: str, more: str, answers: Sequence[Answer], *, nothing: str = "nothing") -> None:
        super().__init__()
        self.question, self._more, self._answers, self._nothing = question, more, answers, nothing

    def compose(self) -> ComposeResult:
        """The question, what follows, and the answers."""
        with VerticalGroup(id="confirm-box"):
            yield Static(Content(self.question), id="choose-question")
            if self._more:
                yield Static(Content(self._more), id="choose-more")
            rows = [Option(Content(f"{one.key}    {one.words}"), id=one.gives) for one in self._answers]
            yield OptionList(Option(Content(f"esc  {self._nothing}"), id="nothing"), *rows)

    def on_mount(self) -> None:
        """Enter at once changes nothing."""
        self.query_one(OptionList).focus()

    def on_key(self, event: events.Key) -> None:
        """The key of an answer takes it."""
        for one in self._answers:
            if event.key == one.key:
                event.stop()
                self.dismiss(one.gives)
                return

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(None if event.option_id == "nothing" else event.option_id)

    def action_leave(self) -> None:
        """Leave everything as it is."""
        self.dismiss(None)
