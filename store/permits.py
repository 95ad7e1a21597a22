"""The gate to every recording: a key is made and handed out here, after consent and nowhere else."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from store.audit import Audit
from store.clock import stamp
from store.consent import Consent, require
from store.database import Database
from store.errors import NotFound, StateError
from store.gate import Gate
from store.keys import KEY_BYTES
from store.records import Decision, Kind, Participant, Session, State
from store.sessions import Sessions

RECORDINGS = "recordings"


@dataclass(frozen=True)
class Permit:
    """The way into one recording: where it lies and what opens it. Only a study hands it out."""

    session: str
    path: Path
    key: bytes = field(repr=False)


@dataclass(frozen=True)
class CheckPermit:
    """Leave to hear how loud a microphone is before a session, and no more: it opens no file. Only a study gives it."""

    participant: str


class Permits:
    """Hands out the keys of recordings."""

    def __init__(self, database: Database, audit: Audit, sessions: Sessions, consent: Consent, gate: Gate) -> None:
        self._database = database
        self._audit = audit
        self._sessions = sessions
        self._consent = consent
        self._gate = gate

    def to_record(self, session_id: str, now: datetime) -> Permit:
        """Path and key for the recorder, the key made at the first call; where it is there, nothing is written.

        Needs an open session with live grants, after which the person has refused neither in any sitting.
        """
        permit = self.find(self._recordable(session_id)) or self.prepare(session_id, now)
        self._database.truncate_log()  # without its key the sound is lost: so it lies where no damaged log takes it
        return permit

    def prepare(self, session_id: str, now: datetime) -> Permit:
        """Makes the key, so that to record has to wait for no other program; asks for what ``to_record`` asks for."""
        with self._database.write():
            session = self._recordable(session_id)
            if (permit := self.find(session)) is None:
                permit = Permit(session.id, self.path(session.id), secrets.token_bytes(KEY_BYTES))
                sql = "INSERT INTO recording_key (session, key, made_at) VALUES (?, ?, ?)"
                self._database.run(sql, (session.id, permit.key, stamp(now)))
                self._audit.add("recording permitted", session.id, now)
        return permit

    def _recordable(self, session_id: str) -> Session:
        session = self._sessions.get(session_id)
        self._consent.require_granted(session.id, Kind.TAKING_PART, Kind.AUDIO)
        self._consent.require_newest_word(session.id)
        self._gate.refuse_sealed(session, Kind.TAKING_PART, Kind.AUDIO)
        if session.state is not State.OPEN:
            raise StateError(f"Session {session.id} is {session.state}: only an open one can be recorded.")
        return session

    def to_check(self, participant: Participant, decided: Mapping[Kind, Decision], now: datetime) -> CheckPermit:
        """Leave to try the microphone, once this participant has granted taking part and audio; the log notes it."""
        require(decided, Kind.TAKING_PART, Kind.AUDIO)
        self._audit.add("microphone tried", participant.id, now)
        return CheckPermit(participant.number)

    def to_listen(self, session_id: str) -> Permit:
        """Path and key of what was recorded, for whoever reads it; refused once consent to it is gone."""
        session = self._gate.session(session_id)
        self._consent.refuse_against(session.id, Kind.AUDIO)
        self._gate.refuse_sealed(session, Kind.AUDIO)
        if (permit := self.find(session)) is None:
            raise NotFound(f"Session {session.id} has no recording.")
        return permit

    def find(self, session: Session) -> Permit | None:
        """Path and key whatever was decided: for this room alone, to check and to destroy."""
        key = self._database.value("SELECT key FROM recording_key WHERE session = ?", (session.id,))
        return None if key is None else Permit(session.id, self.path(session.id), bytes(key))

    def path(self, session_id: str) -> Path:
        """Where the recording of a session lies, if there is one."""
        return self._database.path.parent / RECORDINGS / f"{session_id}.db"
