"""The memo: opens by itself when an interview ends, with the transcript beside it."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content

from store import ConsentRequired, Memo, Mode, NotNow, Session, State, Study
from store.localtime import time_of_day
from tui import events
from tui.memo import Matter, prefill, quotation
from tui.screens import WayBack
from tui.screens.second_reading import BEING_READ, SecondReading, reading_keys
from tui.sitting import Sitting, Told
from tui.walk import Walk
from tui.widgets.headline import Headline, place
from tui.widgets.key_footer import KeyFooter
from tui.widgets.memo_text import MemoText
from tui.widgets.panes import pane
from tui.widgets.passages import What
from tui.widgets.transcript_view import TranscriptView

KEEP_VERSION_EVERY_S = 60
TRY_AGAIN_EVERY_S = 2
NOT_EACH_KEY_S = 0.25
"""While the study can't be written, keys that come sooner after the last try don't wait for it as well."""
READY = "transcript ready"
EMPTY = "Words appear here as they are read."
EMPTY_OF_NOTES = "This session was kept with notes only."
BOTH_KEPT = "This memo was written elsewhere meanwhile: both are kept, the other one below."
WRITTEN_ELSEWHERE = "This memo was written elsewhere: what stands here now is that."
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

    _session: Session

    def __init__(self, session_id: str, *, sitting: Sitting | None = None) -> None:
        super().__init__(session_id)
        self._sitting = sitting
        self._memo: Memo | None = None
        self._read = ""
        self._saved_at: datetime | None = None
        self._refused_s = 0.0
        if sitting is not None:
            sitting.listener = self

    def compose(self) -> ComposeResult:
        """Memo at the left, or above; transcript at the right, or below."""
        text = self._opened()
        self._session = self.study.gate.session(self._session_id)
        yield Headline()
        with Container(id="memo-body"):
            yield pane(MemoText(text, self._typed), self._begun)
            transcript = TranscriptView(self._session.participant, empty=BEING_READ, id="memo-transcript")
            yield pane(transcript, "transcript")
        yield KeyFooter()

    def on_mount(self) -> None:
        """The transcript as far as it is there, from its end; the rest comes in behind the typing."""
        self.call_after_refresh(self._first_drawing)  # never, if the app is left in this very moment
        self.set_interval(KEEP_VERSION_EVERY_S, self._keep_version)
        self.set_interval(TRY_AGAIN_EVERY_S, self._save_what_was_not)
        if self._sitting is not None:
            self.app.run_worker(self._sitting.see_out(), name="finishing", group="finishing", exit_on_error=False)

    async def _first_drawing(self) -> None:
        self._ready = True
        self._draw_head()
        if not await self.read_anew():
            return
        self.draw_transcript()
        spoken = [index for index, row in enumerate(self._page) if row.what is What.UTTERANCE]
        self._view.select(spoken[-1] if spoken else None)
        await self.look_for_models()

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
        if self._memo is not None:
            self._read, self._saved_at = self._memo.text, self._memo.saved_at
        else:
            self._read = first_text(self.study, self._session_id)
            self._save(self._read)
        return self._read

    @property
    def _begun(self) -> str:
        return "memo" if self._memo is None else f"begun {round(self._memo.minutes_after)} min after the interview"

    def _keep(self, text: str, at: datetime) -> Memo:
        """Save it over what was read, and nothing else; where another program began it, both are kept."""
        memos = self.study.memos
        if self._memo is None:
            self._memo = memos.open(self._session_id, text, at)
            self._read = text if self._memo.text == text else self._read
        return memos.save(self._memo.id, text, at, over=self._read)

    def _typed(self, text: str) -> None:
        """A key: saved, or not on the disk yet, as is shown."""
        if not self.keeps_open or time.monotonic() - self._refused_s > NOT_EACH_KEY_S:
            self._save(text)

    def _save(self, text: str) -> None:
        """On disk when this returns; else that is said, what was typed stays where it is, and it is tried again."""
        at = self.now()
        try:
            self._memo = self.study.insist(lambda: self._keep(text, at))
        except NotNow as refusal:
            if not self.keeps_open:
                self.say(refusal, "error")
            self.keeps_open, self._refused_s = f"The memo is not saved. {refusal}", time.monotonic()
        except ConsentRequired as shut:
            self._memo, self.keeps_open = None, None  # taking part was withdrawn meanwhile, by another program
            self._shut(shut)
        else:
            self._read, self._saved_at, self.keeps_open = self._memo.text, at, None
            if self._read != text and (typed := self.query_one_optional(MemoText)) is not None:
                typed.take_in(self._read)
                self.say(BOTH_KEPT, "warning")
        self._draw_head()

    def written_elsewhere(self) -> None:
        """What another program or screen wrote in this memo is shown; everything that was typed here is saved."""
        if self._memo is None or self.keeps_open or not self.study.memos.differs(self._memo.id, self._read):
            return
        self._memo = self.study.memos.get(self._memo.id)
        self._read, self._saved_at = self._memo.text, self._memo.saved_at
        self.query_one(MemoText).take_in(self._read)
        self.say(WRITTEN_ELSEWHERE, "warning")
        self._draw_head()

    def _save_what_was_not(self) -> None:
        if self.keeps_open:
            self._save(self.query_one(MemoText).memo)

    def _keep_version(self) -> None:
        if self._memo is not None:
            with suppress(NotNow, ConsentRequired):  # in a minute, or as the memo is left; or never more
                self.study.memos.keep_version(self._memo.id, self.now())

    def _draw_head(self) -> None:
        if not self._ready:
            return
        session, at = self._session, self._saved_at
        self.query_one(MemoText).border_title = Content(self._begun)
        saved = "NOT SAVED" if self.keeps_open or at is None else f"saved {time_of_day(at)}"
        invented = self.study.invented
        self.query_one(Headline).tell(
            place("memo", f"{session.participant} · wave {session.wave}", invented=invented), saved
        )

    # --- the transcript -----------------------------------------------------------------------------------------------

    async def on_told(self, message: Told) -> None:
        """The transcript goes on being finished."""
        if not self._ready:
            return
        match message.event:
            case events.UtteranceHeard(id=key):
                self._put_in(key)
                self.draw_transcript()
            case events.TranscriptReady() if self._dossier is not None:
                await self.take_in()
            case events.Notice(text=text):
                self.say(text, "warning")
            case _:
                pass

    def draw_transcript(self) -> None:
        """The transcript, and how far it is: being finished, or being read once more."""
        if self._dossier is None:
            return
        view = self._view
        view.empty = EMPTY_OF_NOTES if self._dossier.session.mode is Mode.NOTES else EMPTY
        view.show(self._page)
        again = self.reading_status
        over = again and self._dossier.session.state is State.COMPLETE
        view.border_subtitle = again if over else ", ".join(words for words in (self._progress(), again) if words)

    def _progress(self) -> str:
        if self._sitting is None and self.face.finishing:
            return "being finished"  # the app was locked meanwhile
        if self._sitting is None or self._dossier is None:
            to_go = 0 if self._dossier is None else self._dossier.unread
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
    session = study.gate.session(session_id)
    guide, cues = study.guides.get(session.guide_sha256), study.log.cues(session.id)
    walk = Walk.through(guide, session.wave).retraced(cues)
    notes = study.log.marks(session.id), study.log.jottings(session.id)
    return prefill(Matter(guide, walk, cues, *notes, study.transcript.lines(session.id)))
