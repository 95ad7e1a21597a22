"""What happened during a session, each moment with its recording time: cues, marks, jottings, gaps and pauses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.clock import moment, moment_or_none, stamp
from store.consent import Consent
from store.database import Database, Row
from store.errors import StateError
from store.gate import Gate
from store.records import Cue, GapRow, Interruption, Jotting, Kind, Mark, Move, Pause, Session, State
from store.refs import missing, number_of, ref
from store.sessions import Sessions

# What was asked last before a note ``n``, as ``store/transcript.py`` has it for an utterance. Off the record the
# recording time stands still, so there it is the time in the world that tells.
_QUESTION = """
    (SELECT question FROM cue WHERE cue.session = n.session AND cue.move <> 'skip' AND cue.undone_at IS NULL
     AND cue.question IS NOT NULL AND (cue.at_ms < n.at_ms OR cue.at_ms = n.at_ms AND cue.made_at <= n.made_at)
     ORDER BY cue.at_ms DESC, cue.id DESC LIMIT 1) AS question
"""
_OFF_RECORD = """
    coalesce(n.off_record, EXISTS (SELECT 1 FROM pause WHERE pause.session = n.session
     AND pause.paused_at <= n.made_at AND (pause.resumed_at IS NULL OR n.made_at < pause.resumed_at))) AS off_record
"""
_NOTE = f"n.id, n.at_ms, n.text, n.made_at, {_QUESTION}, {_OFF_RECORD}"


@dataclass(frozen=True)
class Note:
    """Words typed in a session, whatever they belong to: a jotting, a mark, a follow-up question (by its ``id``)."""

    id: str
    at_ms: int
    text: str
    off_record: bool = False


class Log:
    """The log of a session; nothing is added or told against a refusal to take part, nor added after a withdrawal."""

    def __init__(self, database: Database, sessions: Sessions, consent: Consent, gate: Gate) -> None:
        self._database = database
        self._sessions = sessions
        self._consent = consent
        self._gate = gate

    def cue(
        self, session_id: str, *, question: str | None, move: Move, at_ms: int, text: str | None = None, now: datetime
    ) -> Cue:
        """A move in the guide."""
        sql = "INSERT INTO cue (session, question, move, at_ms, text, made_at) VALUES (?, ?, ?, ?, ?, ?)"
        self._add(session_id, sql, (question, Move(move), at_ms, text, stamp(now)))
        return self.cues(session_id)[-1]

    def undo(self, session_id: str, cue_id: str, now: datetime) -> None:
        """A move that was stamped by mistake counts for nothing from now on; it stays in the log as undone."""
        with self._database.write():
            session = self._open_to_changes(session_id)
            sql = "UPDATE cue SET undone_at = ? WHERE id = ? AND session = ? AND undone_at IS NULL"
            if not self._database.change(sql, (stamp(now), number_of("c", cue_id), session.id)):
                raise missing("c", cue_id)

    def mark(
        self, session_id: str, *, at_ms: int, text: str | None = None, off_record: bool = False, now: datetime
    ) -> Mark:
        """A moment flagged by one key."""
        sql = "INSERT INTO mark (session, at_ms, text, off_record, made_at) VALUES (?, ?, ?, ?, ?)"
        self._add(session_id, sql, (at_ms, text, off_record, stamp(now)))
        return self.marks(session_id)[-1]

    def jot(self, session_id: str, *, at_ms: int, text: str, off_record: bool = False, now: datetime) -> Jotting:
        """A note typed during the session."""
        sql = "INSERT INTO jotting (session, at_ms, text, off_record, made_at) VALUES (?, ?, ?, ?, ?)"
        self._add(session_id, sql, (at_ms, text, off_record, stamp(now)))
        return self.jottings(session_id)[-1]

    def gap(self, session_id: str, start_ms: int, end_ms: int, reason: str, now: datetime) -> GapRow:
        """Recording time without sound."""
        sql = "INSERT INTO gap (session, start_ms, end_ms, reason, made_at) VALUES (?, ?, ?, ?, ?)"
        self._add(session_id, sql, (start_ms, end_ms, reason, stamp(now)))
        return GapRow(start_ms, end_ms, reason)

    def pause(self, session_id: str, at_ms: int, now: datetime) -> None:
        """Off the record from here; raises StateError if it is so already."""
        with self._database.write():
            pauses = self.pauses(session_id)
            if pauses and pauses[-1].resumed_at is None:
                raise StateError(f"Session {session_id} is off the record already.")
            sql = "INSERT INTO pause (session, at_ms, paused_at) VALUES (?, ?, ?)"
            self._add(session_id, sql, (at_ms, stamp(now)))

    def resume(self, session_id: str, now: datetime) -> None:
        """On the record again; raises StateError if it was not off."""
        session = self._sessions.get(session_id)
        sql = "UPDATE pause SET resumed_at = ? WHERE session = ? AND resumed_at IS NULL"
        if self._database.change(sql, (stamp(now), session.id)) == 0:
            raise StateError(f"Session {session.id} is not off the record.")

    def cues(self, session_id: str) -> tuple[Cue, ...]:
        """Every move in the guide that counts, in the order in which they were made."""
        return tuple(cue for cue in self._cues(session_id) if cue.undone_at is None)

    def undone(self, session_id: str) -> tuple[Cue, ...]:
        """The moves that were stamped by mistake, and undone."""
        return tuple(cue for cue in self._cues(session_id) if cue.undone_at is not None)

    def marks(self, session_id: str) -> tuple[Mark, ...]:
        """Every mark."""
        rows = self._of(session_id, f"SELECT {_NOTE} FROM mark AS n")
        return tuple(Mark(**_noted(row, "k")) for row in rows)

    def jottings(self, session_id: str) -> tuple[Jotting, ...]:
        """Every jotting."""
        rows = self._of(session_id, f"SELECT {_NOTE}, n.corrected_at FROM jotting AS n")
        return tuple(
            Jotting(**{**_noted(row, "j"), "corrected_at": moment_or_none(row["corrected_at"])}) for row in rows
        )

    def typed(self, session_id: str) -> tuple[Note, ...]:
        """Everything that was typed: jottings, and the words of marks and of follow-up questions, in order of time."""
        notes = [
            *(Note(row.id, row.at_ms, row.text, row.off_record) for row in self.jottings(session_id)),
            *(Note(row.id, row.at_ms, row.text, row.off_record) for row in self.marks(session_id) if row.text),
            *(Note(row.id, row.at_ms, row.text) for row in self._cues(session_id) if row.text),
        ]
        return tuple(sorted(notes, key=lambda note: note.at_ms))

    def gaps(self, session_id: str) -> tuple[GapRow, ...]:
        """Every gap; what was struck is one too."""
        return tuple(GapRow(**row) for row in self._of(session_id, "SELECT start_ms, end_ms, reason FROM gap"))

    def pauses(self, session_id: str) -> tuple[Pause, ...]:
        """Every time off the record."""
        rows = self._of(session_id, "SELECT at_ms, paused_at, resumed_at FROM pause")
        return tuple(Pause(row["at_ms"], moment(row["paused_at"]), moment_or_none(row["resumed_at"])) for row in rows)

    def interruptions(self, session_id: str) -> tuple[Interruption, ...]:
        """Every place where it broke off and went on later."""
        rows = self._of(session_id, "SELECT at_ms, broke_off_at, went_on_at FROM interruption")
        return tuple(Interruption(row["at_ms"], moment(row["broke_off_at"]), moment(row["went_on_at"])) for row in rows)

    def _add(self, session_id: str, sql: str, values: tuple[object, ...]) -> int:
        with self._database.write():
            return self._database.run(sql, (self._open_to_changes(session_id).id, *values))

    def _open_to_changes(self, session_id: str) -> Session:
        session = self._gate.to_add_to(session_id)
        if session.state is State.WITHDRAWN:
            raise StateError(f"Session {session.id} was withdrawn: nothing can be added to it.")
        self._consent.refuse_against(session.id, Kind.TAKING_PART)
        return session

    def _cues(self, session_id: str) -> tuple[Cue, ...]:
        rows = self._of(session_id, "SELECT id, question, move, at_ms, text, made_at, undone_at FROM cue")
        return tuple(
            Cue(**{**_stamped(row, "c"), "move": Move(row["move"]), "undone_at": moment_or_none(row["undone_at"])})
            for row in rows
        )

    def _of(self, session_id: str, sql: str) -> list[Row]:
        return self._database.rows(f"{sql} WHERE session = ? ORDER BY id", (self._gate.session(session_id).id,))


def _noted(row: Row, letter: str) -> Row:
    return {**_stamped(row, letter), "off_record": bool(row["off_record"])}


def _stamped(row: Row, letter: str) -> Row:
    return {**row, "id": ref(letter, row["id"]), "made_at": moment(row["made_at"])}
