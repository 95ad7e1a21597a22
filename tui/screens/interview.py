"""The interview: what to ask, what is being said, and whether it is recorded, worked with single keys."""

from __future__ import annotations

import gc

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from store import SessionLock, StoreError
from tui.holding import taken
from tui.screens.interview_layout import HEIGHTS, LAYOUT, WIDTHS
from tui.screens.interview_view import InterviewView
from tui.screens.memo import MemoScreen
from tui.session import Conductor
from tui.sitting import Sitting
from tui.source import CHANNEL, with_channel
from tui.widgets.captions import Captions
from tui.widgets.guide_list import GuideList
from tui.widgets.jottings import Jottings
from tui.widgets.key_footer import KeyFooter
from tui.widgets.note_line import NoteLine, Purpose
from tui.widgets.panes import pane
from tui.widgets.question_card import QuestionCard
from tui.widgets.top_line import NewsLine, TopLine

TICK_S = 0.25


class InterviewScreen(InterviewView):
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
        super().__init__(session_id)
        self.keeps_open = "An interview is running: stop it with s before you leave."
        self._conductor = conductor
        self._handed_over = lock
        self._sitting: Sitting | None = None
        self._ending = False

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

    async def _first_drawing(self) -> None:
        self._read()
        await self._arrange()
        self.ready = True
        self._read()  # what was told meanwhile
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
        if conductor.recording:
            await self.end()

    async def try_again(self) -> None:
        """Let everything go and begin with this session anew: the microphone may be back."""
        if self._sitting is None:
            return
        sitting, self._sitting, self.keeps_open = self._sitting, None, None
        sitting.listener = None
        lock = await taken(self.study)
        await sitting.end()
        self.face.show_interview(self._session_id, lock)

    # --- the end ------------------------------------------------------------------------------------------------------

    async def end(self) -> None:
        """Stop, and hand the session over to the memo; what is half typed is kept as a note."""
        if self._ending:
            return
        self._ending = True
        line = self.query_one(NoteLine)
        try:
            if line.is_open and line.typed and line.purpose is Purpose.NOTE:
                self.conductor.jot(line.typed)
            await self.conductor.stop()
        except StoreError as refusal:
            self._ending = False
            self.say(refusal)
            return
        while self.app.screen is not self:
            self.app.pop_screen()
        sitting, self._sitting, self.keeps_open = self._sitting, None, None
        self.app.switch_screen(MemoScreen(self._session_id, sitting=sitting))
