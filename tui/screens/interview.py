"""The interview: what to ask, what is being said, and whether it is recorded, worked with single keys."""

from __future__ import annotations

import gc
from dataclasses import replace

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import OptionList

from store import Dossier, SessionLock, StoreError
from tui import events
from tui.screens.interview_keys import WITH_SOUND, InterviewKeys
from tui.screens.interview_layout import HEIGHTS, LAYOUT, WIDTHS
from tui.screens.memo import MemoScreen
from tui.session import Conductor, Stage
from tui.sitting import Sitting, Told
from tui.source import CHANNEL, with_channel
from tui.times import clock_time
from tui.widgets.captions import WITHOUT_WORDS, WORDS_COME, Captions
from tui.widgets.guide_list import Course, GuideList, spent_on
from tui.widgets.jottings import Jottings
from tui.widgets.key_footer import KeyFooter
from tui.widgets.note_line import NoteLine, Purpose
from tui.widgets.panes import pane
from tui.widgets.passages import jotted, spoken, with_utterance
from tui.widgets.question_card import QuestionCard, card_for
from tui.widgets.top_line import NewsLine, TopLine

TICK_S = 0.25
SOUNDLESS = ("no_signal", "silent")
SOUNDLESS_KEYS = "o tries again; n still takes notes."


class InterviewScreen(InterviewKeys):
    """Conducts one session; everything it writes goes through the conductor, which has written when it returns.

    ``conductor`` is one that runs already and belongs to somebody else; without it the screen makes its own. ``lock``
    is the study's, handed over by whoever began the session, so that nobody comes in between.
    """

    about = (
        "The bar at the top left says whether sound is recorded. Up and down choose a question, space asks it. "
        "While you type a note, no letter is a command."
    )
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    AUTO_FOCUS = "GuideList"
    DEFAULT_CSS = LAYOUT

    def __init__(self, session_id: str, *, conductor: Conductor | None = None, lock: SessionLock | None = None) -> None:
        super().__init__()
        self.keeps_open = "An interview is running: stop it with s before you leave."
        self._session_id = session_id
        self._conductor = conductor
        self._handed_over = lock
        self._sitting: Sitting | None = None
        self._dossier: Dossier | None = None
        self._minute = -1
        self._ending = False
        self._reason = ""

    def compose(self) -> ComposeResult:
        """State and news on top; guide and jottings at the left, question and captions at the right."""
        session = self.study.sessions.get(self._session_id)
        yield TopLine(f"{session.participant} · wave {session.wave}")
        yield NewsLine(invented=self.study.invented)
        with Horizontal(id="interview-body"):
            with Vertical(id="interview-left"):
                yield pane(GuideList(), "guide")
                yield pane(Jottings(), "jottings")
            with Vertical(id="interview-right"):
                yield pane(QuestionCard(), "now")
                yield pane(Captions(session.participant), "captions")
        yield NoteLine(self.typed)
        yield KeyFooter()

    # --- beginning and leaving ----------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Begin: microphone, scribe and clock; or leave again with the reason."""
        try:
            self._begin()
        except StoreError as refusal:
            self.say(refusal)
            self.call_later(self._leave)
            return
        finally:
            self._let_go_of_what_was_handed_over()
        self.call_after_refresh(self._first_drawing)  # never, if the app is left in this very moment

    def _first_drawing(self) -> None:
        self.ready = True
        self._read()
        walk = self.conductor.walk
        shown = walk.current if walk.current and walk.current.id in walk.asked else walk.following
        self.query_one(GuideList).choose(shown.id if shown else None)
        self._tick()
        self.set_interval(TICK_S, self._tick)
        gc.freeze()  # what is loaded stays; to go through it all for garbage holds a key up by a fifth of a second

    def _begin(self) -> None:
        if self._conductor is not None:
            return
        opening = self.face.opening
        source = with_channel(opening.source, self.study.setting(CHANNEL))
        self._sitting = Sitting(self.study, self._session_id, source, opening.choice, self.now)
        self._sitting.listener = self
        self._conductor = self._sitting.conductor
        self._conductor.begin()
        if opening.source.replay is not None:
            self._play()

    def _let_go_of_what_was_handed_over(self) -> None:
        lock, self._handed_over = self._handed_over, None
        if lock is not None:
            lock.release()  # the sitting has taken it for itself by now

    async def _leave(self) -> None:
        if self.is_current:
            self.app.pop_screen()

    async def on_unmount(self) -> None:
        """No child outlives the screen, unless the memo has taken the session over."""
        self._ending = True
        gc.unfreeze()
        self._let_go_of_what_was_handed_over()
        if self._sitting is not None:
            self._sitting.listener = None
            await self._sitting.end()

    @property
    def conductor(self) -> Conductor:
        """Who conducts."""
        if self._conductor is None:
            raise RuntimeError("The interview has not begun.")
        return self._conductor

    @work(group="playing")
    async def _play(self) -> None:
        """Let a replay play, with its moves if it is the demo; its end stops the session."""
        conductor, script = self.conductor, self.face.opening.demo
        if script is None:
            await conductor.until_over()
        else:
            from tui.demo.drive import drive

            await drive(conductor, script)
        if conductor.stage in WITH_SOUND:
            await self.end()

    # --- drawing ------------------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        self.query_one(TopLine).stand(self.conductor)
        self.query_one(NewsLine).age()
        lost = self.conductor.stage is Stage.LOST
        keys = SOUNDLESS_KEYS if self.soundless else ""
        self.query_one(NewsLine).alarm(f"{self._reason} {keys}".strip() if lost else "")
        self.query_one(Captions).nothing(WITHOUT_WORDS.get(self.conductor.stage, WORDS_COME))
        if self.conductor.at_ms // 60_000 != self._minute:
            self._draw_course()

    def _read(self) -> None:
        """Everything anew from the store."""
        self._dossier = self.study.dossier(self._session_id)
        captions = self.query_one(Captions)
        captions.show(spoken(self._dossier))
        self._draw_notes()
        self._draw_course()
        if self.conductor.stage is Stage.NOTES:
            self.query_one(TopLine).still()
            self.query_one(TopLine).machine("")

    def _draw_notes(self) -> None:
        if self._dossier is not None:
            log, key = self.study.log, self._session_id
            self._dossier = replace(self._dossier, marks=log.marks(key), jottings=log.jottings(key))
            self.query_one(Jottings).show(jotted(self._dossier))

    def _draw_course(self) -> None:
        if self._dossier is None:
            return
        self._dossier = replace(self._dossier, cues=self.study.log.cues(self._session_id))
        conductor = self.conductor
        self._minute = conductor.at_ms // 60_000
        course = Course(conductor.guide, conductor.walk, spent_on(self._dossier.cues, conductor.at_ms))
        self.query_one(GuideList).show(course)
        self.query_one(TopLine).core(*conductor.walk.fidelity())
        self.query_one(NewsLine).budget(self._minute, course.planned_minutes())
        self._draw_card()
        self.refresh_bindings()

    @on(OptionList.OptionHighlighted)
    def _draw_card(self) -> None:
        if self._dossier is not None:
            chosen = self.query_one(GuideList).chosen
            self.query_one(QuestionCard).show(card_for(self.conductor.walk, self._dossier.cues, chosen))

    # --- what the session tells ---------------------------------------------------------------------------------------

    def on_told(self, message: Told) -> None:
        """Show what has happened; it is in the store already, where the first drawing reads it."""
        if not self.ready:
            return
        match message.event:
            case events.LevelMoved(rms_db=rms_db, peak_db=peak_db, behind=behind):
                self.query_one(TopLine).level(rms_db, peak_db, behind)
            case events.CaptionShown() as caption:
                self.query_one(Captions).move(caption)
            case events.UtteranceHeard() as heard:
                self._hear(heard)
            case events.CueMade(question=question, move=move):
                self._on_cue(question, move)
            case events.MarkMade() | events.JottingMade():
                self._draw_notes()
            case events.SignalChanged(state=state):
                self.query_one(TopLine).signal(state not in SOUNDLESS)
            case events.MachineKnown(model=model, device=device):
                self.query_one(TopLine).machine(f"{model} · {device.upper()} · live")
            case events.Notice(text=text) if self.conductor.stage is Stage.LOST:
                self._reason = text
                self.query_one(TopLine).still()
            case events.Notice(text=text):
                self.query_one(NewsLine).notice(text)
            case other:
                self._on_turn(other)
        self._tick()

    def _on_turn(self, event: events.Event) -> None:
        match event:
            case events.StretchStruck(start_ms=start_ms, end_ms=end_ms):
                self._read()
                self.query_one(NewsLine).notice(f"Struck: {clock_time(start_ms)} to {clock_time(end_ms)}.")
                self.query_one(Captions).clear()
            case events.AudioWithdrawn():
                self._read()
                self.query_one(Captions).clear()
                self.query_one(NewsLine).notice("The recording is destroyed; the interview goes on with notes.")
            case events.GapFound(start_ms=start_ms, end_ms=end_ms):
                lost = max(1, round((end_ms - start_ms) / 1000))
                self.query_one(NewsLine).notice(f"Not captured: {lost} s from {clock_time(start_ms)}.")
            case events.PauseBegan():
                self.query_one(TopLine).still()
                self.query_one(Captions).clear()
            case _:
                pass
        self.refresh_bindings()

    def _on_cue(self, question: str | None, move: str) -> None:
        self._draw_course()
        if move == "skip":
            following = self.conductor.walk.following
            question = following.id if following is not None else question
        if move != "follow":
            self.query_one(GuideList).choose(question)
        else:
            self.query_one(NewsLine).notice("Follow-up stamped.")

    def _hear(self, heard: events.UtteranceHeard) -> None:
        if self._dossier is None:
            return
        self._dossier = with_utterance(self._dossier, self.study.transcript.get(heard.id))
        self.query_one(Captions).show(spoken(self._dossier))

    async def try_again(self) -> None:
        """Let everything go and begin with this session anew: the microphone may be back."""
        if self._sitting is None:
            return
        sitting, self._sitting, self.keeps_open = self._sitting, None, None
        sitting.listener = None
        lock = self.study.lock_for_session()
        await sitting.end()
        self.face.show_interview(self._session_id, lock)

    # --- the end ------------------------------------------------------------------------------------------------------

    async def end(self) -> None:
        """Stop, and hand the session over to the memo; what is half typed is kept as a note."""
        if self._ending:
            return
        self._ending = True
        line = self.query_one(NoteLine)
        if line.is_open and line.typed and line.purpose is Purpose.NOTE:
            self.conductor.jot(line.typed)
        try:
            await self.conductor.stop()
        except StoreError as refusal:
            self._ending = False
            self.say(refusal)
            return
        while self.app.screen is not self:
            self.app.pop_screen()
        sitting, self._sitting, self.keeps_open = self._sitting, None, None
        self.app.switch_screen(MemoScreen(self._session_id, sitting=sitting))
