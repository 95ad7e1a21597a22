"""What is written down in a session: consent, moves in the guide, marks and jottings, each stamped and kept at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from store import Act, Cue, Decision, Jotting, Kind, Move, NotNow, SealedDecision, StoreError, Study
from tui import events
from tui.backlog import Backlog, Write
from tui.walk import Walk


class Notebook(ABC):
    """One session's log; every method has written when it returns, and tells ``tell`` afterwards.

    What can't be written now joins the backlog: it is told when it is on the disk, and ``NotOnDisk`` until then.
    """

    def __init__(
        self, study: Study, session: str, tell: Callable[[events.Event], None], now: Callable[[], datetime]
    ) -> None:
        self.study = study
        self.session = study.sessions.get(session)
        self.guide = study.guides.get(self.session.guide_sha256)
        self.walk = Walk.through(self.guide, self.session.wave).retraced(study.log.cues(self.session.id))
        self._tell = tell
        self._now = now
        self._unwritten: list[Jotting] = []
        self._backlog = Backlog(
            lambda sentence: tell(events.Notice("study", sentence)),
            study.insist,
            lambda waiting: tell(events.NotOnDisk(waiting)),
        )

    @property
    @abstractmethod
    def at_ms(self) -> int:
        """Recording time now; in a session of notes, the time since it began, net of pauses."""

    @property
    @abstractmethod
    def off_the_record(self) -> bool:
        """Whether nothing is captured now, because somebody wished it so."""

    @abstractmethod
    def _must_run(self) -> None:
        """Raise StateError unless the session is running."""

    def decide(self, kind: Kind, decision: Decision) -> None:
        """Record one consent decision.

        One that is taken back holds whatever can't be written; any other raises NotNow then.
        """
        now = self._now()
        laid: list[Path] = []

        def write() -> None:
            self._record(kind, decision, now)
            self._carried_out(laid)

        if decision is not Decision.WITHDRAWN:
            self._backlog.catch_up()
            self.study.insist(write)
        elif not self._backlog.do(write):
            said = SealedDecision(Act.WITHDRAW, self.session.id, now, kind, recorded_by=self._interviewer)
            laid += self._laid_down(said)

    def _record(self, kind: Kind, decision: Decision, now: datetime) -> None:
        form, by, decide = self.guide.consent.version, self._interviewer, self.study.consent.decide
        decide(self.session.id, kind, decision, form_version=form, recorded_by=by, now=now)
        self._tell(events.ConsentTaken(kind, decision))

    def ask(self, question: str | None = None) -> bool:
        """Stamp that a question is asked: this one, or the following one. False when none is left; KeyError."""
        return self._move(self.walk.ask(question), Move.ASK)

    def skip(self, question: str | None = None) -> bool:
        """Stamp that a question is passed by: this one, or the following one. False when none is left; KeyError."""
        return self._move(self.walk.skip(question), Move.SKIP)

    def back(self) -> bool:
        """Stamp that we went back to the question before. False at the beginning."""
        return self._move(self.walk.back(), Move.BACK)

    def follow(self, text: str | None = None) -> None:
        """Stamp a follow-up question that is in no guide; it belongs to the question asked last."""
        current = self.walk.current
        question = current.id if current is not None and current.id in self.walk.asked else None
        self._cue(question, Move.FOLLOW, text)

    def unstamp(self, question: str | None = None) -> Cue | None:
        """Take back the newest move in the guide, or the newest asking or skipping of this question.

        Gives the move, which stays in the log and counts for nothing; None where there is none. Raises KeyError for a
        question that this wave has not, NotNow while moves are not on the disk yet.
        """
        self._must_run()
        self._backlog.catch_up()
        cues = self.study.log.cues(self.session.id)
        if question is not None:
            self.walk.shown(question)
            cues = tuple(cue for cue in cues if cue.question == question and cue.move in (Move.ASK, Move.SKIP))
        if not cues:
            return None
        undone, now = cues[-1], self._now()
        self.study.insist(lambda: self.study.log.undo(self.session.id, undone.id, now))
        self.walk = Walk.through(self.guide, self.session.wave).retraced(self.study.log.cues(self.session.id))
        self._tell(events.CueUndone(undone.question, undone.move))
        return undone

    def mark(self, text: str | None = None) -> None:
        """Flag this moment."""
        self._must_run()
        at_ms, off, now, log = self.at_ms, self.off_the_record, self._now(), self.study.log

        def write() -> None:
            log.mark(self.session.id, at_ms=at_ms, text=text, off_record=off, now=now)
            self._tell(events.MarkMade(text, off))

        self._keep(Jotting(at_ms, text or "", now, off_record=off), write)

    def jot(self, text: str) -> None:
        """Keep a typed note."""
        self._must_run()
        at_ms, off, now, log = self.at_ms, self.off_the_record, self._now(), self.study.log

        def write() -> None:
            note = log.jot(self.session.id, at_ms=at_ms, text=text, off_record=off, now=now)
            self._tell(events.JottingMade(text, note.id, off))

        self._keep(Jotting(at_ms, text, now, off_record=off), write)

    def correct(self, note: str, text: str) -> None:
        """Put other words in place of a note's (see ``store.Note``); of those before nothing is left. NotFound."""
        self._must_run()
        now = self._now()

        def write() -> None:
            self.study.correct_note(self.session.id, note, text, now)
            self._tell(events.NoteCorrected(note, text))

        self._backlog.do(write)

    def strike_note(self, note: str) -> None:
        """Destroy the words of one note, whatever comes next. Raises NotFound."""
        self._must_run()
        now = self._now()
        laid: list[Path] = []

        def write() -> None:
            self.study.strike_note(self.session.id, note, now)
            self._carried_out(laid)
            self._tell(events.NoteStruck(note))

        if not self._backlog.do(write):
            laid += self._laid_down(SealedDecision(Act.STRIKE_NOTE, self.session.id, now, note=note))

    @property
    def waiting(self) -> int:
        """How much of the session is not on the disk yet, as the study can't be written now."""
        return self._backlog.waiting

    @property
    def unwritten(self) -> tuple[Jotting, ...]:
        """Marks and jottings that are not on the disk yet, in the order in which they were made."""
        return tuple(self._unwritten)

    def _keep(self, shown: Jotting, write: Write) -> None:
        def show_no_more() -> None:
            self._unwritten = [one for one in self._unwritten if one is not shown]

        def written() -> None:
            write()
            show_no_more()

        self._unwritten.append(shown)
        try:
            self._backlog.do(written)
        except StoreError:
            show_no_more()
            raise

    @property
    def _interviewer(self) -> str:
        return self.study.setting("interviewer") or "interviewer"

    def _laid_down(self, said: SealedDecision) -> list[Path]:
        """Its file; none where even that can't be written, which is said: then it lasts as long as this program."""
        try:
            return [self.study.seal(said)]
        except NotNow as fault:
            self._tell(events.Notice("study", str(fault)))
            return []

    def _carried_out(self, laid: list[Path]) -> None:
        for file in laid:
            self.study.unseal(file)

    def _move(self, walk: Walk | None, move: Move) -> bool:
        if walk is None or walk.current is None:
            return False
        self._cue(walk.current.id, move, None)
        self.walk = walk
        return True

    def _cue(self, question: str | None, move: Move, text: str | None) -> None:
        self._must_run()
        at_ms, now, log = self.at_ms, self._now(), self.study.log

        def write() -> None:
            log.cue(self.session.id, question=question, move=move, at_ms=at_ms, text=text, now=now)
            self._tell(events.CueMade(question, move, text))

        self._backlog.do(write)
