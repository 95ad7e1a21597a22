"""Conducts one session: consent, recorder, scribe, guide and notes; knows nothing of screens.

Order is law: what a child reports goes to the store first and to the watcher afterwards.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from store import ConsentRequired, Decision, Kind, Memo, Move, Permit, Receipt, StateError, Study
from transcribe import recording, wire
from tui import events
from tui.capture import Capture, RecorderLost, Source
from tui.clock import NotesClock, world_now
from tui.hearing import Choice
from tui.memo import Matter, prefill
from tui.meter import Meter
from tui.transcribing import Transcribing
from tui.walk import Walk

STRIKE_GRACE_S = 3.0

SIGNALS = {
    "no_signal": "The microphone gives no sound; check its cable.",
    "silent": "The microphone gives pure silence; check that it is not muted.",
    "clipping": "The sound is too loud and distorts; move the microphone away or lower its level.",
}


class Stage(StrEnum):
    """What the recording bar says."""

    WAITING = "waiting"
    RECORDING = "recording"
    PAUSED = "paused"
    NOTES = "notes"
    LOST = "lost"
    STOPPED = "stopped"


class Conductor:
    """One session from consent to memo. Every method that writes has written when it returns.

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
        self.study, self.source = study, source
        self.session = study.sessions.get(session)
        self.guide = study.guides.get(self.session.guide_sha256)
        self.walk = Walk.through(self.guide, self.session.wave).retraced(study.log.cues(self.session.id))
        self.stage = Stage.WAITING
        self.memo: Memo | None = None
        self.prefilled = ""
        self.meter = Meter()
        self._tell, self._now = tell, now
        self._notes_clock = NotesClock(source.speed)
        self._capture: Capture | None = None
        self._began = False
        self._final_ms: int | None = None
        self._struck: asyncio.Future[None] | None = None
        self._finishing: asyncio.Task[None] | None = None
        self._ready_after_stop_ms: int | None = None
        self._sound_seen = asyncio.Event()
        self._transcribing = Transcribing(study, self.session.id, choice, tell, now)
        self._transcribing.progressed = self._on_progress

    # --- where we are -------------------------------------------------------------------------------------------------

    @property
    def at_ms(self) -> int:
        """Recording time now; in a session of notes, the time since it began, net of pauses."""
        if self._final_ms is not None:
            return self._final_ms
        return self._capture.at_ms if self._capture is not None else self._notes_clock.at_ms

    @property
    def timed(self) -> bool:
        """Whether ``at_ms`` means anything yet."""
        return self._sound_seen.is_set() or self.stage in (Stage.NOTES, Stage.STOPPED)

    @property
    def played_ms(self) -> int:
        """The clock of the room: it runs on while paused."""
        return self._capture.played_ms if self._capture is not None else self._notes_clock.at_ms

    @property
    def behind(self) -> int:
        """How many utterances wait for their words."""
        return self._transcribing.hearing.behind

    @property
    def pids(self) -> dict[str, int | None]:
        """The children, for those who watch over them."""
        recorder = None if self._capture is None else self._capture.pid
        return {"recorder": recorder, "scribe": self._transcribing.hearing.pid}

    # --- beginning ----------------------------------------------------------------------------------------------------

    def decide(self, kind: Kind, decision: Decision) -> None:
        """Record one consent decision."""
        recorded_by = self.study.setting("interviewer") or "interviewer"
        self.study.consent.decide(
            self.session.id,
            kind,
            decision,
            form_version=self.guide.consent.version,
            recorded_by=recorded_by,
            now=self._now(),
        )
        self._tell(events.ConsentTaken(kind, decision))

    def begin(self) -> None:
        """Start, or go on with an interrupted session; raises ConsentRequired when taking part was not granted."""
        held = self.study.consent.newest(self.session.id)
        if held.get(Kind.TAKING_PART) is not Decision.GRANTED:
            raise ConsentRequired("The participant has not agreed to take part; nothing is started.")
        self._began = True
        if held.get(Kind.AUDIO) is Decision.GRANTED:
            self._start_recording(self.study.permit_recording(self.session.id, self._now()))
        else:
            self.stage, self._notes_clock = Stage.NOTES, NotesClock(self.source.speed)

    def _start_recording(self, permit: Permit) -> None:
        if permit.path.exists():  # an interrupted session goes on: its unheard sound first
            reader = recording.open_reader(permit.path, permit.key)
            end_ms = reader.end_ms
            reader.close()
            self._transcribing.start(permit)
            self._transcribing.catch_up(end_ms)
        else:
            self._transcribing.start(permit)
        self._capture = Capture(self.source, self._on_report, self._transcribing.hearing.handled_ms)
        self._capture.start(permit)

    async def until_recording(self, timeout_s: float) -> bool:
        """Wait for the first block of sound; False when none came in time. At once in a session of notes."""
        if self._capture is None:
            return True
        try:
            await asyncio.wait_for(self._sound_seen.wait(), timeout_s)
        except TimeoutError:
            return False
        return True

    # --- the guide ----------------------------------------------------------------------------------------------------

    def ask(self, question: str | None = None) -> bool:
        """Stamp that a question is asked: this one, or the following one. False when none is left."""
        return self._move(self.walk.ask(question), Move.ASK)

    def skip(self, question: str | None = None) -> bool:
        """Stamp that a question is passed by. False when none is left."""
        return self._move(self.walk.skip(question), Move.SKIP)

    def back(self) -> bool:
        """Stamp that we went back to the question before. False at the beginning."""
        return self._move(self.walk.back(), Move.BACK)

    def follow(self, text: str | None = None) -> None:
        """Stamp a follow-up question that is in no guide."""
        current = self.walk.current
        question = current.id if current is not None and current.id in self.walk.asked else None
        self._cue(question, Move.FOLLOW, text)

    def _move(self, walk: Walk | None, move: Move) -> bool:
        if walk is None or walk.current is None:
            return False
        self._cue(walk.current.id, move, None)
        self.walk = walk
        return True

    def _cue(self, question: str | None, move: Move, text: str | None) -> None:
        self._must_run()
        self.study.log.cue(self.session.id, question=question, move=move, at_ms=self.at_ms, text=text, now=self._now())
        self._tell(events.CueMade(question, move, text))

    # --- notes --------------------------------------------------------------------------------------------------------

    def mark(self, text: str | None = None) -> None:
        """Flag this moment."""
        self._must_run()
        self.study.log.mark(self.session.id, at_ms=self.at_ms, text=text, now=self._now())
        self._tell(events.MarkMade(text))

    def jot(self, text: str) -> None:
        """Keep a typed note."""
        self._must_run()
        self.study.log.jot(self.session.id, at_ms=self.at_ms, text=text, now=self._now())
        self._tell(events.JottingMade(text))

    # --- off the record, strike, withdraw -----------------------------------------------------------------------------

    def pause(self) -> None:
        """Go off the record: nothing is captured until ``resume``."""
        self._must_run()
        if self._capture is not None:
            if not self._capture.paused:
                self._capture.pause()
        elif not self._notes_clock.paused:
            self._notes_clock.pause()
            self._on_paused()

    def resume(self) -> None:
        """Go on the record again."""
        self._must_run()
        if self._capture is not None:
            if self._capture.paused:
                self._capture.resume()
        elif self._notes_clock.paused:
            self._notes_clock.resume()
            self._on_resumed()

    async def settled(self) -> None:
        """Wait until a pause or a resume has taken effect, and its event was told."""
        if self._capture is not None:
            await self._capture.settled()

    async def strike(self, seconds: float) -> Receipt:
        """Destroy the last seconds, sound and words, at the participant's wish."""
        self._must_run()
        end_ms = self.at_ms
        start_ms = max(0, end_ms - round(seconds * 1000))
        again = self._transcribing.strike(start_ms, end_ms)
        sound = self._capture is not None and not await self._strike_sound(start_ms, end_ms)
        receipt = self.study.strike(self.session.id, start_ms, end_ms, self._now(), sound=sound)
        self._tell(events.StretchStruck(start_ms, end_ms))
        self._transcribing.hear_again(again)
        return receipt

    async def _strike_sound(self, start_ms: int, end_ms: int) -> bool:
        """Have the living recorder destroy samples; False when it did not answer (the store then does it)."""
        if self._capture is None or self._capture.ended is not None:
            return False
        self._struck = asyncio.get_running_loop().create_future()
        self._capture.strike(start_ms, end_ms)
        try:
            await asyncio.wait_for(self._struck, STRIKE_GRACE_S)
        except TimeoutError:
            return False
        return True

    async def withdraw(self, *, transcript: bool = False) -> Receipt:
        """Take audio consent back: stop recording, destroy what was recorded; the session goes on with notes."""
        self._must_run()
        at_ms = self.at_ms
        self.decide(Kind.AUDIO, Decision.WITHDRAWN)
        if self._capture is not None:
            await asyncio.gather(self._capture.kill(), self._transcribing.hearing.kill())
        self._capture = None
        self._notes_clock = NotesClock(self.source.speed)
        self._notes_clock.set(at_ms)
        receipt = self.study.destroy_recording(self.session.id, transcript, self._now())
        self.stage = Stage.NOTES
        self._tell(events.AudioWithdrawn())
        return receipt

    # --- waiting ------------------------------------------------------------------------------------------------------

    def play_until(self, played_ms: int | None) -> None:
        """Let a replay run up to here and stand; None lets it run on."""
        if self._capture is not None:
            self._capture.play_until(played_ms)

    async def until_played(self, played_ms: int) -> None:
        """Wait until the room's clock shows this, or the recording is over."""
        if self._capture is not None:
            self._capture.play_until(played_ms)
            await self._capture.until_played(played_ms)
        elif self.source.speed == 0:
            self._notes_clock.advance(played_ms - self._notes_clock.at_ms)
        else:
            await asyncio.sleep(max(0, played_ms - self._notes_clock.at_ms) / 1000 / self.source.speed)

    async def until_over(self) -> None:
        """Let a replay play on and wait for its end (a microphone has none); at once in a session of notes."""
        self.play_until(None)
        await self.until_ended()

    async def until_ended(self) -> None:
        """Wait for the end of the sound; at once in a session of notes."""
        if self._capture is not None:
            await self._capture.until_over()

    # --- the end ------------------------------------------------------------------------------------------------------

    async def stop(self) -> Memo:
        """End the session and open its memo; the transcript is finished behind it (see ``finished``)."""
        if self.memo is not None:
            return self.memo
        self._must_run()
        asked_to_stop = time.monotonic()
        if self._capture is not None:
            await self._capture.stop()
            self._transcribing.close_open_span(self._capture.at_ms)
        self._final_ms = self.at_ms
        captured_ms, dropped = self._captured()
        self.session = self.study.sessions.stop(
            self.session.id,
            self._now(),
            recording_ms=self._final_ms,
            captured_ms=captured_ms,
            dropped_frames=dropped,
        )
        self.stage = Stage.STOPPED
        self._tell(events.Stopped())
        self.memo = self._open_memo()
        self._finishing = asyncio.create_task(self._finish(asked_to_stop), name="finishing")
        return self.memo

    async def finished(self) -> None:
        """Wait for the transcript."""
        if self._finishing is not None:
            await self._finishing

    def write_memo(self, text: str) -> None:
        """Save the memo as it now stands; on disk when this returns."""
        if self.memo is not None:
            self.study.memos.save(self.memo.id, text, self._now())

    async def close(self) -> events.Summary:
        """Let the children go and say what it took; to be called in any case, also after an error."""
        if self._finishing is not None:
            await self._finishing
        if self._capture is not None and self.memo is None:
            await self._capture.kill()
        await self._transcribing.hearing.leave()
        self.meter.stop()
        summary = self._summary()
        if self.memo is not None:
            self._tell(summary)
        return summary

    async def _finish(self, asked_to_stop: float) -> None:
        if self._capture is not None:
            await self._transcribing.hearing.drained()
        if self._transcribing.unfinished:
            self._tell(events.Notice("unfinished", "The transcript is not complete; `vivavoce recover` finishes it."))
            return
        ready_ms = round((time.monotonic() - asked_to_stop) * 1000)
        self._ready_after_stop_ms = ready_ms
        self.session = self.study.sessions.complete(self.session.id, self._now(), ready_after_stop_ms=ready_ms)
        self._tell(events.TranscriptReady())
        self.meter.sample()
        await self._transcribing.hearing.leave()

    def _open_memo(self) -> Memo:
        log, key = self.study.log, self.session.id
        matter = Matter(
            self.guide,
            self.walk,
            log.cues(key),
            log.marks(key),
            log.jottings(key),
            self.study.transcript.utterances(key),
        )
        self.study.sessions.open_memo(key, self._now())
        self.prefilled = prefill(matter)
        memo = self.study.memos.open(key, self.prefilled, self._now())
        self._tell(events.MemoOpened(memo.id))
        return memo

    def _captured(self) -> tuple[int, int]:
        if self._capture is not None and self._capture.ended is not None:
            return self._capture.ended.captured_ms, self._capture.ended.dropped_frames
        stored = self.study.sessions.get(self.session.id)
        return stored.captured_ms, stored.dropped_frames

    def _summary(self) -> events.Summary:
        session = self.study.sessions.get(self.session.id)
        ready = self._ready_after_stop_ms
        return events.Summary(
            audio_seconds=session.captured_ms / 1000,
            utterances=len(self.study.transcript.utterances(session.id)),
            dropped_frames=session.dropped_frames,
            ready_after_stop_s=None if ready is None else ready / 1000,
            model=session.model,
            device=session.device,
            cpu_seconds=self.meter.cpu_seconds,
            peak_rss_mb=self.meter.peak_rss_mb,
        )

    def _must_run(self) -> None:
        if not self._began or self.stage is Stage.STOPPED:
            raise StateError("This session is not running." if not self._began else "This session has ended.")

    # --- what the recorder reports ------------------------------------------------------------------------------------

    def _on_report(self, report: wire.RecorderReport | RecorderLost) -> None:
        match report:
            case wire.Level():
                self._on_level(report)
            case wire.Span():
                self._transcribing.span(report)
            case wire.Started():
                self._on_started()
            case wire.Gap(start_ms=start_ms, end_ms=end_ms, reason=reason):
                self.study.log.gap(self.session.id, start_ms, end_ms, reason, self._now())
                self._tell(events.GapFound(start_ms, end_ms))
            case wire.Paused():
                self._on_paused()
            case wire.Resumed():
                self._on_resumed()
            case wire.Struck() if self._struck is not None and not self._struck.done():
                self._struck.set_result(None)
            case wire.Signal(state=state):
                self._on_signal(state)
            case wire.Failed(code=code, text=text):
                self._tell(events.Notice(code, text))
            case RecorderLost(at_ms=at_ms):
                self._on_lost(at_ms)
            case _:
                pass

    def _on_progress(self) -> None:
        if self._capture is not None:
            self._capture.nudge()

    def _on_level(self, level: wire.Level) -> None:
        if self._capture is None:
            return
        self.study.sessions.acknowledge(self.session.id, level.seq, level.at_ms, level.captured_ms)
        self._tell(events.LevelMoved(level.rms_db, level.peak_db, self.behind))

    def _on_started(self) -> None:
        again = self.stage is Stage.LOST
        self.stage = Stage.RECORDING
        if again:
            self._tell(events.Notice("recorder_back", "Recording again."))
        if not self._sound_seen.is_set():
            self._sound_seen.set()
            self._tell(events.RecordingBegan())

    def _on_paused(self) -> None:
        self.stage = Stage.PAUSED
        self.study.log.pause(self.session.id, self.at_ms, self._now())
        self._tell(events.PauseBegan())

    def _on_resumed(self) -> None:
        self.stage = Stage.NOTES if self._capture is None else Stage.RECORDING
        self.study.log.resume(self.session.id, self._now())
        self._tell(events.PauseEnded())

    def _on_signal(self, state: str) -> None:
        self._tell(events.SignalChanged(state))
        if state in SIGNALS:
            self._tell(events.Notice(state, SIGNALS[state]))

    def _on_lost(self, at_ms: int) -> None:
        self.stage = Stage.LOST
        self._transcribing.close_open_span(at_ms)
        self._tell(events.Notice("recorder_lost", "Recording stopped by itself and is being started again."))
