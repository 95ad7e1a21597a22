"""What the interview screen shows: how the session stands, its notes and words, and what is told of it meanwhile."""

from __future__ import annotations

from dataclasses import replace

from textual import on
from textual.widgets import OptionList

from store import Dossier
from tui import events
from tui.screens.interview_keys import InterviewKeys
from tui.screens.interview_words import OF_STATE, UNWRITTEN, WITHDRAWN, gap_words, state_words, struck_words
from tui.session import Stage
from tui.sitting import Told
from tui.widgets.captions import WITHOUT_WORDS, WORDS_COME, Captions
from tui.widgets.guide_list import Course, GuideList, spent_on
from tui.widgets.jottings import Jottings
from tui.widgets.panes import pane
from tui.widgets.passages import jotted, spoken, with_utterance
from tui.widgets.question_card import QuestionCard, card_for
from tui.widgets.top_line import NewsLine, TopLine

SOUNDLESS = ("no_signal", "silent")


class InterviewView(InterviewKeys):
    """Draws one session, ``session_id``, from the store and from what its conductor tells."""

    def __init__(self, session_id: str) -> None:
        super().__init__()
        self._session_id = session_id
        self._dossier: Dossier | None = None
        self._minute = -1
        self._reason = ""
        self._signal = "ok"
        self._told_state: tuple[Stage, str] | None = None

    # --- drawing ------------------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        self._watch_state()
        self.query_one(TopLine).stand(self.conductor)
        self.query_one(NewsLine).age()
        self.query_one(Captions).nothing(WITHOUT_WORDS.get(self.conductor.stage, WORDS_COME))
        if self.conductor.at_ms // 60_000 != self._minute:
            self._draw_course()

    def _watch_state(self) -> None:
        """All that is said of the state comes from the conductor, and goes when it is otherwise."""
        stage, news = self.conductor.stage, self.query_one(NewsLine)
        if (stage, self._signal) != self._told_state:
            self._told_state = (stage, self._signal)
            news.state_changed()
            self.refresh_bindings()
        words = state_words(self.conductor, self._reason, soundless=self.soundless)
        news.state(words, alarm=stage is Stage.LOST or self.conductor.waiting > 0)

    @property
    def worded(self) -> bool:
        """Whether there is room for what is said: sound is recorded, or was and its words were kept."""
        return self.conductor.recording or (self._dossier is not None and bool(self._dossier.utterances))

    async def _arrange(self) -> None:
        """Without words the notes take their room, and nothing of sound is shown."""
        self.set_class(not self.conductor.recording, "-soundless")
        notes = not self.worded
        if notes == self.has_class("-notes"):
            return
        self.set_class(notes, "-notes")
        await self.query_one(Jottings).remove()
        await self.query_one("#interview-right" if notes else "#interview-left").mount(pane(Jottings(), "jottings"))
        self._draw_notes()

    def _read(self) -> None:
        """Everything anew from the store."""
        self._dossier = self.study.dossier(self._session_id)
        captions = self.query_one(Captions)
        captions.show(spoken(self._dossier))
        self._draw_notes()
        self._draw_course()
        if not self.conductor.recording:
            self.query_one(TopLine).still()
            self.query_one(TopLine).machine("")

    def _draw_notes(self) -> None:
        if self._dossier is not None:
            log, key = self.study.log, self._session_id
            self._dossier = replace(self._dossier, marks=log.marks(key), jottings=log.jottings(key))
            waiting = (replace(one, text=f"{one.text} {UNWRITTEN}".strip()) for one in self.conductor.unwritten)
            shown = replace(self._dossier, jottings=(*self._dossier.jottings, *waiting))
            self.query_one(Jottings).show(jotted(shown))

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

    async def on_told(self, message: Told) -> None:
        """Show what has happened; it is in the store already, where the first drawing reads it."""
        if not self.ready:
            return
        self._watch_state()
        match message.event:
            case events.LevelMoved(rms_db=rms_db, peak_db=peak_db, behind=behind):
                self.query_one(TopLine).level(rms_db, peak_db, behind)
            case events.CaptionShown() as caption:
                self.query_one(Captions).move(caption)
            case events.UtteranceHeard() as heard:
                self._hear(heard)
            case events.CueMade(question=question, move=move):
                self._on_cue(question, move)
            case (
                events.MarkMade()
                | events.JottingMade()
                | events.NoteCorrected()
                | events.NoteStruck()
                | events.NotOnDisk()
            ):
                self._draw_notes()
            case events.CueUndone(question=question):
                self._draw_course()
                self.query_one(GuideList).choose(question)
            case events.SignalChanged(state=state):
                self._signal = state
                self._watch_state()
                self.query_one(TopLine).signal(state not in SOUNDLESS)
            case events.MachineKnown(model=model, device=device):
                self.query_one(TopLine).machine(f"{model} · {device.upper()} · live")
            case events.Notice(text=text) if self.conductor.stage is Stage.LOST:
                self._reason = text
                self.query_one(TopLine).still()
            case events.Notice(code=code, text=text):
                self.query_one(NewsLine).notice(text, of_state=code in OF_STATE)
            case other:
                await self._on_turn(other)
        self._tick()

    async def _on_turn(self, event: events.Event) -> None:
        match event:
            case events.StretchStruck():
                self._read()
                self.query_one(NewsLine).notice(struck_words(event))
                self.query_one(Captions).clear()
            case events.AudioWithdrawn(transcript=transcript):
                self._read()
                self.query_one(Captions).clear()
                self.query_one(NewsLine).notice(WITHDRAWN[transcript])
                await self._arrange()
            case events.GapFound(start_ms=start_ms, end_ms=end_ms):
                self.query_one(NewsLine).notice(gap_words(start_ms, end_ms))
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
