"""A microphone tried before an interview: how loud the room is, told several times a second; not a sample is kept."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from transcribe.clock import clock_ms
from transcribe.intake import Block, Intake, SourceLost
from transcribe.level import Watch, peak_db, rms_db
from transcribe.microphone import MicrophoneSource
from transcribe.recorder import COMMIT_MS, FIRST_SOUND_AFTER_MS, TICK_S, SourceLostError
from transcribe.recording import FRAMES_PER_MS, Samples
from transcribe.serve import App
from transcribe.sound import in_mono
from transcribe.wire import Check, Level, Message, Opened, Signal, Stop


def check(app: App, order: Check) -> None:
    """Tell the level of a microphone until the app is gone or says stop. Raises SoundError, SourceLostError."""
    source = MicrophoneSource(order.device, 0, two_channels=order.two_channels)
    intake = Intake(paused=False)
    try:
        source.open(intake)
        app.report(Opened(source.name, source.rate_hz))
        app.listen(intake.tell)
        _Levels(intake, app.report).run()
    finally:
        source.close()


class _Levels:
    """Sound in, loudness out; what was measured is let go of at once."""

    def __init__(self, intake: Intake, report: Callable[[Message], None]) -> None:
        self._intake, self._report = intake, report
        self._batch: list[Samples] = []
        self._watch, self._state = Watch(), "ok"
        self._heard_ms = clock_ms()

    def run(self) -> None:
        """Until it is told to stop."""
        while True:
            for item in self._intake.next(TICK_S):
                match item:
                    case Block():
                        self._take(item)
                    case SourceLost(text=text):
                        raise SourceLostError(text)
                    case Stop() | None:
                        return
                    case _:
                        pass
            if clock_ms() - self._heard_ms >= FIRST_SOUND_AFTER_MS:
                self._see("no_signal", 0)

    def _take(self, block: Block) -> None:
        self._heard_ms = block.clock_ms
        self._batch.append(block.samples)
        if sum(map(len, self._batch)) < COMMIT_MS * FRAMES_PER_MS:
            return
        samples = in_mono(np.concatenate(self._batch))
        self._batch = []
        self._see(self._watch.state(samples), block.played_ms)
        self._report(Level(0, 0, block.played_ms, rms_db(samples), peak_db(samples)))

    def _see(self, state: str, played_ms: int) -> None:
        if state != self._state:
            self._state = state
            self._report(Signal(state, played_ms))
