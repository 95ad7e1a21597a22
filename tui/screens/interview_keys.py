"""What the keys of the interview do; everything that writes goes through the conductor."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widgets import OptionList

from store import StoreError
from tui.distress import card_of
from tui.screens import StudyScreen
from tui.screens.confirm import Confirm
from tui.screens.distress import DistressScreen, WayOn
from tui.screens.strike import StrikeScreen
from tui.session import Conductor, Stage
from tui.times import clock_time
from tui.widgets.captions import Captions
from tui.widgets.guide_list import GuideList
from tui.widgets.note_line import NoteLine, Purpose
from tui.widgets.top_line import NewsLine

WITH_SOUND = (Stage.WAITING, Stage.RECORDING, Stage.PAUSED, Stage.LOST)
WITHDRAWING = (
    "Recording stops at once. What was recorded, {length}, is destroyed with its key; nobody can bring it back. "
    "Words that were written down stay. The interview goes on with typed notes."
)
ASKING = "Ask the selected question; if it was asked, the one that follows"
OWN = (
    "ask",
    "back",
    "skip",
    "mark",
    "note",
    "record",
    "stop",
    "follow",
    "words",
    "quiet",
    "strike",
    "withdraw",
    "distress",
)
DISTRESS = "Off the record at once, with what to say and whom to call"
WITHOUT_SOUND = "Off the record: notes only. o records again."
STOPPING = "Recording ends and the memo opens."


class InterviewKeys(StudyScreen[None]):
    """The commands of an interview, each a single key; ``ready`` once the session has begun."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "ask", "Ask", key_display="space", id="interview.ask", tooltip=ASKING),
        Binding("b", "back", "Back", id="interview.back", tooltip="Go back to the question before"),
        Binding("k", "skip", "Skip", id="interview.skip", tooltip="Pass the question by"),
        Binding("m", "mark", "Mark", id="interview.mark", tooltip="Flag this moment"),
        Binding("n", "note", "Note", id="interview.note", tooltip="Type a note; enter keeps it, escape drops it"),
        Binding("o", "record", "Off/on", id="interview.record", tooltip="Off the record (nothing is captured), and on"),
        Binding("s", "stop", "Stop", id="interview.stop", tooltip="Stop; asks once, then opens the memo"),
        Binding("f", "follow", "Follow", id="interview.follow", tooltip="Stamp a follow-up that is in no guide"),
        Binding("F", "words", "Follow…", show=False, id="interview.words", tooltip="Stamp a follow-up, with words"),
        Binding("h", "quiet", "Quiet", id="interview.quiet", tooltip="Hide the words on the screen, or show them"),
        Binding("x", "strike", "Strike", id="interview.strike", tooltip="Destroy the last minutes, sound and words"),
        Binding("w", "withdraw", "Withdraw", id="interview.withdraw", tooltip="Take audio back: destroy the recording"),
        Binding("exclamation_mark", "distress", "Distress", key_display="!", id="interview.distress", tooltip=DISTRESS),
    ]  # fmt: skip

    ready = False

    @property
    def conductor(self) -> Conductor:
        """Who conducts."""
        raise NotImplementedError

    @property
    def soundless(self) -> bool:
        """Whether the recorder has given up: no sound comes, though it was agreed to."""
        return self.conductor.stage is Stage.LOST and self.conductor.sound_over

    async def try_again(self) -> None:
        """Begin anew with the microphone of the same session."""
        raise NotImplementedError

    async def end(self) -> None:
        """Stop, and hand the session over to the memo."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey what can't be done now."""
        if not self.ready:
            return None if action in OWN else True
        if action not in ("back", "withdraw", "strike", "ask", "skip"):
            return True
        conductor = self.conductor
        allowed = {
            "back": conductor.walk.here > 0,
            "withdraw": conductor.stage in WITH_SOUND,
            "strike": conductor.timed,
            "ask": conductor.walk.current is not None,
            "skip": conductor.walk.current is not None,
        }
        return True if allowed[action] else None

    def say(self, sentence: object, severity: str = "information") -> None:
        """In the line of news: nothing may lie over the keys while somebody talks."""
        if self.ready:
            self.query_one(NewsLine).notice(str(sentence))
        else:
            super().say(sentence, severity)

    def _try(self, move: Callable[[], object]) -> object:
        """Make a move; a refusal is said in its own words."""
        try:
            return move()
        except StoreError as refusal:
            self.say(refusal)
            return None

    # --- the guide ----------------------------------------------------------------------------------------------------

    @property
    def _chosen(self) -> str | None:
        """The selected question, if it was not asked yet."""
        chosen, walk = self.query_one(GuideList).chosen, self.conductor.walk
        return None if chosen in walk.asked else chosen

    def action_ask(self) -> None:
        """Ask the selected question, or the one that follows."""
        if self._try(lambda: self.conductor.ask(self._chosen)) is False:
            self.say("Every question has been asked or skipped.")

    @on(OptionList.OptionSelected)
    def _selected(self) -> None:
        self.action_ask()

    def action_skip(self) -> None:
        """Pass the selected question by, or the one that follows."""
        if self._try(lambda: self.conductor.skip(self._chosen)) is False:
            self.say("Every question has been asked or skipped.")

    def action_back(self) -> None:
        """Back to the question before."""
        self._try(self.conductor.back)

    def action_follow(self) -> None:
        """Stamp a follow-up question."""
        self._try(self.conductor.follow)

    def action_words(self) -> None:
        """Type the words of a follow-up question."""
        self.query_one(NoteLine).open(Purpose.FOLLOW_UP)

    # --- notes --------------------------------------------------------------------------------------------------------

    def action_mark(self) -> None:
        """Flag this moment."""
        self._try(self.conductor.mark)

    def action_note(self) -> None:
        """Open the line to type in."""
        self.query_one(NoteLine).open(Purpose.NOTE)

    def typed(self, purpose: Purpose, text: str | None) -> None:
        """Keep what was typed: on disk before this returns."""
        if text is not None and purpose is Purpose.FOLLOW_UP:
            self._try(lambda: self.conductor.follow(text or None))
        elif text:
            self._try(lambda: self.conductor.jot(text))

    def hide(self) -> bool:
        """Quiet mode."""
        self.query_one(Captions).quiet = True
        return True

    def action_quiet(self) -> None:
        """Hide the words, or show them."""
        captions = self.query_one(Captions)
        captions.quiet = not captions.quiet

    # --- off the record, strike, withdraw, stop -----------------------------------------------------------------------

    async def action_record(self) -> None:
        """Off the record, or on again; where no sound comes, try the microphone once more."""
        conductor = self.conductor
        if self.soundless:
            await self.try_again()
            return
        self._try(conductor.resume if conductor.stage is Stage.PAUSED else conductor.pause)

    def action_distress(self) -> None:
        """Off the record first, then the card, also where nothing can be written."""
        conductor = self.conductor
        self._try(conductor.distress)
        if conductor.stage is not Stage.STOPPED:
            card = card_of(self.study, conductor.guide)
            self.app.push_screen(DistressScreen(conductor, card, recorded=conductor.recording), self._after_distress)

    def _after_distress(self, way: WayOn | None) -> None:
        if way is WayOn.END:
            self.run_worker(self.end(), group="asking", exclusive=True)
        elif way is WayOn.RECORD:
            self._try(self.conductor.resume)
        elif self.conductor.recording:
            self.say(WITHOUT_SOUND)

    @work(group="asking", exclusive=True)
    async def action_strike(self) -> None:
        """Ask how much, then destroy it."""
        seconds = await self.app.push_screen_wait(StrikeScreen())
        if seconds is None:
            return
        try:
            await self.conductor.strike(seconds)
        except StoreError as refusal:
            self.say(refusal)

    @work(group="asking", exclusive=True)
    async def action_withdraw(self) -> None:
        """Ask once, then destroy the recording."""
        more = WITHDRAWING.format(length=clock_time(self.conductor.at_ms))
        if not await self.app.push_screen_wait(
            Confirm("Take consent to audio back?", more, yes="Destroy the recording", no="Keep it")
        ):
            return
        try:
            await self.conductor.withdraw()
        except StoreError as refusal:
            self.say(refusal)

    @work(group="asking", exclusive=True)
    async def action_stop(self) -> None:
        """Ask once; name the core questions that were not asked, and offer the way back to them."""
        missing = self.conductor.walk.core_not_asked()
        more = STOPPING
        if missing:
            more += "\n\nCore questions not asked yet:\n" + "\n".join(f"· {row.text}" for row in missing)
        if await self.app.push_screen_wait(Confirm("Stop the interview?", more, yes="Stop", no="Go back")):
            await self.end()
        elif missing:
            self.query_one(GuideList).choose(missing[0].id)
