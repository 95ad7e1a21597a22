"""The child that learns one voice: ``python -m transcribe.enrol``. It keeps no sound, and gives a voiceprint back."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from transcribe import speaker_model
from transcribe.errors import SoundError, TranscribeError, WireError
from transcribe.intake import Block, Intake, SourceLost
from transcribe.level import peak_db, rms_db
from transcribe.recording import FRAMES_PER_MS, Samples
from transcribe.segmenter import Listener
from transcribe.serve import App
from transcribe.speakers import Print, Voiceprinter, enrolment
from transcribe.stretchwise import attempt
from transcribe.voice import Voice
from transcribe.wire import Enrol, Enrolled, Failed, Level, Stop

LEAST_SPEECH_MS = 10_000
_TELL_MS = 100
_PATIENCE_S = 2.5


def enrol(app: App) -> None:
    """Listen until enough was said, or the sound is over; report the voiceprint. Raises TranscribeError."""
    order = next(app.commands, None)
    if order is None:
        return
    if not isinstance(order, Enrol):
        raise WireError("The voice can't be learnt: nobody said from what; try again.")
    learner = _Learner(Voiceprinter(speaker_model.find().path))
    for block in _sound(app, order):
        learner.hear(block)
        app.report(Level(0, 0, learner.speech_ms, rms_db(block), peak_db(block)))
        if learner.speech_ms >= order.speech_ms:
            break
    app.report(Enrolled(learner.voiceprint(), learner.speech_ms))


class _Learner:
    """Sound in, the prints of what is speech in it out."""

    def __init__(self, printer: Voiceprinter) -> None:
        self._printer, self._listener = printer, Listener(Voice())
        self._prints: list[Print] = []
        self._held: Samples = np.zeros(0, np.int16)
        self._held_from = self._end = 0  # frames
        self.speech_ms = 0

    def hear(self, block: Samples) -> None:
        """The next block."""
        self._held = np.concatenate([self._held, block])
        self._end += len(block)
        for span in self._listener.hear(block):
            if span.closed:
                self._take(span.start_ms, span.end_ms)

    def voiceprint(self) -> tuple[float, ...]:
        """Of all that was said; raises SoundError where that was too little."""
        for span in self._listener.finish(self._end // FRAMES_PER_MS):
            self._take(span.start_ms, span.end_ms)
        vector = enrolment(self._prints)
        if vector is None or self.speech_ms < LEAST_SPEECH_MS:
            heard = round(self.speech_ms / 1000)
            raise SoundError(f"Only {heard} s of speech were heard: speak for half a minute, and try again.")
        return tuple(float(number) for number in vector)

    def _take(self, start_ms: int, end_ms: int) -> None:
        first, last = (ms * FRAMES_PER_MS - self._held_from for ms in (start_ms, end_ms))
        prints = attempt(lambda: self._printer.embed(self._held[first:last], start_ms))
        if prints is not None:
            self._prints += prints
            self.speech_ms += end_ms - start_ms
        self._held, self._held_from = self._held[last:], self._held_from + last


def _sound(app: App, order: Enrol) -> Iterator[Samples]:
    if order.replay is not None:
        from transcribe.sound import decode

        yield from decode(Path(order.replay))
    else:
        yield from _microphone(app, order.device)


def _microphone(app: App, device: str | None) -> Iterator[Samples]:
    """A tenth of a second at a time, until the app says stop. Raises SoundError."""
    from transcribe.microphone import MicrophoneSource

    source, intake = MicrophoneSource(device, 0), Intake(paused=False)
    held: list[Samples] = []
    try:
        source.open(intake)
        app.listen(intake.tell)
        while items := intake.next(_PATIENCE_S):
            match items[0]:
                case Block(samples=samples):
                    held.append(samples)
                case SourceLost(text=text):
                    raise SoundError(text)
                case Stop() | None:
                    return
                case _:
                    pass
            if sum(map(len, held)) >= _TELL_MS * FRAMES_PER_MS:
                yield np.concatenate(held)
                held = []
        raise SoundError("The microphone gives no sound; check its cable and try again.")
    finally:
        source.close()


def main() -> int:
    """The process: 0 when a voiceprint was given, 1 after a ``Failed``."""
    app, failed = App(), None
    try:
        enrol(app)
    except TranscribeError as error:
        failed = Failed("enrol", str(error))
    except Exception as error:  # noqa: BLE001 - the child's edge: the app must learn of it in a sentence
        traceback.print_tb(error.__traceback__)
        failed = Failed("enrol", "The voice could not be learnt; try again.")
    if failed is not None:
        app.report(failed)
    app.until_told()
    return 0 if failed is None else 1


if __name__ == "__main__":
    sys.exit(main())
