"""What is written down in a session: consent, moves in the guide, marks and jottings, each stamped and kept at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime

from store import Cue, Decision, Kind, Move, Receipt, Study
from tui import events
from tui.walk import Walk


class Notebook(ABC):
    """One session's log; every method has written when it returns, and tells ``tell`` afterwards."""

    def __init__(
        self, study: Study, session: str, tell: Callable[[events.Event], None], now: Callable[[], datetime]
    ) -> None:
        self.study = study
        self.session = study.sessions.get(session)
        self.guide = study.guides.get(self.session.guide_sha256)
        self.walk = Walk.through(self.guide, self.session.wave).retraced(study.log.cues(self.session.id))
        self._tell = tell
        self._now = now

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
        """Record one consent decision."""
        form, by = self.guide.consent.version, self.study.setting("interviewer") or "interviewer"
        decide, now = self.study.consent.decide, self._now()
        self.study.insist(lambda: decide(self.session.id, kind, decision, form_version=form, recorded_by=by, now=now))
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
        question that this wave has not.
        """
        self._must_run()
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
        self.study.insist(lambda: log.mark(self.session.id, at_ms=at_ms, text=text, off_record=off, now=now))
        self._tell(events.MarkMade(text, off))

    def jot(self, text: str) -> None:
        """Keep a typed note."""
        self._must_run()
        at_ms, off, now, log = self.at_ms, self.off_the_record, self._now(), self.study.log
        note = self.study.insist(lambda: log.jot(self.session.id, at_ms=at_ms, text=text, off_record=off, now=now))
        self._tell(events.JottingMade(text, note.id, off))

    def correct(self, note: str, text: str) -> None:
        """Put other words in place of a note's (see ``store.Note``); of those before nothing is left. NotFound."""
        self._must_run()
        self.study.correct_note(self.session.id, note, text, self._now())
        self._tell(events.NoteCorrected(note, text))

    def strike_note(self, note: str) -> Receipt:
        """Destroy the words of one note. Raises NotFound."""
        self._must_run()
        receipt = self.study.strike_note(self.session.id, note, self._now())
        self._tell(events.NoteStruck(note))
        return receipt

    def _move(self, walk: Walk | None, move: Move) -> bool:
        if walk is None or walk.current is None:
            return False
        self._cue(walk.current.id, move, None)
        self.walk = walk
        return True

    def _cue(self, question: str | None, move: Move, text: str | None) -> None:
        self._must_run()
        at_ms, now, log = self.at_ms, self._now(), self.study.log
        self.study.insist(
            lambda: log.cue(self.session.id, question=question, move=move, at_ms=at_ms, text=text, now=now)
        )
        self._tell(events.CueMade(question, move, text))
