"""Stretches of speech that a model could not read: noted, so that each is said, and not tried for ever."""

from __future__ import annotations

from datetime import datetime

from store.clock import stamp
from store.database import Database
from store.gate import Gate
from store.records import Unreadable
from store.refs import number_of, ref
from store.sessions import Sessions

MOST_TRIES = 2
"""How often a model tries to read an utterance before it gives up."""


class Unreadables:
    """What was tried in vain, by utterance and model; where the gate is shut nothing is given."""

    def __init__(self, database: Database, sessions: Sessions, gate: Gate) -> None:
        self._database, self._sessions, self._gate = database, sessions, gate

    def note(self, utterance_id: str, model: str, now: datetime) -> int:
        """An utterance could not be read by a model; gives how often that was so."""
        sql = (
            "INSERT INTO unreadable (utterance, model, tries, tried_at) VALUES (?1, ?2, 1, ?3)"
            " ON CONFLICT (utterance, model) DO UPDATE SET tries = tries + 1, tried_at = ?3"
        )
        number = number_of("u", utterance_id)
        with self._database.write():
            self._database.run(sql, (number, model, stamp(now)))
            tries = "SELECT tries FROM unreadable WHERE utterance = ? AND model = ?"
            return int(self._database.value(tries, (number, model)) or 0)

    def list(self, session_id: str) -> tuple[Unreadable, ...]:
        """What has no words because every try was in vain, in time order."""
        session = self._gate.session(session_id)
        sql = """
            SELECT u.id, u.start_ms, u.end_ms, x.model FROM utterance AS u JOIN unreadable AS x ON x.utterance = u.id
            WHERE u.session = ? AND NOT u.struck AND NOT EXISTS (SELECT 1 FROM version WHERE utterance = u.id)
                  AND x.tried_at = (SELECT max(tried_at) FROM unreadable WHERE utterance = u.id)
            GROUP BY u.id ORDER BY u.start_ms, u.id
        """
        rows = self._database.rows(sql, (session.id,))
        return tuple(Unreadable(**{**row, "id": ref("u", row["id"])}) for row in rows)

    def given_up(self, session_id: str, model: str) -> frozenset[str]:
        """The utterances that a model has tried as often as it may, and is not to try again by itself."""
        sql = (
            "SELECT x.utterance FROM unreadable AS x JOIN utterance AS u ON u.id = x.utterance"
            " WHERE u.session = ? AND x.model = ? AND x.tries >= ?"
        )
        rows = self._database.rows(sql, (self._sessions.get(session_id).id, model, MOST_TRIES))
        return frozenset(ref("u", row["utterance"]) for row in rows)
