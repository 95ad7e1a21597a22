"""The turns of an interview that are asked about: off the record, distress, strike, withdrawal and stop."""

from __future__ import annotations

from collections.abc import Callable

from textual import work

from store import Decision, Kind, StoreError
from tui.distress import card_of
from tui.screens import StudyScreen
from tui.screens.choose import Answer, Choose
from tui.screens.confirm import Confirm
from tui.screens.distress import DistressScreen, WayOn
from tui.screens.strike import Stretch, StrikeScreen, Wanted
from tui.session import Conductor, Stage
from tui.times import clock_time
from tui.widgets.guide_list import GuideList

WHAT_IS_TAKEN_BACK = "What does the participant take back?"
NOT_CAPTURED = "Nothing is captured while you choose."
AND_THE_WORDS = "Destroy the recording, and the words as well?"
RECORDING_GOES = (
    "Recording stops. What was recorded, {length}, is destroyed with its key; nobody can bring it back. The interview "
    "goes on with typed notes. {not_captured}"
)
KINDS = {Kind.QUOTING: "quoting: nothing of this session is quoted", Kind.CONTACT: "being contacted again"}
TAKEN_BACK = {
    Kind.QUOTING: "Quoting is withdrawn: nothing of this session is to be quoted.",
    Kind.CONTACT: "Contact is withdrawn: they are not to be contacted again.",
}
RECORDING_ENDS = "Recording ends and the memo opens."
SESSION_ENDS = "The session ends and the memo opens."


class InterviewTurns(StudyScreen[None]):
    """What these keys do; everything that writes goes through the conductor."""

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

    def _try(self, move: Callable[[], object]) -> object:
        """Make a move; a refusal is said in its own words."""
        try:
            return move()
        except StoreError as refusal:
            self.say(refusal)
            return None

    # --- off the record, and distress ---------------------------------------------------------------------------------

    def action_off(self) -> None:
        """Off the record."""
        self._try(self.conductor.pause)

    async def action_on(self) -> None:
        """On the record again; where no sound comes, try the microphone once more."""
        if self.soundless:
            await self.try_again()
        else:
            self._try(self.conductor.resume)

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

    # --- strike -------------------------------------------------------------------------------------------------------

    def action_strike(self) -> None:
        """Ask how much, then destroy it; it reaches back from now, however long the answer takes."""
        self._strike(self.conductor.newest_ms)

    @work(group="asking", exclusive=True)
    async def _strike(self, until_ms: int) -> None:
        conductor = self.conductor

        def within(seconds: float) -> Stretch:
            start_ms, end_ms = conductor.stretch(seconds, until_ms)
            return Stretch(conductor.typed_within(start_ms, end_ms), conductor.sound_or_words_within(start_ms, end_ms))

        wanted: Wanted | None = await self.app.push_screen_wait(StrikeScreen(within, recorded=conductor.recording))
        if wanted is None:
            return
        try:
            await conductor.strike(wanted.seconds, until_ms=until_ms, notes=wanted.notes)
        except StoreError as refusal:
            self.say(refusal)

    # --- withdrawal ---------------------------------------------------------------------------------------------------

    @property
    def takeable(self) -> tuple[Answer, ...]:
        """What can be taken back now."""
        conductor = self.conductor
        granted = self.study.consent.newest(conductor.session.id)
        kinds = [kind for kind in KINDS if granted.get(kind) is Decision.GRANTED]
        words = [(KINDS[kind], kind.value) for kind in kinds]
        if conductor.recording:
            words.insert(0, ("audio: what was recorded is destroyed", Kind.AUDIO.value))
        return tuple(Answer(str(at), *one) for at, one in enumerate(words, start=1))

    def action_withdraw(self) -> None:
        """Off the record at once; then ask what is taken back."""
        conductor = self.conductor
        was_off = conductor.off_the_record
        if conductor.recording:
            self._try(conductor.pause)
        self._withdraw(was_off)

    @work(group="asking", exclusive=True)
    async def _withdraw(self, was_off: bool) -> None:
        try:
            await self._taken_back()
        except StoreError as refusal:
            self.say(refusal)
        finally:
            if not was_off and self.conductor.off_the_record and self.conductor.stage is not Stage.STOPPED:
                self._try(self.conductor.resume)

    async def _taken_back(self) -> None:
        conductor = self.conductor
        more = NOT_CAPTURED if conductor.recording else ""
        nothing = "nothing; it goes on as before"
        what = await self.app.push_screen_wait(Choose(WHAT_IS_TAKEN_BACK, more, self.takeable, nothing=nothing))
        if what == Kind.AUDIO:
            await self._audio_taken_back()
        elif what is not None:
            conductor.decide(Kind(what), Decision.WITHDRAWN)
            self.say(TAKEN_BACK[Kind(what)])

    async def _audio_taken_back(self) -> None:
        conductor = self.conductor
        more = RECORDING_GOES.format(length=clock_time(conductor.at_ms), not_captured=NOT_CAPTURED)
        answers = (
            Answer("r", "the recording; words that were written down stay", "recording"),
            Answer("w", "the recording, and the words as well", "words"),
        )
        gone = await self.app.push_screen_wait(
            Choose(AND_THE_WORDS, more, answers, nothing="neither; it goes on as before")
        )
        if gone is not None and conductor.recording:
            await conductor.withdraw(transcript=gone == "words")

    # --- stop ---------------------------------------------------------------------------------------------------------

    @work(group="asking", exclusive=True)
    async def action_stop(self) -> None:
        """Ask once; name the core questions that were not asked, and offer the way back to them."""
        missing = self.conductor.walk.core_not_asked()
        more = RECORDING_ENDS if self.conductor.recording else SESSION_ENDS
        if missing:
            more += "\n\nCore questions not asked yet:\n" + "\n".join(f"· {row.text}" for row in missing)
        if await self.app.push_screen_wait(Confirm("Stop the interview?", more, yes="Stop", no="Go back")):
            await self.end()
        elif missing:
            self.query_one(GuideList).choose(missing[0].id)
