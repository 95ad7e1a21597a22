"""What is to be read once more: at most one wish a session, kept until it is fulfilled or taken back.

Triggers take a wish away with consent to taking part or audio, and with the recording.
"""

from __future__ import annotations

from datetime import datetime

from store.clock import moment, stamp
from store.database import Database, Row
from store.permits import Permits
from store.records import Wish
from store.sessions import Sessions


class Wishes:
    """Sessions that a certain model shall read once more."""

    def __init__(self, database: Database, sessions: Sessions, permits: Permits) -> None:
        self._database = database
        self._sessions = sessions
        self._permits = permits

    def add(self, session_id: str, model: str, now: datetime) -> Wish:
        """Keeps a wish, in place of an earlier one; raises ConsentRequired, or NotFound where there is no recording."""
        with self._database.write():
            session = self._permits.to_listen(session_id).session
            sql = "INSERT INTO wish (session, model, wished_at) VALUES (?, ?, ?) ON CONFLICT (session) DO UPDATE"
            sql += " SET model = excluded.model, wished_at = excluded.wished_at"
            self._database.run(sql, (session, model, stamp(now)))
        return Wish(session, model, now)

    def get(self, session_id: str) -> Wish | None:
        """The wish for this session, by its whole id, or None."""
        row = self._database.row("SELECT * FROM wish WHERE session = ?", (session_id,))
        return None if row is None else _wish(row)

    def list(self) -> tuple[Wish, ...]:
        """Every wish, the oldest first."""
        return tuple(_wish(row) for row in self._database.rows("SELECT * FROM wish ORDER BY wished_at, session"))

    def drop(self, session_id: str) -> None:
        """Fulfilled, or taken back; without harm where there is none."""
        self._database.run("DELETE FROM wish WHERE session = ?", (self._sessions.get(session_id).id,))


def _wish(row: Row) -> Wish:
    return Wish(row["session"], row["model"], moment(row["wished_at"]))
