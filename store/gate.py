"""The gate to what was said and written in a session: shut for ever where the person does not take part.

Whatever reads words goes through it, so no screen and no command has to know: transcripts, the log, memos, search,
dossiers (and so every hand-over), recordings and second readings. It is shut where taking part was declined or
withdrawn, and where a session was destroyed because its time was over. What stays in sight is that the session was
held, what was decided and which receipts there are.
"""

from __future__ import annotations

from store.database import Database
from store.errors import ConsentRequired, StateError
from store.localtime import local_day
from store.records import Decision, Kind, Session
from store.sealed import Act, SealedDecisions
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

    def __init__(self, database: Database, sessions: Sessions, sealed: SealedDecisions) -> None:
        self._database = database
        self._sessions = sessions
        self._sealed = sealed

    def session(self, session_id: str) -> Session:
        """The session, if its words may be read; raises ConsentRequired, or NotFound."""
        session = self._sessions.get(session_id)
        if why := self._why_shut(session):
            raise ConsentRequired(
                f"Session {session.id} is shut: {why}; 'vivavoce sessions show {session.id}' says what is left."
            )
        return session

    def to_add_to(self, session_id: str) -> Session:
        """The session, if something may still be added to it; raises StateError, ConsentRequired, or NotFound.

        Not so where it was destroyed, or the person takes part no longer: what is gone stays gone.
        """
        session = self._sessions.get(session_id)
        if session.destroyed_at is not None:
            raise StateError(f"Session {session.id} was destroyed: nothing can be added to it.")
        if self._taking_part(session.id) is Decision.WITHDRAWN:
            raise ConsentRequired(f"In session {session.id} taking part was withdrawn: nothing can be added to it.")
        return session

    def of_utterance(self, row_id: int) -> None:
        """The same for the session of an utterance, by its row; one that does not exist is let through."""
        session = self._database.value("SELECT session FROM utterance WHERE id = ?", (row_id,))
        if session is not None:
            self.session(str(session))

    def refuse_sealed(self, session: Session, *kinds: Kind) -> None:
        """Raises ConsentRequired where this person has taken one of these back, and the database can't know it yet."""
        if not self._sealed.any:
            return
        for _, one in self._sealed.list():
            theirs = one.session == session.id or self._sessions.get(one.session).participant == session.participant
            if theirs and one.act is Act.WITHDRAW and one.kind in kinds:
                raise ConsentRequired(f"{one.kind.capitalize()} was withdrawn in session {one.session}.")

    def is_sealed(self, session_id: str) -> bool:
        """Whether taking part was withdrawn, and the database can't know it yet."""
        return Kind.TAKING_PART in self._sealed.withdrawn(session_id)

    def is_shut(self, session_id: str) -> bool:
        """Whether nothing of it may be read."""
        return bool(self._why_shut(self._sessions.get(session_id)))

    def _why_shut(self, session: Session) -> str:
        if session.destroyed_at is not None:
            day = local_day(session.destroyed_at)
            return f"it was destroyed on {day}, as it was to be kept no longer"
        decided = self._taking_part(session.id)
        return "" if decided in (None, Decision.GRANTED) else f"taking part was {decided}"

    def _taking_part(self, session_id: str) -> Decision | None:
        if self.is_sealed(session_id):
            return Decision.WITHDRAWN
        decided = self._database.value(_DECIDED, (session_id, Kind.TAKING_PART))
        return None if decided is None else Decision(decided)
