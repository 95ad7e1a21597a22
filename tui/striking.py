"""What destroys in an interview, and distress: each holds from the moment it is asked for, whatever comes next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from store import (
    Act,
    ConsentRequired,
    Decision,
    Jotting,
    Kind,
    Note,
    Receipt,
    ReceiptOwed,
    SealedDecision,
    State,
    StateError,
    Study,
)
from transcribe import wire
from tui import distress, events
from tui.clock import NotesClock
from tui.destroying import Destroying
from tui.listening import Listening, Stage
from tui.reader import Choice
from tui.source import Source

N = TypeVar("N", Note, Jotting)

_STILL_READ = (
    "Another program reads the recording, so traces of the sound stay in its log until that is over; the recorder "
    "empties it then."
)
SAY_AFTER_S = 1.0
_WITHDRAWING = events.Notice(
    "withdrawing",
    "Nothing is recorded any more. What was recorded is destroyed as soon as the study can be written, also if this "
    "program ends before.",
)
_STRIKING = events.Notice(
    "striking",
    "It is being struck. What was asked for is laid down, and is carried out also if this program ends before.",
)
NOTHING_THERE = "Nothing was written down in that stretch: there is nothing to strike."


class Striking(Listening):
    """A session in which a stretch can be struck, and consent to the recording be taken back.

    What was decided is laid down sealed before anything is destroyed, and carried out in tasks that nothing cuts short,
    one after the other, as soon as the study can be written.
    """

    def __init__(
        self,
        study: Study,
        session: str,
        source: Source,
        choice: Choice,
        tell: Callable[[events.Event], None],
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(study, session, source, choice, tell, now)
        self.moments = 0
        """How many moments of distress there were since it began or went on."""
        self._destroying = Destroying(lambda sentence: tell(events.Notice("study", sentence)))
        self._taken_back = False
        self._struck_to_ms = 0
        self._late: asyncio.Task[None] | None = None

    def distress(self) -> None:
        """Off the record at once, before anything is written; then the moment is marked, without a word of it.

        Consent to audio stands: ``resume`` records again. In a session of notes there is nothing to pause.
        """
        self.moments += 1
        if self.recording:
            self.pause()
        self.mark(distress.MARK)

    def stretch(self, seconds: float, until_ms: int | None = None) -> tuple[int, int]:
        """The last seconds before ``until_ms``, or before now, as a start and an end in ms of recording."""
        end_ms = self.at_ms if until_ms is None else until_ms
        if not self.recording:
            end_ms = max(1, end_ms)  # the notes of the first moment are in it
        return max(0, end_ms - round(seconds * 1000)), end_ms

    def typed_within(self, start_ms: int, end_ms: int) -> tuple[Note, ...]:
        """What was typed in this stretch, its first and last moment included."""
        return _within(self.study.log.typed(self.session.id), start_ms, end_ms)

    async def strike(self, seconds: float, *, until_ms: int | None = None, notes: bool = False) -> Receipt:
        """Destroy the last seconds before ``until_ms`` at the participant's wish: sound and words, ``notes`` as well.

        Without ``until_ms`` it reaches to the recorder's newest sample. Nothing that comes next cuts it short. In a
        session of notes the notes are what is destroyed; raises StateError where there is nothing.
        """
        self._must_run()
        start_ms, end_ms = self.stretch(seconds, until_ms)
        notes = notes or not self.recording
        unwritten = _within(self.unwritten, start_ms, end_ms)
        typed = notes and (bool(unwritten) or bool(self.typed_within(start_ms, end_ms)))
        if not typed and not self.sound_or_words_within(start_ms, end_ms):
            raise StateError(NOTHING_THERE)
        newest_ms = end_ms if until_ms is not None else max(end_ms, self.newest_ms)
        said = SealedDecision(
            Act.STRIKE, self.session.id, self._now(), notes=notes, start_ms=start_ms, end_ms=newest_ms
        )
        laid, typed_ids = self._laid_down(said), list[str]()
        if notes:  # those that are typed from now on, while the recorder answers, stay
            self._backlog.do(lambda: typed_ids.extend(note.id for note in self.typed_within(start_ms, end_ms)))
        with self._said_late(_STRIKING):
            return await self._destroying.do(
                lambda: self._carry_out_strike(said, laid, typed_ids, open_end=until_ms is None)
            )

    @contextmanager
    def _said_late(self, notice: events.Notice) -> Iterator[None]:
        """Told where what is done in here takes longer than a moment: whoever asked for it sees nothing else of it."""
        late = asyncio.get_running_loop().call_later(SAY_AFTER_S, self._tell, notice)
        try:
            yield
        finally:
            late.cancel()

    async def _carry_out_strike(
        self, said: SealedDecision, laid: list[Path], typed_ids: list[str], *, open_end: bool
    ) -> Receipt:
        start_ms, end_ms = said.start_ms, said.end_ms
        again = self._transcribing.strike(start_ms, end_ms)
        struck = await self._strike_sound(start_ms, None if open_end else end_ms)
        if struck is not None:
            start_ms, end_ms = struck.start_ms, struck.end_ms
        elif open_end and self._capture is not None and self._capture.ended is not None:
            end_ms = max(end_ms, self._capture.ended.at_ms)
        if start_ms >= end_ms:
            self._carried_out(laid)
            raise StateError(NOTHING_THERE)

        def write() -> Receipt:
            nonlocal again
            again = (*again, *self._transcribing.strike(start_ms, end_ms))
            sound = self._capture is not None and struck is None
            return self.study.strike(
                self.session.id,
                start_ms,
                end_ms,
                said.at,
                sound=sound,
                notes=said.notes,
                only=typed_ids,
                traces=_traces(struck),
            )

        receipt = await self._backlog.done(write, patient=True)
        self._struck_to_ms = max(self._struck_to_ms, end_ms)
        self._carried_out(laid)
        self._tell(events.StretchStruck(start_ms, end_ms, len(typed_ids)))
        if self._capture is not None:
            self._transcribing.hear_again(again)
        return receipt

    def _on_struck_late(self, struck: wire.Struck) -> None:
        """The recorder has come to a strike after the store: what it held then is destroyed, and its words go too."""
        if struck.end_ms > self._struck_to_ms and self._capture is not None:
            said = SealedDecision(
                Act.STRIKE, self.session.id, self._now(), start_ms=struck.start_ms, end_ms=struck.end_ms
            )
            strike = self._destroying.do(lambda: self._carry_out_late_strike(said, struck))
            self._late = asyncio.create_task(strike, name="a strike that came late")

    async def _carry_out_late_strike(self, said: SealedDecision, struck: wire.Struck) -> None:
        key, start_ms, end_ms = self.session.id, said.start_ms, said.end_ms
        self._transcribing.strike(start_ms, end_ms)

        def write() -> Receipt:
            return self.study.strike(key, start_ms, end_ms, said.at, sound=False, traces=_traces(struck))

        await self._backlog.done(write, patient=True)
        self._struck_to_ms = max(self._struck_to_ms, end_ms)
        self._tell(events.StretchStruck(start_ms, end_ms))

    def sound_or_words_within(self, start_ms: int, end_ms: int) -> bool:
        """Whether there is anything to strike in this stretch beside what was typed."""
        return self.recording or self._words_within(start_ms, end_ms)

    def _words_within(self, start_ms: int, end_ms: int) -> bool:
        rows = self.study.transcript.utterances(self.session.id)
        return any(row.start_ms < end_ms and row.end_ms > start_ms for row in rows if row.text)

    async def withdraw(self, *, transcript: bool = False) -> Receipt | None:
        """Take audio consent back: stop recording, destroy what was recorded; the session goes on with notes.

        Gives the receipt; None where it is owed until unused space is erased.

        ``transcript``: the words that were written down go as well, also where the recording went before. Off the
        record it stays off the record. The recording ends at once, whatever the store says, and nothing that comes next
        cuts it short. Raises ConsentRequired where audio was never granted, StateError where nothing is left to go.
        """
        self._must_run()
        held = self.study.consent.newest(self.session.id).get(Kind.AUDIO)
        if self._taken_back or (held is Decision.WITHDRAWN and not transcript):
            raise StateError("Audio consent was taken back already: nothing of the recording is left.")
        if held not in (Decision.GRANTED, Decision.WITHDRAWN):
            raise ConsentRequired("They did not agree to being recorded: there is nothing to take back.")
        at_ms, capture, off = self.at_ms, self._capture, self.off_the_record
        if capture is not None:
            capture.pause()  # whatever can't be written, nothing is captured from here
        self._taken_back = True
        said = SealedDecision(
            Act.WITHDRAW, self.session.id, self._now(), Kind.AUDIO, words=transcript, recorded_by=self._interviewer
        )
        laid = self._laid_down(said)
        self._backlog.drop_sound()
        self._capture, self._notes_clock = None, NotesClock(self.source.speed)
        self._notes_clock.set(at_ms)
        if off:
            self._notes_clock.pause()
        self.stage = Stage.NOTES
        children = () if capture is None else (capture.kill(), self._transcribing.kill())
        gone = asyncio.gather(*children)
        return await self._destroying.do(lambda: self._carry_out_withdrawal(gone, said, laid, off))

    async def _carry_out_withdrawal(
        self, gone: asyncio.Future[list[None]], said: SealedDecision, laid: list[Path], off: bool
    ) -> Receipt | None:
        await gone

        def write() -> Receipt | None:
            if self.study.consent.newest(self.session.id).get(Kind.AUDIO) is Decision.GRANTED:
                self._record(Kind.AUDIO, Decision.WITHDRAWN, said.at)
            try:
                return self.study.destroy_recording(self.session.id, said.words, said.at)
            except ReceiptOwed:  # the session was stopped meanwhile: it comes when unused space is erased
                return None

        with self._said_late(_WITHDRAWING):
            receipt = await self._backlog.done(write, patient=True)
        self._carried_out(laid)
        self._taken_back = False
        if off and self.study.sessions.get(self.session.id).state is State.OPEN:
            self._stay_off_the_record()
        self._tell(events.AudioWithdrawn(said.words))
        return receipt

    def _stay_off_the_record(self) -> None:
        pauses = self.study.log.pauses(self.session.id)
        if pauses and pauses[-1].resumed_at is None:
            self.stage = Stage.PAUSED
        else:  # the recorder was stopped before it could answer
            self._on_paused(self.at_ms)


def _within(notes: tuple[N, ...], start_ms: int, end_ms: int) -> tuple[N, ...]:
    return tuple(note for note in notes if start_ms <= note.at_ms <= end_ms)


def _traces(struck: wire.Struck | None) -> tuple[str, ...] | None:
    if struck is None:
        return None
    return () if struck.clean else (_STILL_READ,)
