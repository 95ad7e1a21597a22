"""What was left unfinished, one session at a time: go on with it, finish its transcript, or close it as it is."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import ProgressBar, Static
from textual.worker import Worker

from store import ConsentRequired, Mode, Session, State
from store.errors import StoreError
from store.localtime import long_day
from transcribe.errors import TranscribeError
from tui import events, going_on
from tui.holding import taken
from tui.recovery import close_as_it_is, recover, so_far
from tui.screens import StudyScreen
from tui.screens.confirm import Confirm
from tui.times import clock_time
from tui.widgets.headline import Headline, place
from tui.widgets.key_footer import KeyFooter

_ANEW = " It broke off more than two hours ago, or the clock was set since: g asks for consent anew."
_GO = "g   go on with the session: the interview screen opens where it was left"
_FINISH = "f   finish the transcript out of what was recorded; then the memo opens"
_CLOSE = "c   close it as it is: it is not offered at the start again"
_LATER = "escape   later: it is offered again"


class InterruptedScreen(StudyScreen[None]):
    """Offers each of these sessions in turn; leaves when none is left."""

    about = (
        "Nothing that was recorded is lost when the laptop or the program stops in the middle: it is on disk, and the "
        "rest of the transcript can be made from it. Leaving this screen changes nothing."
    )
    DEFAULT_CSS = """
    InterruptedScreen {
        align: center middle;
        #left-box { width: 84; max-width: 98%; height: auto; max-height: 90%; padding: 1 2; overflow-y: auto; }
        Static { height: auto; }
        #left-choices { margin-top: 1; }
        #left-said { margin-top: 1; }
        #left-said.-empty { display: none; }
        #left-progress { margin-top: 1; display: none; width: 1fr; }
        #left-progress Bar { width: 1fr; }
        &.-working #left-progress { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g", "go_on", "Go on", id="left.go", tooltip="Go on with the session"),
        Binding(
            "f", "finish", "Finish transcript", id="left.finish", tooltip="Finish the transcript from the recording"
        ),
        Binding("c", "close", "Close as it is", id="left.close", tooltip="Leave it unfinished, not offered again"),
        Binding("escape", "later", "Later", id="left.later", tooltip="Leave it as it is; it is offered again"),
    ]
    working = reactive(False, toggle_class="-working", bindings=True)

    def __init__(self, sessions: tuple[str, ...]) -> None:
        super().__init__()
        self._waiting = list(sessions)
        self._finishing: Worker[None] | None = None
        self._read = 0
        self._shut = ""

    @property
    def attended(self) -> bool:  # type: ignore[override]  # elsewhere it never changes
        """While a transcript is being finished nobody has to press a key."""
        return self.working

    def compose(self) -> ComposeResult:
        """What happened, what can be done."""
        yield Headline(place(self.study.name, invented=self.study.invented))
        with VerticalGroup(id="left-box", classes="pane"):
            yield Static(id="left-what")
            yield Static(id="left-choices")
            yield ProgressBar(total=100, show_eta=False, id="left-progress")
            yield Static(id="left-said", classes="-empty", markup=False)
        yield KeyFooter()

    def on_mount(self) -> None:
        """The first one."""
        self.call_after_refresh(self._show)  # never, if the app is left in this very moment

    @property
    def _session(self) -> Session:
        return self.study.sessions.get(self._waiting[0])

    def _show(self) -> None:
        """The session whose turn it is; leaves when none is left."""
        self.working = False
        if not self._waiting:
            self.dismiss(None)
            return
        session = self._session
        box = self.query_one("#left-box")
        broken = session.state is State.INTERRUPTED
        box.border_title = "An interrupted session" if broken else "A transcript that is not finished"
        box.border_subtitle = f"{len(self._waiting)} of these" if len(self._waiting) > 1 else ""
        self._shut = self._why_not_on(session)
        what = _what(session, *so_far(self.study, session.id)) + self._how_it_stood(session)
        self.query_one("#left-what", Static).update(what)
        keys = [_GO, _FINISH, _CLOSE, _LATER] if broken and not self._shut else [_FINISH, _CLOSE, _LATER]
        if not self._has_words_to_come(session):
            keys.remove(_FINISH)
        self.query_one("#left-choices", Static).update(Content("\n".join(keys)))
        self.refresh_bindings()

    def _how_it_stood(self, session: Session) -> Content:
        if session.state is not State.INTERRUPTED or self.study.gate.is_shut(session.id):
            return Content("")
        if self._shut:
            return Content(f"\n{self._shut}")
        off = " It was off the record, and goes on so." if going_on.stood(self.study, session.id).off_the_record else ""
        anew = _ANEW if going_on.asks_anew(self.study, session.id, self.now()) else ""
        return Content(f"{off}{anew}")

    def _why_not_on(self, session: Session) -> str:
        """What keeps an interrupted session from going on, in one sentence."""
        if session.state is not State.INTERRUPTED:
            return ""
        try:
            going_on.require_consent(self.study, session.id)
        except ConsentRequired as refused:
            return str(refused)
        return ""

    def _next(self, sentence: str, *, memo: bool = False) -> None:
        session = self._session
        self.say(sentence)
        self.face.point_at(session.participant, session.wave)
        self._waiting.pop(0)
        self._tell(Content(""))
        if memo and not self._waiting:
            self.face.show_memo(session.id, instead=True)
            return
        self._show()
        if memo:
            self.face.show_memo(session.id)  # the next is underneath

    def _has_words_to_come(self, session: Session) -> bool:
        """Whether there is a transcript to be finished: a session of notes has none."""
        return session.state is not State.INTERRUPTED or session.mode is Mode.AUDIO or self._recorded(session)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Going on and closing are for interrupted sessions; while one is being finished, only leaving."""
        if action in ("go_on", "finish", "close"):
            if not self._waiting or self.working:
                return None
            if action == "finish":
                return self._has_words_to_come(self._session)
            return action == "close" or (self._session.state is State.INTERRUPTED and not self._shut)
        return True

    # --- the choices --------------------------------------------------------------------------------------------------

    async def action_go_on(self) -> None:
        """Open it again where it was left; needs live consent to take part, which is asked anew after two hours."""
        session = self._session
        if going_on.asks_anew(self.study, session.id, self.now()):
            self.face.show_consent_anew(session.id)
            return
        try:
            with await taken(self.study) as lock:
                going_on.reopen(self.study, session.id, self.now())
                self.face.show_interview(session.id, lock.take())
        except (StoreError, TranscribeError) as refused:
            self._trouble(str(refused))

    def action_close(self) -> None:
        """End it, after a question; what is not transcribed stays so until somebody finishes it."""
        session = self._session
        if session.mode is Mode.NOTES and not self._recorded(session):
            self.action_finish()
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._close(session)

        more = f"It is not offered again; `vivavoce recover {session.id}` can still finish its transcript."
        question = Confirm(f"Close {session.id} as it is?", more, yes="Close it", no="Leave it")
        self.app.push_screen(question, answered)

    def _close(self, session: Session) -> None:
        try:
            close_as_it_is(self.study, session.id, self.now)
        except StoreError as refused:
            self._trouble(str(refused))
            return
        self._next(f"{session.participant}, wave {session.wave}, is closed as it is; m opens its memo.")

    def action_finish(self) -> None:
        """Read what was recorded and not read yet."""
        self.working = True
        self._read = 0
        self._progress(self._session, 0)
        self._finishing = self.run_worker(
            self._finish(self._session), exclusive=True, description="finish a transcript"
        )

    async def _finish(self, session: Session) -> None:
        def tell(event: events.Event) -> None:
            if isinstance(event, events.UtteranceHeard):
                self._read += 1
                self._progress(session, event.end_ms)
            elif isinstance(event, events.Notice):
                self._trouble(event.text)

        try:
            with await taken(self.study):
                whole = await recover(self.study, session.id, self.face.opening.choice, tell, self.now)
        except StoreError as refused:
            self.working = False
            self._trouble(str(refused))
            return
        if whole:
            self._next(f"{session.participant}, wave {session.wave}, is complete; here is its memo.", memo=True)
        else:
            self.working = False
            self._trouble("A part could not be transcribed; it stays to be finished later.")

    def action_later(self) -> None:
        """Leave; a transcript that is being finished stops where it is, and nothing of it is lost."""
        if self._finishing is not None:
            self._finishing.cancel()
        self.dismiss(None)

    def _progress(self, session: Session, end_ms: int) -> None:
        share = 100 * end_ms / session.recording_ms if session.recording_ms else 0
        self.query_one(ProgressBar).update(progress=min(share, 99))
        so_far = f"Read up to {clock_time(end_ms)} of {clock_time(session.recording_ms)}"
        self.query_one("#left-said", Static).update(
            Content(f"{so_far}, {self._read} utterances. Escape stops it here.")
        )

    def _recorded(self, session: Session) -> bool:
        """Whether there is sound to be read, also where consent was taken back after it was recorded."""
        try:
            return self.study.permit_listening(session.id).path.exists()
        except (ConsentRequired, StoreError):
            return False

    def _trouble(self, sentence: str) -> None:
        self._tell(Content.styled(sentence, "$error"))

    def _tell(self, words: Content) -> None:
        said = self.query_one("#left-said", Static)
        said.update(words)
        said.set_class(not words.plain, "-empty")


def _what(session: Session, sound_ms: int, heard_ms: int) -> Content:
    """Who, which wave, how much sound there is, and how much of it has words."""
    who = f"{session.participant} · wave {session.wave}"
    kept = "with sound" if session.mode is Mode.AUDIO else "with notes only"
    day = long_day(session.started_at, session.utc_offset_min)
    if session.state is State.INTERRUPTED:
        how = f"This session of {day} did not come to its end. "
    else:
        how = f"This session of {day} was stopped before its transcript was whole. "
    if session.mode is not Mode.AUDIO:
        return Content.assemble((who, "bold"), f"   {kept}\n", how, "All its notes are on disk.")
    words = f"Its words are there up to {clock_time(heard_ms)}." if heard_ms else "No words of it are there yet."
    much = f"What was recorded, {clock_time(sound_ms)}, is on disk. {words}"
    return Content.assemble((who, "bold"), f"   {kept}\n", how, much)
