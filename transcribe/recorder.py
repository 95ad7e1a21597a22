"""Takes sound from the intake to the disk, listens to it, and tells the app; the same for a microphone and a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from transcribe.clock import clock_ms
from transcribe.errors import TranscribeError
from transcribe.intake import Block, FileEnd, Intake, Item, Source, SourceLost
from transcribe.level import SILENCE_DB, Watch, peak_db, rms_db
from transcribe.recording import FRAMES_PER_MS, LEAVE_S, RecordingGoneError, Samples, Writer
from transcribe.segmenter import Listener
from transcribe.sound import in_mono
from transcribe.stretchwise import attempt
from transcribe.striking import Striking
from transcribe.tally import Tally
from transcribe.voice import detector
from transcribe.wire import (
    Begin,
    Ended,
    Gap,
    Grant,
    Level,
    Message,
    Pause,
    Paused,
    Resume,
    Resumed,
    Signal,
    Span,
    Started,
    Stop,
    StrikeSpan,
)

if TYPE_CHECKING:
    from transcribe.loudness import Loudness

COMMIT_MS = 100
LARGEST_COMMIT_MS = 2_000
TICK_S = 0.1
NO_SOUND_AFTER_MS = 1_000
FIRST_SOUND_AFTER_MS = 2_500
STILL_ALIVE_MS = 500
LOOK_EVERY_MS = 1_000


class SourceLostError(TranscribeError):
    """The source gives no more sound, and won't again."""


class Recorder:
    """One run from the first item to the last; ``run`` returns when it is over. Raises TranscribeError."""

    def __init__(
        self, begin: Begin, writer: Writer, source: Source, intake: Intake, report: Callable[[Message], None]
    ) -> None:
        self._begin, self._writer, self._source, self._intake, self._report = begin, writer, source, intake, report
        self._begun_ms = self._heard_ms = self._looked_ms = self._told_ms = clock_ms()
        self._played_ms = begin.played_ms
        self._paused = begin.paused
        self._batch: list[Samples] = []
        self._batch_frames = 0
        self._listener: Listener | None = None
        self._started = self._sounded = self._restart_is_told = False
        self._tally, self._watch, self._state = Tally(), Watch(), "ok"
        self._loudness = _loudness() if begin.two_channels else None
        self._striking = Striking(writer, report)
        self._over: str | None = None
        self._notices: tuple[str, ...] = ()

    def run(self) -> None:
        """Handles what comes in until it is told to stop, or the file or the app is at an end."""
        if self._paused:
            self._owe_restart(self._begun_ms)
        if self._begin.clock_ms is not None:  # the recorder before may have written what it could not report any more
            for gap in self._writer.gaps():
                self._report(gap)
            self._tell_level()
        while self._over is None:
            for item in self._intake.next(TICK_S):
                self._handle(item)
            self._keep_up()
        self._finish(self._over)

    # --- what comes in ------------------------------------------------------------------------------------------------

    def _handle(self, item: Item) -> None:
        match item:
            case Block():
                self._take(item)
            case Pause() if not self._paused:
                self._pause()
            case Resume() if self._paused:
                self._resume()
            case StrikeSpan():
                self._strike(item)
            case FileEnd(notices=notices):
                self._over, self._notices = "file_end", notices
            case Stop() | None:
                self._over = "stopped"
            case SourceLost(text=text):
                self._commit()
                raise SourceLostError(text)
            case _:
                pass

    def _take(self, block: Block) -> None:
        self._played_ms, self._heard_ms = block.played_ms, block.clock_ms
        if self._paused:
            if block.stands or clock_ms() - self._told_ms >= COMMIT_MS:
                self._tell_level()
                self._source.handled(self._played_ms)
            return
        if not len(block.samples):
            return
        if not self._sounded:
            self._sounded = True
            self._owe_restart(block.clock_ms - len(block.samples) / FRAMES_PER_MS)
        self._count(block)
        samples = self._striking.left_of(block.samples)
        self._batch.append(samples)
        self._batch_frames += len(samples)
        self._see(self._watch.state(samples))
        held_ms = self._batch_frames // FRAMES_PER_MS
        enough = held_ms >= COMMIT_MS or not self._started
        if block.stands or held_ms >= LARGEST_COMMIT_MS or (enough and self._intake.empty):
            self._commit()

    def _count(self, block: Block) -> None:
        """Writes a gap before this block when sound before it is lost for certain."""
        if self._source.live:
            lost_ms = self._tally.heard(len(block.samples), block.clock_ms, fresh=block.fresh is not None)
            self._lose(lost_ms, block.fresh or "stall")

    def _pause(self) -> None:
        self._break_off()
        self._paused = True
        self._striking.forget()
        self._report(Paused(self._writer.end_ms, self._played_ms))

    def _resume(self) -> None:
        self._paused = False
        self._watch.reset()
        self._begin_listening()
        self._report(Resumed(self._writer.end_ms, self._played_ms))

    def _strike(self, order: StrikeSpan) -> None:
        self._commit()
        self._close_span()
        self._striking.strike(order, 0 if self._paused else self._intake.lag_ms)
        self._begin_listening()

    # --- to the disk --------------------------------------------------------------------------------------------------

    def _commit(self) -> None:
        if not self._batch_frames:
            return
        samples, at_ms = np.concatenate(self._batch), self._writer.end_ms
        self._batch, self._batch_frames = [], 0
        if self._loudness is not None:
            attempt(partial(self._loudness.hear, at_ms, samples))
            samples = in_mono(samples)
        self._writer.append(samples)
        if not self._started:
            self._started = True
            self._report(Started(at_ms))
        self._tell(self._listening(at_ms).hear(samples))
        self._tell_level(rms_db(samples), peak_db(samples))
        self._source.handled(self._played_ms)

    def _break_off(self) -> None:
        """What was captured so far is all there is for now."""
        self._owe_restart(clock_ms())
        self._commit()
        self._lose(self._tally.rest(clock_ms()), "stall")
        self._close_span()

    def _lose(self, lost_ms: int, reason: str) -> None:
        if lost_ms > 0:
            self._commit()
            self._close_span()
            self._gap(self._writer.end_ms + lost_ms, reason)

    def _owe_restart(self, until_ms: float) -> None:
        """A recorder that takes over from another begins with the gap between the two, its own start included.

        That is so until its first sound, or until somebody wishes for none; off the record nothing is missed.
        """
        if self._restart_is_told:
            return
        self._restart_is_told = True
        if self._begin.at_ms > self._writer.end_ms:
            since_ms = self._begun_ms if self._begin.clock_ms is None else self._begin.clock_ms
            waited_ms = int(until_ms - since_ms) if self._source.live and not self._begin.paused else 0
            self._gap(self._begin.at_ms + max(0, waited_ms), "restart")

    def _gap(self, end_ms: int, reason: str) -> None:
        start_ms = self._writer.end_ms
        self._writer.gap(start_ms, end_ms, reason)
        self._begin_listening()
        self._report(Gap(start_ms, end_ms, reason))

    def _finish(self, reason: str) -> None:
        self._source.close()
        if not self._paused:
            self._break_off()
        writer = self._writer
        self._striking.clean(LEAVE_S)
        figures = (writer.last_seq, writer.end_ms, writer.captured_ms, writer.dropped_frames)
        try:
            writer.close()
        finally:  # on a disk that is full by now nothing is moved out of the log, and nothing is lost
            self._report(Ended(reason, *figures, self._notices))

    # --- listening ----------------------------------------------------------------------------------------------------

    def _listening(self, at_ms: int) -> Listener:
        """Made at the first need: loading the network must not hold up the first sound."""
        if self._listener is None:
            self._listener = Listener(detector(), at_ms)
        return self._listener

    def _begin_listening(self) -> None:
        if self._listener is not None:
            self._listener.begin(self._writer.end_ms)

    def _close_span(self) -> None:
        if self._listener is not None:
            self._tell(self._listener.finish(self._writer.end_ms))

    # --- keeping watch ------------------------------------------------------------------------------------------------

    def _keep_up(self) -> None:
        """What is due by the clock: the commit of little sound, the look at the file, word of a silent microphone."""
        now_ms = clock_ms()
        if self._batch_frames and self._intake.empty and now_ms - self._heard_ms >= COMMIT_MS:
            self._commit()
        if now_ms - self._looked_ms >= LOOK_EVERY_MS:
            self._looked_ms = now_ms
            if not self._writer.still_there():
                raise RecordingGoneError("The recording's file was taken away; nothing more is recorded.")
            self._striking.clean()
        if self._source.live:
            self._mind_the_source(now_ms)

    def _mind_the_source(self, now_ms: float) -> None:
        quiet_ms = now_ms - self._heard_ms
        if quiet_ms >= (NO_SOUND_AFTER_MS if self._sounded or self._paused else FIRST_SOUND_AFTER_MS):
            self._see("no_signal")
        if quiet_ms >= STILL_ALIVE_MS and now_ms - self._told_ms >= STILL_ALIVE_MS:
            self._played_ms = self._source.played_ms()
            self._tell_level()

    def _see(self, state: str) -> None:
        if state != self._state:
            self._state = state
            self._report(Signal(state, self._writer.end_ms))

    def _tell_level(self, rms: float = SILENCE_DB, peak: float = SILENCE_DB) -> None:
        self._told_ms = clock_ms()
        writer = self._writer
        self._report(Level(writer.last_seq, writer.end_ms, self._played_ms, rms, peak, writer.captured_ms))

    def _tell(self, spans: Iterable[Span]) -> None:
        for span in spans:
            self._report(replace(span, levels=self._levels(span)))

    def _levels(self, span: Span) -> tuple[tuple[float, ...], ...]:
        """How loud each channel was; nothing where that can't be told, which costs a name and no sound."""
        if self._loudness is None or not span.closed:
            return ()
        return attempt(partial(self._loudness.of, span.start_ms, span.end_ms)) or ()


def _loudness() -> Loudness:
    """Brings what tells speakers apart, which a recorder of one channel has no use for."""
    from transcribe.loudness import Loudness

    return Loudness()


def steered(source: Source, intake: Intake) -> Callable[[Message | None], None]:
    """What to do with a command the moment it is read: grants go to the source, all else in line with the sound."""

    def heard(command: Message | None) -> None:
        if isinstance(command, Grant):
            source.grant(command.played_ms)
        else:
            intake.tell(command)

    return heard
