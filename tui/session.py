"""Conducts one session from consent to memo; knows nothing of screens."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

from store import ConsentRequired, Decision, Kind, Memo, Note, Permit, Receipt, StateError, StoreError, Study
from tui import closing, distress, events, going_on, machine, recovery
from tui.capture import Capture
from tui.clock import NotesClock, world_now
from tui.listening import Listening, Stage
from tui.meter import Meter
from tui.reader import Choice
from tui.source import Source
from tui.surroundings import Surroundings

__all__ = ["Conductor", "Stage"]

NOTHING_THERE = "Nothing was written down in that stretch: there is nothing to strike."


class Conductor(Listening):
    """One session from consent to memo: what is written down, and the sound and words that go with it.

    ``tell`` gets each event at once, on the event loop's thread; ``at_ms`` is the recording time it belongs to.
    """

    def __init__(
        self,
        study: Study,
        session: str,
        source: Source,
        choice: Choice,
        tell: Callable[[events.Event], None],
        now: Callable[[], datetime] = world_now,
    ) -> None:
        super().__init__(study, session, source, choice, tell, now)
        self.memo: Memo | None = None
        self.prefilled = ""
        self.moments = 0
        """How many moments of distress there were since it began or went on."""
        self.meter = Meter()
        self.surroundings = Surroundings(lambda: machine.look(study.folder), tell)
        self._stopping: asyncio.Task[Memo] | None = None
        self._finishing: asyncio.Task[None] | None = None

    @property
    def low(self) -> str:
        """Which of disk and battery runs low, in a few words; empty while neither does."""
        return self.surroundings.low

    # --- beginning ----------------------------------------------------------------------------------------------------

    def decide(self, kind: Kind, decision: Decision) -> None:
        """Record one consent decision; a grant that the recording stands on is only taken back by ``withdraw``."""
        if self.recording and kind in (Kind.TAKING_PART, Kind.AUDIO) and decision is not Decision.GRANTED:
            raise StateError("The interview is being recorded: withdraw the recording first.")
        super().decide(kind, decision)

    def begin(self) -> None:
        """Start, or go on with an interrupted session; raises ConsentRequired when taking part was not granted."""
        held = self.study.consent.newest(self.session.id)
        if held.get(Kind.TAKING_PART) is not Decision.GRANTED:
            raise ConsentRequired("The participant has not agreed to take part; nothing is started.")
        self.began = True
        stood = going_on.stood(self.study, self.session.id)
        if held.get(Kind.AUDIO) is Decision.GRANTED:
            self._start_recording(self.study.permit_recording(self.session.id, self._now()), stood.off_the_record)
        else:
            self._take_notes(stood)
        self.surroundings.begin(recorded=self.recording)
        if stood.off_the_record:
            self._go_on_off_the_record()

    def _start_recording(self, permit: Permit, paused: bool) -> None:
        end_ms = recovery.recorded(permit)[0] if permit.path.exists() else 0
        self._transcribing.start(permit, self.source.interviewer_channel)
        if end_ms:  # an interrupted session goes on: its unheard sound first
            self._transcribing.catch_up(end_ms)
        self._capture = Capture(self.source, self._on_report, self._transcribing.hearing.handled_ms)
        self._capture.start(permit, at_ms=end_ms, paused=paused)

    def _take_notes(self, stood: going_on.Stood) -> None:
        self.stage = Stage.NOTES
        self._notes_clock.set(stood.at_ms)
        if stood.off_the_record:
            self._notes_clock.pause()

    def _go_on_off_the_record(self) -> None:
        self.stage = Stage.PAUSED
        self._off_since = self.study.log.pauses(self.session.id)[-1].paused_at
        self._tell(events.Notice("off_the_record", going_on.STILL_OFF))
        if self.recording:
            self._stay_awake()

    def _on_started(self) -> None:
        super()._on_started()
        self._stay_awake()

    def _stay_awake(self) -> None:
        if self.source.speed:  # else it is over before any laptop is tired
            self.surroundings.sound()

    # --- distress, strike, withdraw -----------------------------------------------------------------------------

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
        return tuple(note for note in self.study.log.typed(self.session.id) if start_ms <= note.at_ms <= end_ms)

    async def strike(self, seconds: float, *, until_ms: int | None = None, notes: bool = False) -> Receipt:
        """Destroy the last seconds before ``until_ms`` at the participant's wish: sound and words, ``notes`` as well.

        In a session of notes the notes are what is destroyed; raises StateError where there is nothing.
        """
        self._must_run()
        start_ms, end_ms = self.stretch(seconds, until_ms)
        notes = notes or not self.recording
        typed = len(self.typed_within(start_ms, end_ms)) if notes else 0
        if not typed and not self.sound_or_words_within(start_ms, end_ms):
            raise StateError(NOTHING_THERE)
        again = self._transcribing.strike(start_ms, end_ms)
        sound = self._capture is not None and not await self._strike_sound(start_ms, end_ms)
        receipt = self.study.strike(self.session.id, start_ms, end_ms, self._now(), sound=sound, notes=notes)
        self._tell(events.StretchStruck(start_ms, end_ms, typed))
        if self._capture is not None:
            self._transcribing.hear_again(again)
        return receipt

    def sound_or_words_within(self, start_ms: int, end_ms: int) -> bool:
        """Whether there is anything to strike in this stretch beside what was typed."""
        return self.recording or self._words_within(start_ms, end_ms)

    def _words_within(self, start_ms: int, end_ms: int) -> bool:
        rows = self.study.transcript.utterances(self.session.id)
        return any(row.start_ms < end_ms and row.end_ms > start_ms for row in rows if row.text)

    async def withdraw(self, *, transcript: bool = False) -> Receipt:
        """Take audio consent back: stop recording, destroy what was recorded; the session goes on with notes.

        ``transcript``: the words that were written down go as well, also where the recording went before. Off the
        record it stays off the record. Raises ConsentRequired where audio was never granted, StateError where nothing
        is left to go.
        """
        self._must_run()
        held = self.study.consent.newest(self.session.id).get(Kind.AUDIO)
        if held is Decision.WITHDRAWN and not transcript:
            raise StateError("Audio consent was taken back already: nothing of the recording is left.")
        if held not in (Decision.GRANTED, Decision.WITHDRAWN):
            raise ConsentRequired("They did not agree to being recorded: there is nothing to take back.")
        at_ms, capture, off = self.at_ms, self._capture, self.off_the_record
        if held is Decision.GRANTED:
            super().decide(Kind.AUDIO, Decision.WITHDRAWN)
        self._backlog.clear()
        self._capture, self._notes_clock = None, NotesClock(self.source.speed)
        self._notes_clock.set(at_ms)
        self.stage = Stage.NOTES
        if capture is not None:
            await asyncio.gather(capture.kill(), self._transcribing.kill())
        receipt = self.study.destroy_recording(self.session.id, transcript, self._now())
        if off:
            self._stay_off_the_record()
        self._tell(events.AudioWithdrawn(transcript))
        return receipt

    def _stay_off_the_record(self) -> None:
        self._notes_clock.pause()
        pauses = self.study.log.pauses(self.session.id)
        if pauses and pauses[-1].resumed_at is None:
            self.stage = Stage.PAUSED
        else:  # the recorder was stopped before it could answer
            self._on_paused(self.at_ms)

    # --- the end ------------------------------------------------------------------------------------------------------

    async def stop(self) -> Memo:
        """End the session and open its memo; the transcript is finished behind it (see ``finished``)."""
        if self._stopping is None:
            if self.stage is not Stage.STOPPED:  # else the memo could not be opened, and is tried again
                self._must_run()
            self._stopping = asyncio.create_task(self._stop(), name="stopping")
        try:
            return await asyncio.shield(self._stopping)  # whoever waits may be cut short, the stop may not
        except StoreError:
            self._stopping = None  # it can be asked for again
            raise

    async def _stop(self) -> Memo:
        asked_to_stop = time.monotonic()
        if self.stage is not Stage.STOPPED:
            await self._stop_recording()
        now = self._now()
        self.memo, self.prefilled = self.study.insist(lambda: closing.open_memo(self, now))
        self._tell(events.MemoOpened(self.memo.id))
        self._finishing = asyncio.create_task(self._finish(asked_to_stop), name="finishing")
        return self.memo

    async def _stop_recording(self) -> None:
        if self._capture is not None:
            await self._capture.stop()
            self._close_open_span(self._capture.at_ms)
        self._backlog.catch_up()
        self._final_ms = self.at_ms
        captured_ms, dropped = self._captured()
        stop, now, recording_ms = self.study.sessions.stop, self._now(), self._final_ms
        self.session = self.study.insist(
            lambda: stop(
                self.session.id, now, recording_ms=recording_ms, captured_ms=captured_ms, dropped_frames=dropped
            )
        )
        self.stage = Stage.STOPPED
        self._tell(events.Stopped())

    async def finished(self) -> None:
        """Wait for the transcript."""
        if self._finishing is not None:
            await self._finishing

    def write_memo(self, text: str) -> None:
        """Save the memo as it now stands; on disk when this returns."""
        if self.memo is not None:
            memo, now = self.memo.id, self._now()
            self.study.insist(lambda: self.study.memos.save(memo, text, now))

    async def close(self) -> events.Summary:
        """Wait for the transcript, let the children go, and say what it took; to be called in any case."""
        await self.finished()
        return await self._let_go()

    async def abandon(self) -> None:
        """Leave at once, in mid-session or with the transcript unfinished: what is unread stays to be recovered."""
        if self._finishing is not None:
            self._finishing.cancel()
        await self._let_go()

    async def _let_go(self) -> events.Summary:
        if self._capture is not None:
            if self.memo is None:
                await self._capture.stop()  # what it holds is on disk; the session stays to be gone on with
            await self._capture.gone()
        await self._transcribing.hearing.leave()
        await self.surroundings.end()
        self.meter.stop()
        summary = closing.summary(self.study, self.session.id, self.meter)
        if self.memo is not None:
            self._tell(summary)
        return summary

    async def _finish(self, asked_to_stop: float) -> None:
        try:
            whole = await self._read_to_the_end(asked_to_stop)
        except StoreError as fault:
            self._tell(events.Notice("study", str(fault)))
            whole = False
        if not whole:
            self._tell(events.Notice("unfinished", "The transcript is not complete; `vivavoce recover` finishes it."))
            return
        if (notice := closing.nothing_heard(self.study, self.session.id)) is not None:
            self._tell(notice)
        self._tell(events.TranscriptReady())
        self.meter.sample()
        await self._transcribing.hearing.leave()

    async def _read_to_the_end(self, asked_to_stop: float) -> bool:
        if self._capture is not None:
            await self._transcribing.whole()
        if self._transcribing.unfinished:
            return False
        ready_ms = round((time.monotonic() - asked_to_stop) * 1000)
        complete, now = self.study.sessions.complete, self._now()
        self.session = self.study.insist(lambda: complete(self.session.id, now, ready_after_stop_ms=ready_ms))
        return True
