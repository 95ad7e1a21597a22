"""Closed stretches in, rows out: writes the row before the scribe is asked, and the words before a screen is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, replace
from datetime import datetime

from store import NotNow, Permit, SpokenWord, Study, Utterance, Verbatim
from store.transcript import BY_CHANNEL, BY_VOICE
from transcribe import verbatim, wire
from transcribe.scope import scope_of
from transcribe.windows import WINDOW_MS, Windows, touches, worth_reading_together
from tui import events
from tui.attributing import Attributing, Levels
from tui.backlog import Backlog
from tui.captioning import Captioning
from tui.hearing import Hearing
from tui.loading import Known, kind_wanted
from tui.neighbours import Neighbours, Window
from tui.reader import Choice, settled
from tui.scribe_reports import (
    CardLost,
    NoScribe,
    OtherModel,
    Refused,
    Report,
    ScribeLost,
    ScribeWaits,
    SetAside,
    Unattributed,
)
from tui.unreadable import Unreadable

# What a strike leaves of an utterance is heard anew unless it is shorter than this.
LEAST_LEFT_MS = 500
# The reading in which neighbours are read together, in each other's context: the one that holds at Stop.
TOGETHER = "together"
# What is written down of all that a scribe reports.
_WRITTEN = (wire.Ready, wire.LanguageFound, wire.Span, wire.Heard, wire.Reheard, wire.Attributed, SetAside)


class Transcribing:
    """One session's way from spans to utterances; used live, and to recover what was interrupted.

    The row of an utterance is written as its span closes; its words are written when they are heard. ``progressed`` is
    called whenever the scribe has got on. What can't be written now waits in the ``backlog`` of the session.
    """

    def __init__(
        self,
        study: Study,
        session: str,
        choice: Choice,
        tell: Callable[[events.Event], None],
        now: Callable[[], datetime],
        backlog: Backlog | None = None,
    ) -> None:
        self.hearing = Hearing(self._on_report)
        self.backlog = backlog or Backlog(lambda sentence: tell(events.Notice("study", sentence)), study.insist)
        self._no_scribe = False
        self._unreadable = Unreadable(study, tell, now)
        self.captioning = Captioning(self.hearing, tell)
        self.progressed: Callable[[], None] = lambda: None
        self._study = study
        self._session = session
        self._choice = choice
        self._tell = tell
        self._now = now
        self._reading, self._together = "live", TOGETHER
        self._unread = "Recording goes on without a transcript"
        self._strict = False
        self._generation = 0
        self._neighbours = Neighbours()
        self._attributing = Attributing(study, session, self.hearing, self._tell_utterance, now)

    @property
    def unfinished(self) -> bool:
        """Whether a part of it is still to be read."""
        return self._no_scribe or self._unreadable.unfinished

    # --- for those who conduct ----------------------------------------------------------------------------------------

    def start(self, permit: Permit, interviewer_channel: int | None = None) -> None:
        """Wake the scribe; the interviewer's channel (0, 1) is known where each person has a microphone."""
        study = self._study
        self._strict = study.verbatim is Verbatim.STRICT
        self._attributing.by = BY_VOICE if interviewer_channel is None else BY_CHANNEL
        session = study.sessions.get(self._session)
        reader = settled(self._choice, study.guides.get(session.guide_sha256).language)
        reader = replace(reader, language=reader.language or session.language or "")
        self._neighbours.go_on(scope_of(reader.model, frugal=reader.frugal))
        known = Known(study.voiceprint, interviewer_channel, study.glossary.terms, study.verbatim)
        self.hearing.start(permit, reader, known)
        if reader.notice:
            self._tell(events.Notice("language", reader.notice))

    def catch_up(self, end_ms: int) -> None:
        """Take up what an interrupted session left: rows not read, or not read together; sound nobody listened to."""
        self._reading = "recovered"
        given_up = self._study.unreadable.given_up(self._session, self.hearing.reader.model)
        for row in self._study.transcript.utterances(self._session, heard_only=False):
            if not row.struck and row.text is None and row.id not in given_up:
                self._hear(row.id, row.start_ms, row.end_ms)
            elif not row.struck and row.text is not None:
                self._neighbours.place(wire.Hear(f"{row.id}#0", row.start_ms, row.end_ms))
        self._decide()
        self._listen_to_all()
        self.hearing.scan(self._study.transcript.end_ms(self._session), end_ms)

    def read_once_more(self, reading: str) -> None:
        """Have every utterance read again in whole windows, as a reading of this name; what was read so stays."""
        self._together, self._unread = reading, "The session can't be read once more"
        windows = Windows(WINDOW_MS, self._neighbours.scope.quiet_ms)
        for row in self._to_read(reading):
            self.hearing.read_again(windows.add(wire.Hear(f"{row.id}#0", row.start_ms, row.end_ms)))
        self.hearing.read_again(windows.close())
        self._listen_to_all()

    def _to_read(self, reading: str) -> tuple[Utterance, ...]:
        kind = kind_wanted(self._study, self._session)
        return self._study.transcript.not_read(self._session, reading, self.hearing.reader.model, kind)

    def span(self, span: wire.Span) -> None:
        """Someone speaks, or has spoken."""
        if span.closed:
            self.captioning.let_go(span.start_ms)
            self._close(span.start_ms, span.end_ms, span.levels)
        else:
            self.captioning.follow(span)

    async def whole(self) -> None:
        """Wait until every stretch is read, together with its neighbours where that is worth it, and known by voice.

        Where windows don't grow, the one that is open at the end stays so: its stretches were read alone, a moment ago.
        """
        await self._all_heard()
        self._neighbours.end()
        self._decide()
        self._attributing.ask(at_the_end=True)
        await self._all_heard()
        self._unreadable.look_back(self._model)
        if not self.unfinished and (missing := self._attributing.missing) is not None:
            self._tell(missing)

    async def _all_heard(self) -> None:
        """Nothing is owed, and what was heard is on the disk; raises NotNow where it can't be written."""
        await self.hearing.drained()
        while self.backlog.waiting:
            await self.backlog.empty()
            await self.hearing.drained()  # what was written late may be read together

    async def kill(self) -> None:
        """Consent is withdrawn: end the scribe at once, and let go of what is being said."""
        self.captioning.break_off(0)
        await self.hearing.kill()

    def strike(self, start_ms: int, end_ms: int) -> tuple[tuple[int, int], ...]:
        """Let go of every word of this stretch that is on its way.

        Returns what is left of the utterances it touches, as (start, end): to be heard anew once the stretch is gone.
        """
        self.captioning.strike(end_ms)
        self._neighbours.forget(start_ms, end_ms)
        touched = set()
        for job in self.hearing.forget(start_ms, end_ms):
            if touches(job, start_ms, end_ms):
                touched.add((job.start_ms, job.end_ms))
            else:  # it would have been read with what is struck
                self._hear(_row_of(job.id), job.start_ms, job.end_ms)
        for row in self._study.transcript.utterances(self._session):
            if row.start_ms < end_ms and row.end_ms > start_ms:
                touched.add((row.start_ms, row.end_ms))
        pieces = [piece for begin, end in sorted(touched) for piece in ((begin, start_ms), (end_ms, end))]
        return tuple((begin, end) for begin, end in pieces if end - begin >= LEAST_LEFT_MS)

    def hear_again(self, pieces: tuple[tuple[int, int], ...]) -> None:
        """Have what a strike left of utterances transcribed, as utterances of their own."""
        for start_ms, end_ms in pieces:
            self._close(start_ms, end_ms)

    # --- reports ------------------------------------------------------------------------------------------------------

    def _on_report(self, report: Report) -> None:
        if isinstance(report, _WRITTEN):
            self.backlog.do(lambda: self._take(report), of_sound=True)
        else:
            self._take(report)
        self.progressed()

    def _take(self, report: Report) -> None:
        match report:
            case wire.Ready(model=model, device=device, compute_type=compute_type, notice=notice):
                self._neighbours.go_on(scope_of(model, frugal=self.hearing.reader.frugal))
                if self._together == TOGETHER:  # else a session is only called read by this model when it is
                    self._study.sessions.note_machine(self._session, model, device)
                self._tell(events.MachineKnown(model, device, compute_type))
                if notice:
                    self._tell(events.Notice("device_fallback", notice))
            case wire.LanguageFound(language=language):
                self._study.sessions.note_language(self._session, language)
            case wire.Span(start_ms=start_ms, end_ms=end_ms):
                self._close(start_ms, end_ms)
            case wire.Caption():
                self.captioning.show(report)
            case wire.Heard():
                self._write((report,), self._reading)
                self._neighbours.take(report)
                self._decide()
            case wire.Reheard(heard=heard, failed=failed):
                self._write_together(heard)
                for job in failed if self._together != TOGETHER else ():  # else its words are known already
                    self._unreadable.refused(self._row(job), self._model, again=False)
            case wire.Attributed():
                self._attributing.take(report)
            case ScribeLost() | ScribeWaits() | CardLost() | OtherModel() | Unattributed() | Refused():
                self._tell(report.notice)
            case SetAside(id=""):
                self._unreadable.unsearched()
            case SetAside(id=job, lasting=lasting):
                self._neighbours.set_aside(job)
                self._unreadable.refused(self._row(job), self._model, again=not lasting)
                self._decide()
            case NoScribe(text=text):
                self._no_scribe = True
                self._tell(events.Notice("no_scribe", f"{self._unread}: {text}"))
            case _:
                pass

    def _close(self, start_ms: int, end_ms: int, levels: Levels = ()) -> None:
        key = self._study.transcript.add_utterance(self._session, start_ms, end_ms, self._now())
        self._hear(key, start_ms, end_ms)
        self._attributing.listen(key, start_ms, end_ms, levels)

    def _hear(self, key: str, start_ms: int, end_ms: int) -> None:
        self._generation += 1
        job = self._neighbours.place(wire.Hear(f"{key}#{self._generation}", start_ms, end_ms))
        self.hearing.hear(job)
        self._decide()

    def _listen_to_all(self) -> None:
        for row in self._study.transcript.utterances(self._session, heard_only=False):
            if not row.struck:
                self._attributing.listen(row.id, row.start_ms, row.end_ms)

    def _decide(self) -> None:
        """Of the windows that are heard whole, write what was said in all of them, or have them read together."""
        for window, said in self._neighbours.whole(self.hearing.owes):
            try:
                self._settle(window, said)
            except NotNow:
                self.hearing.read_again(window)  # and what is read then is written, as soon as it can be

    def _settle(self, window: Window, said: Sequence[wire.Heard] | None) -> None:
        rows = [self._study.transcript.get(_row_of(one.id)) for one in window]
        if any(self._study.transcript.was_read(row.id, TOGETHER) for row in rows):
            return
        unsure = worth_reading_together([word.probability for row in rows for word in row.words])
        if said is not None:
            self._write_together(said)
        elif unsure or self._neighbours.scope.grows:
            self.hearing.read_again(window)

    def _write_together(self, heard: Sequence[wire.Heard]) -> None:
        self._write(heard, self._together)
        self._attributing.ask()

    def _write(self, heard: Sequence[wire.Heard], reading: str) -> None:
        """All of them or none; what is refused now is written later, whole."""
        with self._study.at_once():
            changed = [_row_of(one.id) for one in heard if self._set_text(one, reading)]
        self._unreadable.read += len(heard)
        for key in changed:
            self._tell_utterance(key)

    def _set_text(self, heard: wire.Heard, reading: str) -> bool:
        """Whether there is something to show."""
        key = _row_of(heard.id)
        words = tuple(SpokenWord(*astuple(word)) for word in heard.words)
        before = self._study.transcript.get(key)
        self._study.transcript.set_text(
            key,
            heard.text,
            words,
            speaker=before.speaker,
            confidence=before.confidence,
            voice=before.voice,
            reading=reading,
            model=self._model,
            now=self._now(),
            verbatim=Verbatim(verbatim.kind(self._strict, heard.language)),
        )
        return bool(heard.text or before.text)

    @property
    def _model(self) -> str:
        return self.hearing.ready.model if self.hearing.ready else self.hearing.reader.model

    def _row(self, job: str) -> Utterance:
        return self._study.transcript.get(_row_of(job))

    def _tell_utterance(self, key: str) -> None:
        row = self._study.transcript.get(key)
        self._tell(
            events.UtteranceHeard(
                row.id, row.version, row.start_ms, row.end_ms, row.speaker, row.text or "", row.question, row.voice
            )
        )


def _row_of(job: str) -> str:
    """The utterance that a job is for."""
    return job.partition("#")[0]
