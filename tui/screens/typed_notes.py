"""What was typed in the interview so far: each note can be corrected, or struck; nothing of the old words is left."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from store import Note, StoreError
from tui.edited import Edited
from tui.memo import OFF_RECORD
from tui.screens.confirm import Confirm
from tui.session import Conductor
from tui.times import clock_time
from tui.widgets.note_line import NoteWords
from tui.widgets.wrapping import shortened

KEYS = "enter corrects it · delete strikes it · escape closes"
TYPING = "enter keeps it · ctrl+j new line · escape leaves it as it was"
NONE = "Nothing was typed yet."
FOR_GOOD = "Its words are gone for good: from the study, the search and the memo that will open."


class TypedNotes(ModalScreen[None]):
    """Jottings, and the words of marks and of follow-up questions; the newest is chosen first."""

    DEFAULT_CSS = """
    TypedNotes {
        align: center middle;
        #confirm-box { width: 84; max-width: 98%; height: auto; max-height: 95%; padding: 0 2; }
        OptionList, OptionList:focus { height: auto; max-height: 14; border: none; padding: 0; }
        OptionList { background: transparent; text-wrap: nowrap; }
        Static { height: auto; }
        #typed-said { color: $error; }
        NoteWords { display: none; background: $panel; margin: 1 0; }
        NoteWords.-asked { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("delete,backspace", "strike", "Strike", id="typed.strike", tooltip="Destroy this note; asks once"),
        Binding("escape", "leave", "Close", id="typed.close", tooltip="Leave the note as it was, or close the list"),
    ]

    def __init__(self, conductor: Conductor) -> None:
        super().__init__()
        self._conductor = conductor
        self._notes: tuple[Note, ...] = ()
        self._correcting: str | None = None
        self._words = Edited("")

    def compose(self) -> ComposeResult:
        """The notes, room to type, and the keys."""
        with VerticalGroup(id="confirm-box") as box:
            box.border_title = "What was typed"
            yield OptionList()
            yield NoteWords(self._keep, id="typed-words")
            yield Static(id="typed-said", markup=False)
            yield Static(KEYS, id="typed-keys", classes="muted")

    def on_mount(self) -> None:
        """The newest is chosen."""
        self._draw(None)

    def _draw(self, chosen: int | None) -> None:
        """The notes as they are now; ``chosen`` is a place in the list, None the last."""
        self._notes = self._conductor.study.log.typed(self._conductor.session.id)
        options = self.query_one(OptionList)
        options.clear_options()
        room = max(20, self.app.size.width * 98 // 100 - 20) if self.app.size.width < 86 else 66
        options.add_options([Option(Content(_line(note, room)), id=note.id) for note in self._notes])
        if self._notes:
            last = len(self._notes) - 1
            options.highlighted = last if chosen is None else min(chosen, last)
        self._say("" if self._notes else NONE)
        self.screen.set_focus(options)

    @property
    def _chosen(self) -> Note | None:
        at = self.query_one(OptionList).highlighted
        return None if at is None or at >= len(self._notes) else self._notes[at]

    # --- correcting ---------------------------------------------------------------------------------------------------

    @on(OptionList.OptionSelected)
    def _correct(self) -> None:
        note, words = self._chosen, self.query_one(NoteWords)
        if note is None:
            return
        self._correcting, self._words = note.id, Edited(note.text)
        words.text = self._words.shown
        words.move_cursor(words.document.end)
        words.add_class("-asked")
        self.query_one("#typed-keys", Static).update(TYPING)
        self.screen.set_focus(words)

    def _keep(self, text: str) -> None:
        if self._correcting is None:
            return
        try:
            self._conductor.correct(self._correcting, self._words.now(text))
        except StoreError as refusal:
            self._say(str(refusal))
            return
        self._leave_words()

    def _leave_words(self) -> None:
        at = self.query_one(OptionList).highlighted
        self._correcting, words = None, self.query_one(NoteWords)
        words.text = ""
        words.remove_class("-asked")
        self.query_one("#typed-keys", Static).update(KEYS)
        self._draw(at)

    def action_leave(self) -> None:
        """Out of the words, else out of the list."""
        if self._correcting is not None:
            self._leave_words()
        else:
            self.dismiss(None)

    # --- striking -----------------------------------------------------------------------------------------------------

    def action_strike(self) -> None:
        """Ask once."""
        note = self._chosen
        if note is None or self._correcting is not None:
            return
        question = Confirm("Strike this note?", f"{_line(note, 200)}\n\n{FOR_GOOD}", yes="Strike it", no="Keep it")
        self.app.push_screen(question, lambda yes: self._struck(note.id) if yes else None)

    def _struck(self, note: str) -> None:
        at = self.query_one(OptionList).highlighted
        try:
            self._conductor.strike_note(note)
        except StoreError as refusal:
            self._say(str(refusal))
            return
        self._draw(at)

    def _say(self, sentence: str) -> None:
        self.query_one("#typed-said", Static).update(Content(sentence))


def _line(note: Note, room: int) -> str:
    off = f" {OFF_RECORD}" if note.off_record else ""
    return f"{clock_time(note.at_ms)}  {shortened(note.text, room - len(off))}{off}"
