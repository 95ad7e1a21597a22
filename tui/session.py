"""Conducts one session from consent to memo; knows nothing of screens."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

from store import (
    ConsentRequired,
    Decision,
    Kind,
    Memo,
    Permit,
    State,
    StateError,
    StoreError,
    Study,
)
from tui import closing, events, going_on, machine, recovery
from tui.backlog import IN_THE_LOOP_MS, LOCKED_S
from tui.capture import Capture
from tui.clock import world_now
from tui.holding import Holding
from tui.listening import Stage
from tui.meter import Meter
from tui.reader import Choice
from tui.source import Source
from tui.striking import Striking
from tui.surroundings import Surroundings

__all__ = ["Conductor", "Stage"]


class Conductor(Striking):
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
        self.meter = Meter()
        self.surroundings = Surroundings(lambda: machine.look(study.folder), tell)
        self._holding = Holding(study, tell)
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
        self._holding.begin()
        if stood.off_the_record:
            self._go_on_off_the_record()
        self.study.wait_for_others(IN_THE_LOOP_MS)

    def _start_recording(self, permit: Permit, paused: bool) -> None:
        end_ms = recovery.recorded(permit)[0] if permit.path.exists() else 0
        self._transcribing.start(permit, self.source.interviewer_channel)
        if end_ms:  # an interrupted session goes on: its unheard sound first
            recovery.take_up_gaps(self.study, self.session.id, permit, self._now())
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
        self._off_the_record_since(self.study.log.pauses(self.session.id)[-1].paused_at)
        self._tell(events.Notice("off_the_record", going_on.STILL_OFF))
        if self.recording:
            self._stay_awake()

    def _on_started(self) -> None:
        super()._on_started()
        self._stay_awake()

    def _stay_awake(self) -> None:
        if self.source.speed:  # else it is over before any laptop is tired
            self.surroundings.sound()

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
        await self._destroying.over()
        asked_to_stop = time.monotonic()
        if self.stage is not Stage.STOPPED:
            await self._stop_recording()
        now = self._now()
        memo = await self._backlog.done(lambda: closing.open_memo(self, now))
        self.memo = memo
        self._tell(events.MemoOpened(memo.id))
        self._finishing = asyncio.create_task(self._finish(asked_to_stop), name="finishing")
        return memo

    async def _stop_recording(self) -> None:
        if (capture := self._capture) is not None:
            await capture.stop()
            await self._destroying.over()  # a strike that the recorder came to only now, or a withdrawal meanwhile
            if self._capture is not None:
                self._close_open_span(capture.at_ms)
        self._final_ms = self.at_ms
        captured_ms, dropped = self._captured()
        stop, now, recording_ms = self.study.sessions.stop, self._now(), self._final_ms
        self.session = await self._backlog.done(
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
            memo, now, save = self.memo, self._now(), self.study.memos.save
            self.memo = self.study.insist(lambda: save(memo.id, text, now, over=memo.text))

    async def close(self) -> events.Summary:
        """Wait for the transcript, let the children go, and say what it took; to be called in any case."""
        await self.finished()
        await self._destroying.let_go(after_s=LOCKED_S)
        return await self._let_go()

    async def abandon(self) -> None:
        """Leave at once, in mid-session or with the transcript unfinished: what is unread stays to be recovered."""
        if self._finishing is not None:
            self._finishing.cancel()
        await self._destroying.let_go()
        await self._let_go()

    async def _let_go(self) -> events.Summary:
        if self._capture is not None:
            if self.memo is None:
                await self._capture.stop()  # what it holds is on disk; the session stays to be gone on with
            await self._capture.gone()
        await self._transcribing.hearing.leave()
        self._holding.end()
        await self.surroundings.end()
        self.meter.stop()
        summary = closing.summary(self.study, self.session.id, self.meter)
        if self.memo is not None:
            self._tell(summary)
        return summary

    async def _finish(self, asked_to_stop: float) -> None:
        if self._is_withdrawn():
            return
        try:
            whole = await self._read_to_the_end(asked_to_stop)
        except StoreError as fault:
            if self._is_withdrawn():  # meanwhile: there is nothing to finish any more
                return
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

    def _is_withdrawn(self) -> bool:
        return self.study.sessions.get(self.session.id).state is State.WITHDRAWN

    async def _read_to_the_end(self, asked_to_stop: float) -> bool:
        if self._capture is not None:
            await self._transcribing.whole()
        if self._transcribing.unfinished:
            return False
        ready_ms = round((time.monotonic() - asked_to_stop) * 1000)
        complete, now = self.study.sessions.complete, self._now()
        self.session = await self._backlog.done(lambda: complete(self.session.id, now, ready_after_stop_ms=ready_ms))
        return True
