"""The transcript of one session, to be read, searched, and told apart by speaker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from store import Mode, Utterance
from store.handover.wording import kind_of
from store.speakers import INTERVIEWER, PARTICIPANT
from tui.screens import WayBack
from tui.screens.second_reading import BEING_READ, SecondReading, reading_keys
from tui.widgets.headline import Headline, place
from tui.widgets.key_footer import KeyFooter
from tui.widgets.note_line import NoteLine, Purpose
from tui.widgets.panes import pane
from tui.widgets.passages import What
from tui.widgets.session_strip import SessionStrip
from tui.widgets.transcript_view import TranscriptView

WHOSE = "Two voices are told apart, but not whose they are: press 1 or 2 on an utterance."
EMPTY = "Nobody's words are here yet."
EMPTY_OF_NOTES = "This session was kept with notes only, and has none yet."
CHANGING = "Voices change places …"
HEIGHTS = [(0, "-low"), (12, "-tall")]
SPEAKERS = {1: INTERVIEWER, 2: PARTICIPANT}


class TranscriptScreen(SecondReading):
    """Reading; ``at_ms`` is where to open it, in recording time."""

    about = (
        "What was said, in the order of the recording, with the questions as headings. The program tidies speech: "
        "um, repetitions and false starts are often missing (the top says: clean or strict). 1 and 2 say who speaks; "
        "where it says voice 1 and voice 2, once is enough for all. x swaps the two, wherever voices told them apart. "
        "Ctrl+r lets a bigger model read it once more, in the background."
    )
    AUTO_FOCUS = "#transcript"
    VERTICAL_BREAKPOINTS = HEIGHTS
    DEFAULT_CSS = """
    TranscriptScreen {
        #transcript-body { height: 1fr; padding: 0; }
        TranscriptView { height: 1fr; }
        &.-low SessionStrip { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "speaker(1)", "Interviewer", id="transcript.first", tooltip="The interviewer says this"),
        Binding("2", "speaker(2)", "Participant", id="transcript.second", tooltip="The participant says this"),
        Binding(
            *("x", "swap", "Swap"),
            show=False,  # no room at 80 columns; what names a voice says so
            id="transcript.swap",
            tooltip="Interviewer and participant change places",
        ),
        Binding("slash", "find", "Find", key_display="/", id="transcript.find", tooltip="Find words on this page"),
        Binding("n", "again(1)", "Next", id="transcript.next", tooltip="The next place with these words"),
        Binding("N", "again(-1)", "Prev", id="transcript.previous", tooltip="The place before with these words"),
        Binding("m", "memo", "Memo", id="transcript.memo", tooltip="The memo of this session"),
        *reading_keys("transcript", begin="Again", end="Stop"),
        Binding("escape", "leave", "Back", id="transcript.leave", tooltip="Back"),
    ]

    def __init__(self, session_id: str, at_ms: int | None = None) -> None:
        super().__init__(session_id)
        self._at_ms = at_ms
        self._sought = ""
        self._changing = asyncio.Lock()

    def compose(self) -> ComposeResult:
        """The strip, then line by line."""
        session = self.study.gate.session(self._session_id)
        yield Headline()
        yield SessionStrip()
        with pane(Vertical(id="transcript-body"), "transcript"):
            yield TranscriptView(session.participant, empty=BEING_READ, id="transcript")
        yield NoteLine(self._find)
        yield KeyFooter()

    def on_mount(self) -> None:
        """Draw it, and go to the place it was opened for."""
        self.call_after_refresh(self._first_drawing)  # never, if the app is left in this very moment

    async def _first_drawing(self) -> None:
        self._ready = True
        if not await self.read_anew():
            return
        self.draw_transcript()
        view = self.query_one(TranscriptView)
        before = [index for index, row in enumerate(view.passages) if row.at_ms <= (self._at_ms or 0)]
        spoken = [index for index, row in enumerate(view.passages) if row.what is What.UTTERANCE]
        if self._at_ms is not None and before:
            view.select(before[-1])
        elif spoken:
            view.select(spoken[0])
            view.scroll_home(animate=False)
        if any(row.voice and row.speaker is None for row in self._rows):
            self.say(WHOSE)
        await self.look_for_models()

    def way_back(self) -> WayBack:
        """The same place in it."""
        session = self._session_id
        here = self.query_one(TranscriptView).selected if self._ready else None
        at_ms = here.at_ms if here is not None else self._at_ms
        return lambda app: app.show_transcript(session, at_ms)

    async def on_screen_resume(self) -> None:
        """A memo was open meanwhile, or a transcript went on being finished."""
        if self._dossier is not None:
            await self.take_in()

    def draw_transcript(self) -> None:
        """Where we are, the strip, and every line."""
        if self._dossier is None:
            return
        held = self._dossier
        spoken = sum(not row.struck for row in held.utterances)
        kind = "notes only" if held.session.mode is Mode.NOTES and not spoken else kind_of(held.utterances)
        where = place(f"{held.session.participant} · wave {held.session.wave}", invented=held.invented)
        self.query_one(Headline).tell(where, f"{kind} · {spoken} utterance{'' if spoken == 1 else 's'}")
        self.query_one(SessionStrip).show(held)
        self._view.empty = EMPTY_OF_NOTES if held.session.mode is Mode.NOTES else EMPTY
        self._view.show(self._page)
        self.query_one("#transcript-body").border_subtitle = self.reading_status

    # --- keys ---------------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Next and previous need something that is sought; a speaker needs an utterance, and a swap two voices."""
        if action == "again":
            return True if self._sought else None
        if action == "speaker" and self._dossier is not None:
            return True if self._rows else None
        if action == "swap":
            return any(row.voice for row in self._rows)
        return super().check_action(action, parameters)

    def action_speaker(self, number: int) -> None:
        """Say who speaks: in the utterance, or where its voice has no name yet, in all of that voice."""
        chosen = self._view.selected
        if chosen is None or chosen.what is not What.UTTERANCE or self._dossier is None:
            self.say("Choose an utterance first, with up and down.")
        else:
            self._in_turn(lambda: self._say_who(chosen.id, SPEAKERS[number]))

    def action_swap(self) -> None:
        """The two change places, wherever voices told them apart."""
        self._in_turn(self._swap)

    @work(group="changing")
    async def _in_turn(self, change: Callable[[], Awaitable[None]]) -> None:
        """One key after the other, in the order in which they were pressed; none waits for the screen."""
        async with self._changing:
            await change()

    async def _say_who(self, utterance: str, speaker: str) -> None:
        row = self.study.transcript.get(utterance)
        if row.voice and row.speaker is None:
            await self._name_voice(row.voice, speaker)
        else:
            self.study.transcript.set_speaker(row.id, speaker, now=self.now())
            self._put_in(row.id)
            self.draw_transcript()

    async def _swap(self) -> None:
        named = next((row for row in self._rows if row.voice and row.speaker and row.confidence is not None), None)
        if named is None or named.voice is None:
            self.say(WHOSE)
        else:
            await self._name_voice(named.voice, PARTICIPANT if named.speaker == INTERVIEWER else INTERVIEWER)

    async def _name_voice(self, voice: int, speaker: str) -> None:
        """In all of the session, which takes a second where it is long."""
        session, now = self._session_id, self.now()
        self.query_one("#transcript-body").border_subtitle = CHANGING
        try:
            await self.face.beside.do(lambda study: study.speakers.name(session, voice, speaker, now))
        finally:
            if await self.read_anew():
                self.draw_transcript()
        self.say(f"Voice {voice} is the {speaker}'s, all through. x swaps the two.")

    @property
    def _rows(self) -> tuple[Utterance, ...]:
        return () if self._dossier is None else self._dossier.utterances

    def action_find(self) -> None:
        """Open the line to type in."""
        self.query_one(NoteLine).open(Purpose.FIND)

    def _find(self, _: Purpose, text: str | None) -> None:
        self._sought = text or ""
        if not self.query_one(TranscriptView).seek(self._sought) and self._sought:
            self.say("Nothing on this page holds these words.")
        self.refresh_bindings()

    def action_again(self, step: int) -> None:
        """The next place, or the one before."""
        self.query_one(TranscriptView).seek(self._sought, step)

    def action_memo(self) -> None:
        """The memo of this session."""
        self.face.show_memo(self._session_id)

    def action_leave(self) -> None:
        """Back."""
        self.app.pop_screen()
