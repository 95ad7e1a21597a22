"""Taking back: striking a stretch, and destroying a recording with its key and, if wished, its words.

The order of a withdrawal is fixed: the decision is recorded, whoever records or listens is stopped, the key is
deleted and the log emptied, the files are removed. A crash in between is finished when the study is next opened.
Jottings, marks and the memo are the interviewer's own and stay.
"""

from __future__ import annotations

from datetime import datetime

from store.audit import Audit
from store.clock import stamp
from store.consent import Consent
from store.database import Database
from store.errors import BadInput, ConsentRequired, StoreError
from store.permits import Permits
from store.records import Decision, Kind, Mode, Receipt, Session, State
from store.search import index_memos
from store.sessions import Sessions
from transcribe import recording
from transcribe.errors import TranscribeError

OUT_OF_REACH = (
    "Jottings, marks and the memo of this session stay: read them through by hand.",
    "Backups and hand-overs made before hold what was in them: destroy those copies by hand.",
)
_LOG_HELD = "Another program was reading the study, so its log could not be emptied: close it and do this again."


class Withdrawal:
    """Strikes and withdrawals; every method may be called again without harm."""

    def __init__(
        self, database: Database, audit: Audit, sessions: Sessions, consent: Consent, permits: Permits
    ) -> None:
        self._database = database
        self._audit = audit
        self._sessions = sessions
        self._consent = consent
        self._permits = permits

    def strike(self, session_id: str, start_ms: int, end_ms: int, now: datetime, *, sound: bool) -> Receipt:
        """Removes the words of every utterance that overlaps, in all versions; ``sound``: the samples as well."""
        if not 0 <= start_ms < end_ms:
            raise BadInput(f"Nothing lies between {start_ms} and {end_ms} ms: give a stretch of the recording.")
        session = self._sessions.get(session_id)
        with self._database.write():
            overlap = "session = ? AND start_ms < ? AND end_ms > ?"
            count = self._strike_words(overlap, (session.id, end_ms, start_ms))
            self._strike_what_was_parted(session.id, start_ms, end_ms)
            sql = "INSERT INTO gap (session, start_ms, end_ms, reason, made_at) VALUES (?, ?, ?, 'strike', ?)"
            self._database.run(sql, (session.id, start_ms, end_ms, stamp(now)))
            self._audit.add("stretch struck", f"{session.id} {start_ms}-{end_ms} ms, {count} utterances", now)
        destroyed = [_counted(count)]
        if sound and self._strike_sound(session, start_ms, end_ms):
            destroyed.append(f"the sound from {start_ms} to {end_ms} ms")
        return self._receipt(session, destroyed, now)

    def destroy(self, session_id: str, now: datetime, *, transcript: bool) -> Receipt:
        """Destroys key and recording, ``transcript``: and the words; raises ConsentRequired before a withdrawal."""
        session = self._sessions.get(session_id)
        newest = self._consent.newest(session.id)
        if Decision.WITHDRAWN not in (newest.get(Kind.AUDIO), newest.get(Kind.TAKING_PART)):
            raise ConsentRequired(f"Nothing was withdrawn in session {session.id}: record that decision first.")
        destroyed = []
        with self._database.write():
            if self._database.change("DELETE FROM recording_key WHERE session = ?", (session.id,)):
                destroyed.append("the key of the recording")
            if transcript and (count := self._strike_words("session = ?", (session.id,))):
                destroyed.append(_counted(count))
            self._settle(session, newest.get(Kind.TAKING_PART) is Decision.WITHDRAWN, now)
            self._audit.add("recording destroyed", f"{session.id}, {len(destroyed)} kinds of things", now)
        out_of_reach = self._empty_log()
        path = self._permits.path(session.id)
        if path.exists():
            destroyed.append("the recording")
        recording.destroy(path)
        return self._receipt(session, destroyed, now, out_of_reach)

    def finish(self, now: datetime) -> None:
        """Finishes withdrawals that a crash cut short: those whose key is still there."""
        for row in self._database.rows("SELECT session FROM recording_key ORDER BY session"):
            newest = self._consent.newest(row["session"])
            if Decision.WITHDRAWN in (newest.get(Kind.AUDIO), newest.get(Kind.TAKING_PART)):
                self.destroy(row["session"], now, transcript=False)

    def _settle(self, session: Session, from_the_study: bool, now: datetime) -> None:
        """An open session goes on as one of notes, unless taking part itself was withdrawn; others are over."""
        if session.state is State.OPEN and not from_the_study:
            sql = "UPDATE session SET mode = ?, acked_seq = 0 WHERE id = ?"
            self._database.run(sql, (Mode.NOTES, session.id))
        elif session.state is not State.WITHDRAWN:
            self._sessions.move(session.id, State.WITHDRAWN, now)

    def _strike_words(self, which: str, values: tuple[object, ...]) -> int:
        """Empties every version of these utterances; gives how many had not been struck before.

        What was taken out of memos leaves the index as well.
        """
        index_memos(self._database)
        rows = self._database.rows(f"SELECT id FROM utterance WHERE NOT struck AND {which}", values)
        for row in rows:
            self._database.run("UPDATE version SET text = '', words = '[]' WHERE utterance = ?", (row["id"],))
            self._database.run("UPDATE utterance SET struck = 1 WHERE id = ?", (row["id"],))
        return len(rows)

    def _strike_what_was_parted(self, session_id: str, start_ms: int, end_ms: int) -> None:
        """Earlier versions of an utterance that was parted hold the words of both parts: they go with either."""
        self._database.run(
            "UPDATE version SET text = '', words = '[]' WHERE utterance IN (SELECT id FROM utterance WHERE session = ?"
            " AND start_ms < ? AND heard_end_ms > ?) AND version < (SELECT max(version) FROM version AS newer"
            " WHERE newer.utterance = version.utterance)",
            (session_id, end_ms, start_ms),
        )

    def _strike_sound(self, session: Session, start_ms: int, end_ms: int) -> bool:
        permit = self._permits.find(session)
        if permit is None or not permit.path.exists():
            return False
        try:
            recording.strike(permit.path, permit.key, start_ms, end_ms)
        except TranscribeError as fault:
            raise StoreError(f"The words were struck, the sound was not: {fault}") from fault
        return True

    def _empty_log(self) -> tuple[str, ...]:
        return () if self._database.truncate_log() else (_LOG_HELD,)

    def _receipt(
        self, session: Session, destroyed: list[str], now: datetime, held: tuple[str, ...] | None = None
    ) -> Receipt:
        out_of_reach = self._empty_log() if held is None else held
        return Receipt(session.id, now, tuple(destroyed), (*out_of_reach, *OUT_OF_REACH), self._audit.head())


def _counted(count: int) -> str:
    return f"the words of {count} utterance{'' if count == 1 else 's'}"
