"""Goes on with an interrupted session, for the participant is still in the room: from where it stood, as it stood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store import ConsentRequired, Decision, Kind, Session, State, Study
from tui import recovery

UNDECIDED = "Consent was not taken to its end in this session: close it, and begin a new one."
STILL_OFF = "This session was interrupted off the record, and it still is: nothing is recorded until you resume."


@dataclass(frozen=True)
class Stood:
    """Where a session stood in ms of recording, and whether off the record; 0 and False for one that just begins."""

    at_ms: int
    off_the_record: bool


def stood(study: Study, session_id: str) -> Stood:
    """By what is written down of it."""
    log, pauses = study.log, study.log.pauses(session_id)
    rows = (log.cues(session_id), log.marks(session_id), log.jottings(session_id), pauses)
    latest_ms = max((row.at_ms for kind in rows for row in kind), default=0)
    off = bool(pauses) and pauses[-1].resumed_at is None
    return Stood(max(latest_ms, study.sessions.get(session_id).recording_ms), off)


def interrupted(study: Study, participant: str, wave: int) -> Session | None:
    """The newest session of this participant and wave that can be gone on with."""
    left = (row for row in recovery.unfinished(study) if row.state is State.INTERRUPTED)
    return next((row for row in reversed(tuple(left)) if (row.participant, row.wave) == (participant, wave)), None)


def reopen(study: Study, session_id: str, now: datetime) -> Session:
    """Open it again, for whoever holds the study's lock to conduct it.

    Raises ConsentRequired where it broke off before all four decisions were made, or taking part is not granted,
    StateError for a session that is not interrupted, and TranscribeError where what was recorded can't be opened any
    more. Then nothing is changed.
    """
    held = study.consent.newest(session_id)
    if held.get(Kind.TAKING_PART) is not Decision.GRANTED or not set(Kind) <= held.keys():
        raise ConsentRequired(UNDECIDED)
    end_ms, _ = recovery.sound_of(study, study.sessions.get(session_id))
    return study.sessions.reopen(session_id, now, at_ms=max(end_ms, stood(study, session_id).at_ms))
