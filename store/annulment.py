"""Annulling a session that was begun, or refused, by mistake: it stays in sight and counts for nothing.

Nothing is destroyed by it and nothing is granted. Its recording stays under withdrawal and retention; triggers keep an
annulled session from being opened again and from being granted anything (``store/triggers.py``).
"""

from __future__ import annotations

from datetime import datetime

from store.audit import Audit
from store.clock import stamp
from store.consent import Consent
from store.database import Database
from store.errors import BadInput, StateError
from store.localtime import local_day
from store.records import Decision, Session, State
from store.sessions import Sessions

LONGEST_REASON = 500
"""Letters of a reason."""


class Annulment:
    """A list of annulled sessions that is only ever added to."""

    def __init__(self, database: Database, audit: Audit, sessions: Sessions, consent: Consent) -> None:
        self._database = database
        self._audit = audit
        self._sessions = sessions
        self._consent = consent

    def annul(self, session_id: str, reason: str, now: datetime) -> Session:
        """Annuls a session for good; raises StateError where that can't be, BadInput without a reason."""
        reason = as_reason(reason)
        with self._database.write():
            session = self._sessions.get(session_id)
            if why := self.why_not(session.id):
                raise StateError(why)
            sql = "INSERT INTO annulment (session, reason, annulled_at) VALUES (?, ?, ?)"
            self._database.run(sql, (session.id, reason, stamp(now)))
            self._audit.add("session annulled", session.id, now)
        return self._sessions.get(session.id)

    def why_not(self, session_id: str) -> str:
        """What keeps a session from being annulled, in one sentence; empty where nothing does."""
        session = self._sessions.get(session_id)
        if session.annulled_at is not None:
            return f"Session {session.id} was annulled on {local_day(session.annulled_at)} already."
        if session.destroyed_at is not None:
            return (
                f"Session {session.id} was destroyed on {local_day(session.destroyed_at)}: nothing can be added to it."
            )
        if session.state is State.OPEN:
            return f"Session {session.id} is open: stop it before it is annulled."
        taken_back = any(one.decision is Decision.WITHDRAWN for one in self._consent.history(session.id))
        if taken_back or session.state is State.WITHDRAWN:
            return (
                f"Consent was withdrawn in session {session.id}, and that has to stay in sight: it can't be annulled."
            )
        return ""


def as_reason(text: str) -> str:
    """A reason as it is kept, in one line; raises BadInput for none, or one that is too long."""
    reason = " ".join(text.split())
    if not reason:
        raise BadInput("Say why this session is annulled: the reason is kept with it.")
    if len(reason) > LONGEST_REASON:
        raise BadInput(f"The reason has {len(reason)} letters: {LONGEST_REASON} are the most.")
    return reason
