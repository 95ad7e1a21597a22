"""How much is to be struck, and whether the notes of that stretch go too; nothing is destroyed before an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from store import Note
from tui.printing import counted_notes
from tui.times import clock_time
from tui.widgets.wrapping import shortened

LENGTHS_S = (30, 60, 120)
SOUND = "Sound and words of that stretch are destroyed for good. It reaches back from when you pressed x."
NOTES = "What was typed in that stretch is destroyed for good. It reaches back from when you pressed x."
NO_NUMBER = "That is no number of seconds: type one above 0, for instance 90."
NOTHING_THERE = "Nothing was written down in the last {seconds} seconds: there is nothing to strike."
TYPED = "Typed in that stretch:"
AT_MOST_SHOWN = 6


@dataclass(frozen=True)
class Wanted:
    """So many seconds are to be struck, and with ``notes`` what was typed in them."""

    seconds: float
    notes: bool


@dataclass(frozen=True)
class Stretch:
    """What lies in the last seconds: what was typed, and whether there is anything else to strike."""

    notes: tuple[Note, ...]
    more: bool


class StrikeScreen(ModalScreen[Wanted | None]):
    """Gives what is to be struck, or None. ``within`` says what lies in the last seconds, ``recorded`` if in sound."""

    DEFAULT_CSS = """
    StrikeScreen {
        align: center middle;
        #confirm-box { width: 64; max-width: 95%; height: auto; max-height: 95%; padding: 1 2; overflow-y: auto; }
        Static { height: auto; }
        #strike-question { text-style: bold; }
        #strike-notes { margin-top: 1; display: none; }
        OptionList, OptionList:focus { height: auto; max-height: 8; margin-top: 1; border: none; padding: 0; }
        OptionList { background: transparent; }
        #strike-other { display: none; margin-top: 1; height: 1; }
        #strike-other > Static { width: auto; padding-right: 1; }
        #strike-other > Input { width: 12; height: 1; border: none; padding: 0 1; background: $panel; }
        #strike-said { color: $error; display: none; }
        #strike-other.-asked, #strike-notes.-said, #strike-said.-said { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Nothing", id="strike.leave", tooltip="Strike nothing"),
    ]

    def __init__(self, within: Callable[[float], Stretch], *, recorded: bool) -> None:
        super().__init__()
        self._within, self._recorded = within, recorded
        self._seconds = 0.0

    def compose(self) -> ComposeResult:
        """What it destroys, the usual lengths, and a field for any other."""
        with VerticalGroup(id="confirm-box"):
            yield Static(Content("Strike how much?"), id="strike-question")
            yield Static(Content(SOUND if self._recorded else NOTES), id="strike-warning")
            yield Static(id="strike-notes", markup=False)
            yield OptionList(*self._lengths())
            with Horizontal(id="strike-other"):
                yield Static("the last")
                yield _seconds()
                yield Static(" seconds, then enter")
            yield Static(id="strike-said", markup=False)

    def _lengths(self) -> list[Option]:
        rows = [(str(key), f"the last {length} seconds") for key, length in enumerate(LENGTHS_S, start=1)]
        return [_option("esc", "nothing"), *(_option(*row) for row in rows), _option("4", "other…")]

    def on_mount(self) -> None:
        """Enter at once strikes nothing."""
        self.query_one(OptionList).focus()

    # --- which answer -------------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """The key of an answer takes it; in the field every key is typed."""
        if event.key in {option.id for option in self._options} and not isinstance(self.focused, Input):
            event.stop()
            self._answer(event.key)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self._answer(event.option_id or "")

    @property
    def _options(self) -> list[Option]:
        options = self.query_one(OptionList)
        return [options.get_option_at_index(at) for at in range(options.option_count)]

    def _answer(self, key: str) -> None:
        match key:
            case "y":
                self.dismiss(Wanted(self._seconds, notes=True))
            case "k":
                self.dismiss(Wanted(self._seconds, notes=False))
            case "4":
                self._ask_other()
            case "1" | "2" | "3":
                self._take(float(LENGTHS_S[int(key) - 1]))
            case _:
                self.dismiss(None)

    def _ask_other(self) -> None:
        self._say("")
        self.query_one("#strike-other").add_class("-asked")
        self.screen.set_focus(self.query_one("#strike-seconds", Input))

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        try:
            seconds = float(event.value)
        except ValueError:
            seconds = 0.0
        if 0 < seconds < float("inf"):
            self._take(seconds)
        else:
            self._say(NO_NUMBER)

    # --- what lies there ----------------------------------------------------------------------------------------------

    def _take(self, seconds: float) -> None:
        """At once where there is only sound; what was typed is shown first."""
        self._seconds, stretch = seconds, self._within(seconds)
        if stretch.notes:
            self._show(stretch)
        elif stretch.more:
            self.dismiss(Wanted(seconds, notes=False))
        else:
            self._say(NOTHING_THERE.format(seconds=f"{seconds:g}"))

    def _show(self, stretch: Stretch) -> None:
        self._say("")
        self.query_one("#strike-other").remove_class("-asked")
        count = counted_notes(len(stretch.notes))
        self.query_one("#strike-question", Static).update(Content(f"Strike the last {self._seconds:g} seconds?"))
        lines = [TYPED, *(_line(note) for note in stretch.notes[-AT_MOST_SHOWN:])]
        if len(stretch.notes) > AT_MOST_SHOWN:
            lines.insert(1, f"… and {len(stretch.notes) - AT_MOST_SHOWN} before")
        shown = self.query_one("#strike-notes", Static)
        shown.update(Content("\n".join(lines)))
        shown.add_class("-said")
        answers = [
            _option("y", f"strike sound, words and {count}"),
            _option("k", "strike sound and words, keep the notes"),
        ]
        if not self._recorded:
            answers = [_option("y", f"strike {count}")]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([_option("esc", "nothing"), *answers])
        options.highlighted = 0
        self.screen.set_focus(options)

    def _say(self, sentence: str) -> None:
        said = self.query_one("#strike-said", Static)
        said.update(Content(sentence))
        said.set_class(bool(sentence), "-said")

    def action_leave(self) -> None:
        """Strike nothing."""
        self.dismiss(None)


def _seconds() -> Input:
    field = Input(id="strike-seconds", select_on_focus=False)
    field.styles.border = ("none", "transparent")  # here, for the app's look frames every input and wins
    return field


def _option(key: str, words: str) -> Option:
    return Option(Content(f"{key.ljust(4)} {words}"), id=key)


def _line(note: Note) -> str:
    return f"{clock_time(note.at_ms)}  {shortened(note.text, 46)}"
