"""What is heard in a session: the recorder and the scribe at work, and the clock they give."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from store import StateError, StoreError, Study
from transcribe import wire
from transcribe.clock import clock_ms
from tui import events, recovery
from tui.captioning import EVERY_MS_UNWATCHED
from tui.capture import Capture
from tui.clock import NotesClock
from tui.notebook import Notebook
from tui.reader import Choice
from tui.recorder_lost import RecorderLost
from tui.source import Source
from tui.transcribing import Transcribing

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


class Listening(Notebook):
    """A session with its sound: where it is, off and on the record, waiting, and what the children report.

    Order is law: what a child reports goes to the store first and to the watcher afterwards.
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
        super().__init__(study, session, tell, now)
        self.source = source
        self.stage = Stage.WAITING
        self._notes_clock = NotesClock(source.speed)
        self._capture: Capture | None = None
        self.began = False
        self._final_ms: int | None = None
        self._off_since: datetime | None = None
        self._off_from_ms = 0.0
        self._struck: asyncio.Future[wire.Struck] | None = None
        self._sound_seen = asyncio.Event()
        self._transcribing = Transcribing(study, self.session.id, choice, tell, now, self._backlog)
        self._transcribing.progressed = self._on_progress
        if source.speed == 0:
            self._transcribing.captioning.every_ms = EVERY_MS_UNWATCHED

    # --- where we are -------------------------------------------------------------------------------------------------

    @property
    def at_ms(self) -> int:
        """Recording time now; in a session of notes, the time since it began, net of pauses."""
        if self._final_ms is not None:
            return self._final_ms
        return self._capture.at_ms if self._capture is not None else self._notes_clock.at_ms

    @property
    def newest_ms(self) -> int:
        """How far the recording may go by now, for ``at_ms`` is what the recorder told last."""
        return self._capture.newest_ms if self._capture is not None and self._final_ms is None else self.at_ms

    @property
    def timed(self) -> bool:
        """Whether ``at_ms`` means anything yet."""
        return self._sound_seen.is_set() or self.stage in (Stage.NOTES, Stage.PAUSED, Stage.STOPPED)

    @property
    def recording(self) -> bool:
        """Whether a recorder is at work (or off the record, or being started again)."""
        return self._capture is not None and self._final_ms is None

    @property
    def off_the_record(self) -> bool:
        """Whether nothing is captured now, because somebody wished it so; true from the moment of the wish."""
        return self._capture.paused if self._capture is not None else self._notes_clock.paused

    @property
    def off_ms(self) -> int | None:
        """For how long it has been off the record; None while it is on."""
        if self._off_since is None or not self.off_the_record:
            return None
        return max(0, round(clock_ms() - self._off_from_ms))

    def _off_the_record_since(self, since: datetime) -> None:
        """Its length is counted on from here by a clock that nobody sets."""
        gone_ms = max(0.0, (self._now() - since).total_seconds() * 1000)
        self._off_since, self._off_from_ms = since, clock_ms() - gone_ms

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

    async def until_recording(self, timeout_s: float) -> bool:
        """Wait for the first block of sound; False when none came in time. At once where none is to come."""
        if self._capture is None or self._capture.paused:
            return True
        try:
            async with asyncio.timeout(timeout_s):
                await self._sound_seen.wait()
        except TimeoutError:
            return False
        return True

    def pause(self) -> None:
        """Go off the record: nothing is captured until ``resume``."""
        self._must_run()
        if self._capture is not None:
            if not self._capture.paused:
                self._off_the_record_since(self._now())
                self._capture.pause()
        elif not self._notes_clock.paused:
            self._off_the_record_since(self._now())
            self._notes_clock.pause()
            self._on_paused(self._notes_clock.at_ms)

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

    @property
    def sound_over(self) -> bool:
        """Whether a replay has come to its end (or can't go on), with consent to it still standing."""
        return self._capture is not None and self._capture.is_over

    async def _strike_sound(self, start_ms: int, end_ms: int | None) -> wire.Struck | None:
        """Have the living recorder destroy samples, without ``end_ms`` up to its own newest one.

        None when it does not answer; the store does it then, and the recorder once more when it comes to it.
        """
        if self._capture is None or self._capture.ended is not None:
            return None
        self._struck = asyncio.get_running_loop().create_future()
        self._capture.strike(start_ms, end_ms)
        try:
            async with asyncio.timeout(STRIKE_GRACE_S):
                return await self._struck
        except TimeoutError:
            return None

    def _captured(self) -> tuple[int, int]:
        if self._capture is not None and self._capture.ended is not None:
            return self._capture.ended.captured_ms, self._capture.ended.dropped_frames
        stored = self.study.sessions.get(self.session.id)
        if self._capture is None:
            return stored.captured_ms, stored.dropped_frames
        return stored.captured_ms, recovery.dropped_frames(self.at_ms, stored.captured_ms)

    def _must_run(self) -> None:
        if not self.began or self.stage is Stage.STOPPED:
            raise StateError("This session has ended." if self.began else "This session is not running yet.")

    # --- what the recorder reports ------------------------------------------------------------------------------------

    def _on_report(self, report: wire.RecorderReport | RecorderLost) -> None:
        """What can't be written now (a full disk) is said and kept; the recorder goes on as long as it can."""
        try:
            self._take(report)
        except StoreError as error:
            self._tell(events.Notice("study", str(error)))

    def _take(self, report: wire.RecorderReport | RecorderLost) -> None:
        match report:
            case wire.Level():
                self._on_level(report)
            case wire.Span(closed=True):
                self._backlog.do(lambda: self._transcribing.span(report), of_sound=True)
            case wire.Span():
                self._transcribing.span(report)
            case wire.Opened() if self._capture is not None and self._capture.paused:
                self.stage = Stage.PAUSED  # started anew while off the record
            case wire.Started():
                self._on_started()
            case wire.Gap():
                self._backlog.do(lambda: self._on_gap(report), of_sound=True)
            case wire.Paused(at_ms=at_ms):
                self._on_paused(at_ms)
            case wire.Resumed():
                self._on_resumed()
            case wire.Struck():
                self._on_struck(report)
            case wire.Signal(state=state):
                self._on_signal(state)
            case wire.Ended(notices=notices):
                for sentence in notices:
                    self._tell(events.Notice("sound_file", sentence))
            case wire.Failed(code=code, text=text):
                self._tell(events.Notice(code, text))
            case RecorderLost():
                self._on_lost(report)
            case _:
                pass

    def _on_struck(self, struck: wire.Struck) -> None:
        if self._struck is not None and not self._struck.done():
            self._struck.set_result(struck)
        else:
            self._on_struck_late(struck)

    @abstractmethod
    def _on_struck_late(self, struck: wire.Struck) -> None:
        """Nobody waits for this answer any more."""

    def _on_progress(self) -> None:
        if self._capture is not None:
            self._capture.nudge()

    def _on_level(self, level: wire.Level) -> None:
        if self._capture is None:
            return
        receipt = (self.session.id, level.seq, level.at_ms, level.captured_ms)
        self._backlog.attempt(lambda: self.study.sessions.acknowledge(*receipt))
        self._tell(events.LevelMoved(level.rms_db, level.peak_db, self.behind))

    def _on_started(self) -> None:
        again = self.stage is Stage.LOST
        self.stage = Stage.RECORDING
        if again:
            self._tell(events.Notice("recorder_back", "Recording again."))
        if not self._sound_seen.is_set():
            self._sound_seen.set()
            self._tell(events.RecordingBegan())

    def _on_gap(self, gap: wire.Gap) -> None:
        self.study.log.gap(self.session.id, gap.start_ms, gap.end_ms, gap.reason, self._now())
        self._tell(events.GapFound(gap.start_ms, gap.end_ms))

    def _on_paused(self, at_ms: int) -> None:
        self.stage, now = Stage.PAUSED, self._off_since or self._now()

        def write() -> None:
            self.study.log.pause(self.session.id, at_ms, now)
            self._tell(events.PauseBegan())

        self._backlog.do(write)

    def _on_resumed(self) -> None:
        self.stage, now = Stage.NOTES if self._capture is None else Stage.RECORDING, self._now()

        def write() -> None:
            self.study.log.resume(self.session.id, now)
            self._tell(events.PauseEnded())

        self._backlog.do(write)

    def _on_signal(self, state: str) -> None:
        self._tell(events.SignalChanged(state))
        if state in SIGNALS:
            self._tell(events.Notice(state, SIGNALS[state]))

    def _on_lost(self, lost: RecorderLost) -> None:
        self.stage = Stage.LOST
        self._tell(lost.notice)
        self._close_open_span(lost.at_ms)

    def _close_open_span(self, at_ms: int) -> None:
        """The recorder is gone in mid-sentence: what it had told of becomes an utterance."""
        if (span := self._transcribing.captioning.break_off(at_ms)) is not None:
            self._backlog.do(lambda: self._transcribing.span(span), of_sound=True)
