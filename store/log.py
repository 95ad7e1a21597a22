"""What happened during a session, each moment with its recording time: cues, marks, jottings, gaps and pauses."""

from __future__ import annotations

from datetime import datetime

from store.clock import moment, moment_or_none, stamp
from store.consent import Consent
from store.database import Database, Row
from store.errors import StateError
from store.gate import Gate
from store.records import Cue, GapRow, Interruption, Jotting, Kind, Mark, Move, Pause, State
from store.refs import ref
from store.sessions import Sessions


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

    def mark(self, session_id: str, *, at_ms: int, text: str | None = None, now: datetime) -> Mark:
        """A moment flagged by one key."""
        sql = "INSERT INTO mark (session, at_ms, text, made_at) VALUES (?, ?, ?, ?)"
        row_id = self._add(session_id, sql, (at_ms, text, stamp(now)))
        return Mark(at_ms, text, now, ref("k", row_id))

    def jot(self, session_id: str, *, at_ms: int, text: str, now: datetime) -> Jotting:
        """A note typed during the session."""
        sql = "INSERT INTO jotting (session, at_ms, text, made_at) VALUES (?, ?, ?, ?)"
        row_id = self._add(session_id, sql, (at_ms, text, stamp(now)))
        return Jotting(at_ms, text, now, ref("j", row_id))

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
        """Every move in the guide, in the order in which they were made."""
        rows = self._of(session_id, "SELECT id, question, move, at_ms, text, made_at FROM cue")
        return tuple(Cue(**{**_stamped(row, "c"), "move": Move(row["move"])}) for row in rows)

    def marks(self, session_id: str) -> tuple[Mark, ...]:
        """Every mark."""
        rows = self._of(session_id, "SELECT id, at_ms, text, made_at FROM mark")
        return tuple(Mark(**_stamped(row, "k")) for row in rows)

    def jottings(self, session_id: str) -> tuple[Jotting, ...]:
        """Every jotting."""
        rows = self._of(session_id, "SELECT id, at_ms, text, made_at FROM jotting")
        return tuple(Jotting(**_stamped(row, "j")) for row in rows)

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
            session = self._sessions.get(session_id)
            if session.state is State.WITHDRAWN:
                raise StateError(f"Session {session.id} was withdrawn: nothing can be added to it.")
            self._consent.refuse_against(session.id, Kind.TAKING_PART)
            return self._database.run(sql, (session.id, *values))

    def _of(self, session_id: str, sql: str) -> list[Row]:
        return self._database.rows(f"{sql} WHERE session = ? ORDER BY id", (self._gate.session(session_id).id,))


def _stamped(row: Row, letter: str) -> Row:
    return {**row, "id": ref(letter, row["id"]), "made_at": moment(row["made_at"])}
