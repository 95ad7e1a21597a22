"""Goes on with an interrupted session, for the participant is still in the room: from where it stood, as it stood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from store import ConsentRequired, Decision, Kind, Session, State, Study
from tui import beginning, recovery
from tui.beginning import Arrangement

ASKED_FOR = timedelta(hours=2)
"""How long after a session broke off what was agreed to at its beginning holds without being asked anew."""
UNDECIDED = "Consent was not taken to its end in this session: close it, and begin a new one."
ASK_ANEW = "Session {session} broke off more than two hours ago, or the clock was set: ask for consent anew."
DECIDED_OTHERWISE = (
    "Session {session} can't go on with what is decided now: begin a new session. It stays as it is, and `vivavoce "
    "withdraw {session}` takes it back."
)
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
    """The newest session of this participant and wave that broke off, by its row and not by the clock."""
    left = (row for row in recovery.unfinished(study) if row.state is State.INTERRUPTED)
    return next((row for row in reversed(tuple(left)) if (row.participant, row.wave) == (participant, wave)), None)


def require_consent(study: Study, session_id: str) -> None:
    """Raises ConsentRequired where it broke off before all four decisions were made, or taking part is not granted.

    And where the participant has refused it since, in whichever sitting: what was said last is what holds.
    """
    study.consent.refuse_against(session_id, Kind.TAKING_PART)
    held = study.consent.newest(session_id)
    if held.get(Kind.TAKING_PART) is not Decision.GRANTED or not set(Kind) <= held.keys():
        raise ConsentRequired(UNDECIDED)
    study.consent.require_newest_word(session_id)
    needed = (Kind.TAKING_PART, Kind.AUDIO) if held.get(Kind.AUDIO) is Decision.GRANTED else (Kind.TAKING_PART,)
    study.gate.refuse_sealed(study.sessions.get(session_id), *needed)


def asks_anew(study: Study, session_id: str, now: datetime) -> bool:
    """Whether consent is asked anew: it broke off more than two hours ago, or the clock was set back since.

    By the clock of the world, for no other outlives the program that broke off.
    """
    return not timedelta(0) <= now - study.sessions.last_moment(session_id) <= ASKED_FOR


def goes_on_with(study: Study, session_id: str, decided: Mapping[Kind, Decision]) -> bool:
    """Whether the session can go on with what was decided anew: they take part, and audio is granted as before, or not.

    Else it stays as it is, and a new session begins with these decisions: what was recorded before was agreed to then.
    """
    held = study.consent.newest(session_id).get(Kind.AUDIO)
    same = (held is Decision.GRANTED) is (decided.get(Kind.AUDIO) is Decision.GRANTED)
    return same and decided.get(Kind.TAKING_PART) is Decision.GRANTED


def reopen(study: Study, session_id: str, now: datetime, anew: Arrangement | None = None) -> Session:
    """Open it again, for whoever holds the study's lock to conduct it; ``anew`` is what was decided anew, if it was.

    That is kept with it, in one transaction. Raises ConsentRequired where consent is missing, was refused since, or has
    to be asked anew; StateError for a session that is not interrupted, TranscribeError where what was recorded can't be
    opened any more, and OSError for a form that can't be read. Then nothing is changed.
    """
    require_consent(study, session_id)
    if anew is None and asks_anew(study, session_id, now):
        raise ConsentRequired(ASK_ANEW.format(session=session_id))
    if anew is not None and not goes_on_with(study, session_id, anew.decisions):
        raise ConsentRequired(DECIDED_OTHERWISE.format(session=session_id))
    form = None if anew is None else beginning.read_form(anew)
    end_ms, _ = recovery.sound_of(study, study.sessions.get(session_id))
    with study.at_once():
        if anew is not None:
            beginning.keep(study, session_id, _beside_the_withdrawn(study, session_id, anew), form, now)
        session = study.sessions.reopen(session_id, now, at_ms=max(end_ms, stood(study, session_id).at_ms))
        if study.consent.newest(session_id).get(Kind.AUDIO) is Decision.GRANTED:
            study.prepare_recording(session_id, now)
    return session


def _beside_the_withdrawn(study: Study, session_id: str, anew: Arrangement) -> Arrangement:
    """Without a refusal of audio that was withdrawn in this session: the withdrawal says more, and stays the newest."""
    if study.consent.newest(session_id).get(Kind.AUDIO) is not Decision.WITHDRAWN:
        return anew
    return replace(anew, decisions={kind: one for kind, one in anew.decisions.items() if kind is not Kind.AUDIO})
