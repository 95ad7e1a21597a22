"""What a participant may take back after an interview, and what follows from it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from store import Decision, Kind, Receipt, Study, StudyLocked

_BUSY = "An interview runs, or its transcript is still being finished: nothing can be destroyed until that is over."


@dataclass(frozen=True)
class Choice:
    """Consent of one ``kind`` taken back: ``words`` and ``notes`` say what is destroyed beside the recording."""

    what: str
    follows: str
    kind: Kind
    words: bool = False
    notes: bool = False


RECORDING = Choice(
    "Audio: the recording is destroyed",
    "What was transcribed stays, and so do your jottings, marks and memo.",
    Kind.AUDIO,
)
WORDS = Choice(
    "Audio: recording and words are destroyed",
    "Jottings, marks and memo are your own, and stay.",
    Kind.AUDIO,
    words=True,
)
TAKING_PART = Choice(
    "Taking part: recording and words are destroyed",
    "Your notes are shut away: nothing of the session is shown any more.",
    Kind.TAKING_PART,
)
EVERYTHING = Choice(
    "Taking part: recording, words and notes are destroyed",
    "All that stays known is that it was held, and what was decided.",
    Kind.TAKING_PART,
    notes=True,
)


def choices(study: Study, session: str) -> tuple[Choice, ...]:
    """What can be taken back of a session, or destroyed still; none where nothing was ever agreed to."""
    newest = study.consent.newest(session)
    if newest.get(Kind.TAKING_PART) is Decision.WITHDRAWN:
        return (EVERYTHING,)
    if newest.get(Kind.TAKING_PART) is not Decision.GRANTED:
        return ()
    match newest.get(Kind.AUDIO):
        case Decision.GRANTED:
            return RECORDING, WORDS, TAKING_PART, EVERYTHING
        case Decision.WITHDRAWN:
            return WORDS, TAKING_PART, EVERYTHING
        case _:
            return TAKING_PART, EVERYTHING


def take_back(study: Study, session: str, choice: Choice, now: datetime) -> Receipt:
    """Record it and destroy what goes with it; for whoever holds the lock of the study."""
    by = study.setting("interviewer") or "interviewer"
    if choice.kind is Kind.TAKING_PART:
        return study.withdraw_taking_part(session, notes=choice.notes, recorded_by=by, now=now)
    return study.withdraw_audio(session, transcript=choice.words, recorded_by=by, now=now)


async def take_back_beside(study: Study, session: str, choice: Choice, now: datetime) -> Receipt:
    """The same in a thread of its own: a second reading in this app has to hear of it, and ends before the key goes."""

    def beside() -> Receipt:
        with study.another() as own:
            return take_back(own, session, choice, now)

    if study.conducted:  # the lock is counted: it would be given to a second one in this app
        raise StudyLocked(_BUSY)
    with study.lock_for_session():
        return await asyncio.to_thread(beside)
