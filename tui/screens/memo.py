"""The memo: opens by itself when an interview ends, with the transcript beside it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content

from store import ConsentRequired, Memo, Mode, NotNow, State, Study
from store.localtime import time_of_day
from tui import events
from tui.memo import Matter, prefill, quotation
from tui.screens import WayBack
from tui.screens.second_reading import SecondReading, reading_keys
from tui.sitting import Sitting, Told
from tui.walk import Walk
from tui.widgets.headline import Headline, place
from tui.widgets.key_footer import KeyFooter
from tui.widgets.memo_text import MemoText
from tui.widgets.panes import pane
from tui.widgets.passages import What, passages, with_utterance
from tui.widgets.transcript_view import TranscriptView

KEEP_VERSION_EVERY_S = 60
TRY_AGAIN_EVERY_S = 2
READY = "transcript ready"
WIDTHS = [(0, "-narrow"), (100, "-wide")]
HEIGHTS = [(0, "-low"), (14, "-tall")]


class MemoScreen(SecondReading):
    """Every key is saved; leaving asks nothing.

    ``sitting`` is the session that has just ended: its transcript is finished in the background, also after the
    memo is left.
    """

    about = (
        "Write freely at the top; the headings below are filled from your marks and notes and are all optional. "
        "Every key is saved as you type. Ctrl+up and ctrl+down choose an utterance in the transcript. Ctrl+r lets a "
        "bigger model read the session once more; it goes on in the background, also when you leave."
    )
    AUTO_FOCUS = "MemoText"
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    DEFAULT_CSS = """
    MemoScreen {
        #memo-body { height: 1fr; layout: vertical; }
        MemoText { height: 3fr; }
        #memo-transcript { height: 2fr; }
        &.-wide #memo-body { layout: horizontal; }
        &.-wide MemoText, &.-wide #memo-transcript { height: 1fr; width: 1fr; }
        &.-low #memo-transcript { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+t", "quote", "Quote", id="memo.quote", tooltip="Drop the chosen utterance in"),
        Binding("ctrl+up", "choose(-1)", "Up", id="memo.up", tooltip="The utterance before"),
        Binding("ctrl+down", "choose(1)", "Down", id="memo.down", tooltip="The utterance after"),
        *reading_keys("memo"),
        Binding("escape", "leave", "Leave", id="memo.leave", tooltip="Everything is saved; nothing is asked"),
    ]  # fmt: skip

    def __init__(self, session_id: str, *, sitting: Sitting | None = None) -> None:
        super().__init__(session_id)
        self._sitting = sitting
        self._memo: Memo | None = None
        self._saved_at: datetime | None = None
        if sitting is not None:
            sitting.listener = self

    def compose(self) -> ComposeResult:
        """Memo at the left, or above; transcript at the right, or below."""
        text = self._opened()
        self._dossier = self.study.dossier(self._session_id)
        participant = self._dossier.session.participant
        empty = "Words appear here as they are read."
        if self._dossier.session.mode is Mode.NOTES:
            empty = "This session was kept with notes only."
        yield Headline()
        with Container(id="memo-body"):
            yield pane(MemoText(text, self._save), self._begun)
            yield pane(TranscriptView(participant, empty=empty, id="memo-transcript"), "transcript")
        yield KeyFooter()

    def on_mount(self) -> None:
        """The transcript as far as it is there, from its end; the rest comes in behind the typing."""
        self.call_after_refresh(self._first_drawing)  # never, if the app is left in this very moment
        self.set_interval(KEEP_VERSION_EVERY_S, self._keep_version)
        self.set_interval(TRY_AGAIN_EVERY_S, self._save_what_was_not)
        if self._sitting is not None:
            self.app.run_worker(self._sitting.see_out(), name="finishing", group="finishing", exit_on_error=False)

    def _first_drawing(self) -> None:
        self._ready = True
        self._draw_head()
        if not self.read_anew():
            return
        self.draw_transcript()
        view = self.query_one(TranscriptView)
        spoken = [index for index, row in enumerate(view.passages) if row.what is What.UTTERANCE]
        view.select(spoken[-1] if spoken else None)
        self.look_for_models()

    def on_unmount(self) -> None:
        """Keep the memo as it was left in its history."""
        if self._sitting is not None and self._sitting.listener is self:
            self._sitting.listener = None
        self._keep_version()

    def way_back(self) -> WayBack:
        """The same memo."""
        session = self._session_id
        return lambda app: app.show_memo(session)

    # --- the memo -----------------------------------------------------------------------------------------------------

    def _opened(self) -> str:
        """The text of the memo, which is begun now if it never was; where it can't be, that is tried again later."""
        self._memo = self.study.memos.for_session(self._session_id)
        text = first_text(self.study, self._session_id) if self._memo is None else self._memo.text
        if self._memo is None:
            self._save(text)
        else:
            self._saved_at = self._memo.saved_at
        return text

    @property
    def _begun(self) -> str:
        return "memo" if self._memo is None else f"begun {round(self._memo.minutes_after)} min after the interview"

    def _keep(self, text: str, at: datetime) -> None:
        study = self.study
        if self._memo is None:
            self._memo = study.memos.open(self._session_id, text, at)
        study.memos.save(self._memo.id, text, at)

    def _save(self, text: str) -> None:
        """On disk when this returns; else that is said, what was typed stays where it is, and it is tried again."""
        at = self.now()
        try:
            self.study.insist(lambda: self._keep(text, at))
        except NotNow as refusal:
            if not self.keeps_open:
                self.say(refusal, "error")
            self.keeps_open = f"The memo is not saved. {refusal}"
        except ConsentRequired:
            self._memo = None  # taking part was withdrawn meanwhile, by another program
            self.read_anew()
        else:
            self._saved_at, self.keeps_open = at, None
        self._draw_head()

    def _save_what_was_not(self) -> None:
        if self.keeps_open:
            self._save(self.query_one(MemoText).text)

    def _keep_version(self) -> None:
        if self._memo is not None:
            with suppress(NotNow, ConsentRequired):  # in a minute, or as the memo is left; or never more
                self.study.memos.keep_version(self._memo.id, self.now())

    def _draw_head(self) -> None:
        if not self._ready or self._dossier is None:
            return
        session, at = self._dossier.session, self._saved_at
        self.query_one(MemoText).border_title = Content(self._begun)
        saved = "NOT SAVED" if self.keeps_open or at is None else f"saved {time_of_day(at)}"
        invented = self.study.invented
        self.query_one(Headline).tell(
            place("memo", f"{session.participant} · wave {session.wave}", invented=invented), saved
        )

    # --- the transcript -----------------------------------------------------------------------------------------------

    def on_told(self, message: Told) -> None:
        """The transcript goes on being finished."""
        if not self._ready:
            return
        match message.event:
            case events.UtteranceHeard(id=key) if self._dossier is not None:
                self._dossier = with_utterance(self._dossier, self.study.transcript.get(key))
                self.draw_transcript()
            case events.TranscriptReady():
                if self.read_anew():
                    self.draw_transcript()
                    self.look_for_models()
            case events.Notice(text=text):
                self.say(text, "warning")
            case _:
                pass

    def draw_transcript(self) -> None:
        """The transcript, and how far it is: being finished, or being read once more."""
        if self._dossier is None:
            return
        view = self.query_one(TranscriptView)
        view.show(passages(self._dossier))
        again = self.reading_status
        over = again and self._dossier.session.state is State.COMPLETE
        view.border_subtitle = again if over else ", ".join(words for words in (self._progress(), again) if words)

    def _progress(self) -> str:
        if self._sitting is None and self.face.finishing:
            return "being finished"  # the app was locked meanwhile
        if self._sitting is None or self._dossier is None:
            to_go = len(self.study.transcript.pending(self._session_id))
            return f"{to_go} not transcribed: 'vivavoce recover' finishes it" if to_go else ""
        session, to_go = self._dossier.session, self._sitting.conductor.behind
        if session.mode is Mode.NOTES:
            return ""  # nothing to wait for
        if session.state is State.COMPLETE:
            return READY
        return f"{to_go} utterance{'' if to_go == 1 else 's'} to go" if to_go else "being finished"

    # --- keys ---------------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A quotation needs something that was said."""
        if action in ("quote", "choose") and self.is_mounted and self._dossier is not None:
            return True if self._dossier.utterances else None
        return super().check_action(action, parameters)

    def action_choose(self, step: int) -> None:
        """Another utterance of the transcript; the cursor stays in the memo."""
        self.query_one(TranscriptView).action_step(step)

    def action_quote(self) -> None:
        """Drop the chosen utterance in, with number and time."""
        chosen = self.query_one(TranscriptView).selected
        if chosen is None or chosen.what is not What.UTTERANCE or self._dossier is None:
            self.say("Choose an utterance first: ctrl+up or ctrl+down, or click it.")
            return
        row = self.study.transcript.get(chosen.id)
        self.query_one(MemoText).drop(quotation(row, self._dossier.session.participant))
        self.query_one(MemoText).focus()

    def action_tag(self) -> None:
        """Begin a tag."""
        self.query_one(MemoText).tag()

    def action_leave(self) -> None:
        """Everything is saved; where it can't be, the memo stays."""
        self._save_what_was_not()
        if self.keeps_open:
            self.say(self.keeps_open, "error")
        else:
            self.app.pop_screen()


def first_text(study: Study, session_id: str) -> str:
    """What a memo holds when it is opened long after its session, or for the first time."""
    held = study.dossier(session_id)
    walk = Walk.through(held.guide, held.session.wave).retraced(held.cues)
    return prefill(Matter(held.guide, walk, held.cues, held.marks, held.jottings, held.utterances))
