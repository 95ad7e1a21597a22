"""The gate to what was said and written in a session: shut for ever where the person does not take part.

Whatever reads words goes through it, so no screen and no command has to know: transcripts, the log, memos, search,
dossiers (and so every hand-over), recordings and second readings. It is shut where taking part was declined or
withdrawn, and where a session was destroyed because its time was over. What stays in sight is that the session was
held, what was decided and which receipts there are.
"""

from __future__ import annotations

from store.database import Database
from store.errors import ConsentRequired
from store.localtime import local_day
from store.records import Decision, Kind, Session
from store.sessions import Sessions

SHUT = f"""(s.destroyed_at IS NOT NULL OR EXISTS (
    SELECT 1 FROM decision AS d WHERE d.session = s.id AND d.kind = '{Kind.TAKING_PART}'
    AND d.decision <> '{Decision.GRANTED}'
    AND d.id = (SELECT max(id) FROM decision WHERE session = d.session AND kind = d.kind)))
"""
"""Whether nothing of the session ``s`` may be read."""
_DECIDED = "SELECT decision FROM decision WHERE session = ? AND kind = ? ORDER BY id DESC LIMIT 1"


class Gate:
    """Lets a session through, or says why not."""

    def __init__(self, database: Database, sessions: Sessions) -> None:
        self._database = database
        self._sessions = sessions

    def session(self, session_id: str) -> Session:
        """The session, if its words may be read; raises ConsentRequired, or NotFound."""
        session = self._sessions.get(session_id)
        if why := self._why_shut(session):
            raise ConsentRequired(
                f"Session {session.id} is shut: {why}; 'vivavoce sessions show {session.id}' says what is left."
            )
        return session

    def of_utterance(self, row_id: int) -> None:
        """The same for the session of an utterance, by its row; one that does not exist is let through."""
        session = self._database.value("SELECT session FROM utterance WHERE id = ?", (row_id,))
        if session is not None:
            self.session(str(session))

    def is_shut(self, session_id: str) -> bool:
        """Whether nothing of it may be read."""
        return bool(self._why_shut(self._sessions.get(session_id)))

    def _why_shut(self, session: Session) -> str:
        if session.destroyed_at is not None:
            day = local_day(session.destroyed_at)
            return f"it was destroyed on {day}, as it was to be kept no longer"
        decided = self._database.value(_DECIDED, (session.id, Kind.TAKING_PART))
        return "" if decided in (None, Decision.GRANTED) else f"taking part was {decided}"
