"""The scribe: a child process that reads closed stretches out of the recording and says what was said in them."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue

from transcribe import attribution, models, packing, verbatim
from transcribe.agreement import Agreement
from transcribe.attribution import Attribution
from transcribe.compute import Compute
from transcribe.decoding import Hearing
from transcribe.desk import Desk, Work
from transcribe.errors import ModelError, TranscribeError, WireError
from transcribe.frugal import give_back
from transcribe.packing import Stretch
from transcribe.recording import Samples, open_reader
from transcribe.scanning import Scanning
from transcribe.second import Manner
from transcribe.serve import App
from transcribe.stretchwise import attempt
from transcribe.whisper import Engine
from transcribe.wire import (
    Attribute,
    Attributed,
    Caption,
    Failed,
    Forget,
    Glance,
    Hear,
    Heard,
    LanguageFound,
    Load,
    Loading,
    Message,
    Printed,
    Ready,
    Reheard,
    Reread,
    Scan,
    ScribeReport,
    TakePrint,
)

_BEAM = 5
_CAPTION_MS = 10_000  # of a long stretch no more than this is read for a caption
_CAPTION_STEP_MS = 4_000
_GIVE_BACK_EVERY_S = 20.0
_NICE = 5
_NOT_DONE = "A stretch of the recording can't be read."
_CODES = {Hear: "hear", Reread: "reread", Glance: "caption", TakePrint: "print", Forget: "print", Attribute: "voices"}


class Scribe:
    """Does what lies on the desk, with one engine and one recording, and reports.

    ``meanwhile`` is called where a window can be laid aside for what is more urgent.
    """

    def __init__(
        self,
        load: Load,
        model: str,
        engine: Engine,
        report: Callable[[ScribeReport], None],
        whose: Attribution | None = None,
    ) -> None:
        self._load, self._model, self._engine, self._report = load, model, engine, report
        self._attribution = whose
        self.meanwhile: Callable[[], None] = lambda: None
        self._told: str | None = None
        self._language = engine.language
        self._scanning = Scanning(self._read, report)
        self._captioned = ""
        self._agreement = Agreement()

    def ready(self) -> None:
        """Warm up, then tell the app what the words are read with."""
        self._engine.warm()
        self._tell_ready()

    def do(self, work: Work) -> Scan | None:
        """Do one piece of work and report it, or that it can't be done; gives what is left of a scan.

        Raises ModelError where nothing can be read any more.
        """
        rest = None
        try:
            if isinstance(work, Scan):
                rest = self._scanning.go_on(work)
            elif not attempt(lambda: self._done(work)):
                self._report(Failed(_CODES[type(work)], _NOT_DONE, work.id))
        except ModelError:
            raise
        except TranscribeError as error:
            self._report(Failed("recording", str(error), None if isinstance(work, Scan) else work.id))
        if self._engine.notice != self._told:
            self._tell_ready()
        if self._engine.language != self._language:
            self._tell_language()
        return rest

    def _tell_ready(self) -> None:
        self._told = self._engine.notice
        engine, voices = self._engine, self._attribution is not None
        self._report(Ready(self._model, engine.device, engine.compute_type, self._told, voices))

    def _tell_language(self) -> None:
        """It was not known from the start, and is sure now."""
        self._language = self._engine.language
        if self._language is not None:
            self._report(LanguageFound(self._language))

    def _done(self, work: Hear | Reread | Glance | TakePrint | Forget | Attribute) -> bool:
        """Do it; False where it can't be done."""
        match work:
            case Glance():
                self._caption(work)
            case Reread():
                self._reread(work)
            case TakePrint() | Forget() | Attribute():
                self._tell_apart(work)
            case Hear():
                return self._final(work)
        return True

    def _final(self, job: Hear) -> bool:
        sound = self._with_quiet(job)
        try:
            earlier = [self._with_quiet(one) for one in job.earlier]
        except TranscribeError:
            earlier = []  # what was said before can't be read any more: by itself, then
        heard, before = packing.hear_last(self._engine, earlier, sound, beam=_BEAM)
        if heard.failed:
            return False
        told = [(one, its) for one, its in zip(job.earlier, before, strict=False) if its is not None]
        self._report(replace(self._answer(job, heard), earlier=self._answers(told)))
        return True

    def _reread(self, window: Reread) -> None:
        """Whatever of the window can be read; the rest of it is named in the answer."""
        readable = [(one, sound) for one in window.stretches if (sound := self._readable(one)) is not None]
        with self._engine.interruptible(self.meanwhile):
            heard = packing.hear(self._engine, [sound for _, sound in readable], beam=_BEAM, packed=True)
        answers = self._answers([(one, its) for (one, _), its in zip(readable, heard, strict=True) if not its.failed])
        read = {answer.id for answer in answers}
        failed = tuple(one.id for one in window.stretches if one.id not in read)
        self._report(Reheard(window.id, answers, failed))

    def _readable(self, one: Hear) -> Stretch | None:
        try:
            return self._with_quiet(one)
        except TranscribeError:
            return None

    def _answers(self, found: Sequence[tuple[Hear, Hearing]]) -> tuple[Heard, ...]:
        answers = (attempt(partial(self._answer, *one)) for one in found)
        return tuple(answer for answer in answers if answer is not None)

    def _answer(self, one: Hear, its: Hearing) -> Heard:
        words = packing.placed(self._engine, its.words, one.start_ms, one.end_ms)
        return Heard(one.id, its.text, words, its.language)

    def _with_quiet(self, one: Hear) -> Stretch:
        start_ms = one.start_ms - one.before_ms
        return Stretch(start_ms, self._read(start_ms, one.end_ms + one.after_ms))

    def _tell_apart(self, work: TakePrint | Forget | Attribute) -> None:
        match work:
            case _ if self._attribution is None:
                pass  # the app knows from ``Ready`` that nobody will answer
            case Forget():
                self._attribution.forget(work.id)
            case Attribute():
                self._report(Attributed(work.id, self._attribution.whose(work)))
            case TakePrint():
                self._attribution.take(work, self._read(work.start_ms, work.end_ms))
                self._report(Printed(work.id))

    def _caption(self, glance: Glance) -> None:
        start_ms = caption_start_ms(glance.start_ms, glance.end_ms)
        sound = self._read(start_ms, glance.end_ms)
        hearing = self._engine.hear([sound], beam=1, words=False)[0]
        if glance.id != self._captioned:
            self._captioned, self._agreement = glance.id, Agreement()
        confirmed, tail = self._agreement.take(start_ms, hearing.text)
        text = f"{confirmed} {tail}".strip()
        self._report(Caption(glance.id, glance.start_ms, glance.end_ms, text, confirmed))

    def _read(self, start_ms: int, end_ms: int) -> Samples:
        """Samples out of the recording, which is let go of at once: it can be struck, closed or destroyed meanwhile."""
        reader = open_reader(Path(self._load.path), bytes.fromhex(self._load.key_hex))
        try:
            return reader.read(start_ms, end_ms)
        finally:
            reader.close()


def caption_start_ms(start_ms: int, end_ms: int) -> int:
    """Where the caption of a long stretch begins: it moves on in steps, so that the words on the screen stand still."""
    over_ms = max(0, end_ms - start_ms - _CAPTION_MS)
    return start_ms + -(-over_ms // _CAPTION_STEP_MS) * _CAPTION_STEP_MS


def serve(load: Load, inbox: SimpleQueue[Message], report: Callable[[ScribeReport], None]) -> None:
    """Load the model, then work through what comes, for ever. Raises ModelError when there is no model to work with."""
    model = models.find(load.model)
    way = Compute(load.device, load.compute_type) if load.compute_type else load.device
    manner = Manner(load.terms, load.verbatim == verbatim.STRICT)
    engine = Engine(model.path, way, load.threads, load.language or None, manner=manner, frugal=load.frugal)
    scribe = Scribe(load, model.name, engine, report, attribution.of(load))
    scribe.ready()
    desk, due_s = Desk(), 0.0

    def look() -> None:
        while not inbox.empty():
            desk.put(inbox.get())

    def do_urgent() -> None:
        look()
        while (urgent := desk.take_urgent()) is not None:
            scribe.do(urgent)

    scribe.meanwhile = do_urgent
    while True:
        look()
        work = desk.take()
        if work is None:
            with suppress(Empty):
                desk.put(inbox.get(timeout=desk.wait_s))
            continue
        rest = scribe.do(work)
        if rest is not None:
            desk.put_back(rest)
        if time.monotonic() > due_s:
            give_back()
            due_s = time.monotonic() + _GIVE_BACK_EVERY_S


def main() -> int:
    """Run as ``python -m transcribe.scribe``; gives 1 when it can't go on, after saying why."""
    app = App()
    if hasattr(os, "nice"):
        os.nice(_NICE)
    inbox: SimpleQueue[Message] = SimpleQueue()

    def heard(command: Message | None) -> None:
        if command is None:
            app.until_told()
            os._exit(0)  # a decode can't be broken off, and the app that closed the pipe waits for nothing of ours
        inbox.put(command)

    app.listen(heard)
    try:
        load = inbox.get()
        if not isinstance(load, Load):
            raise WireError("the first line to the scribe does not say what to load")
        app.report(Loading())
        app.until_told()  # the library of a card may end this process at once, and it did start
        serve(load, inbox, app.report)
    except TranscribeError as error:
        app.report(Failed("scribe", str(error)))
    except Exception as error:  # noqa: BLE001 - the outermost edge of a child
        traceback.print_tb(error.__traceback__)  # the place, and not the message: it might hold words
        app.report(Failed("scribe", "The transcriber met a fault it does not know."))
    app.until_told()
    return 1


if __name__ == "__main__":
    sys.exit(main())
