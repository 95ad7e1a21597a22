"""What a participant may take back after an interview, and what follows from it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from store import Decision, Kind, Session, Study, StudyLocked
from store.handed_over import others_stay
from tui import receipts

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


QUOTING = Choice(
    "Quoting: nothing of this interview is quoted any more",
    "Nothing is destroyed; every hand-over from now on says so.",
    Kind.QUOTING,
)
CONTACT = Choice(
    "Being contacted again: they are left alone from now on",
    "Nothing is destroyed, and the interview stays as it is.",
    Kind.CONTACT,
)
OF_USE = (Kind.QUOTING, Kind.CONTACT)
"""What is about the use of an interview: taking it back destroys nothing."""


def choices(study: Study, session: str) -> tuple[Choice, ...]:
    """What can be taken back of a session, or destroyed still; none where nothing was ever agreed to."""
    newest = study.consent.newest(session)
    if newest.get(Kind.TAKING_PART) is Decision.WITHDRAWN:
        return (EVERYTHING,)
    if newest.get(Kind.TAKING_PART) is not Decision.GRANTED:
        return ()
    use = tuple(one for one in (QUOTING, CONTACT) if newest.get(one.kind) is Decision.GRANTED)
    match newest.get(Kind.AUDIO):
        case Decision.GRANTED:
            return RECORDING, WORDS, TAKING_PART, EVERYTHING, *use
        case Decision.WITHDRAWN:
            return WORDS, TAKING_PART, EVERYTHING, *use
        case _:
            return TAKING_PART, EVERYTHING, *use


def annulling(row: Session) -> tuple[str, ...]:
    """What follows from annulling a session."""
    stays = f"Nothing is destroyed: `vivavoce withdraw {row.id}` still can." if row.captured_ms else ""
    return (
        "It stays in `vivavoce sessions list` with its reason, and counts no more: not on the board, nor for the next "
        "wave, nor in a hand-over. The next sitting asks everything anew.",
        *((stays,) if stays else ()),
    )


def beside(study: Study, session: str, choice: Choice, most: int | None = None) -> tuple[str, ...]:
    """What taking back does not reach, to be said before: other sessions, and files handed over, ``most`` by name.

    Of quoting and contact the other sessions are asked about instead.
    """
    files = study.handed_over.sentences(session)
    named = files if most is None or len(files) <= most else files[-most:]
    left = len(files) - len(named)
    more = (f"And {left} more, which `vivavoce sessions show {session}` names.",) if left else ()
    others = () if choice.kind in OF_USE else study.sessions.others(session)
    return (*others_stay(study.sessions.get(session), others), *named, *more)


def granted_elsewhere(study: Study, session: str, choice: Choice) -> tuple[str, ...]:
    """The other sessions of the same person in which this is granted still; none for what destroys something."""
    if choice.kind not in OF_USE:
        return ()
    participant = study.sessions.get(session).participant
    return tuple(one.id for one in study.consent.still_granted(participant, choice.kind, but=session))


def take_back(study: Study, session: str, choice: Choice, now: datetime, too: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Record it and destroy what goes with it; what was done, in lines. For whoever holds the lock of the study.

    ``too`` are sessions in which quoting or contact is taken back as well.
    """
    by = study.setting("interviewer") or "interviewer"
    if choice.kind in OF_USE:
        with study.at_once():
            for one in (session, *too):
                study.withdraw_use(one, choice.kind, recorded_by=by, now=now)
        return receipts.of_use(study, choice.kind, (session, *too))
    if choice.kind is Kind.TAKING_PART:
        receipt = study.withdraw_taking_part(session, notes=choice.notes, recorded_by=by, now=now)
    else:
        receipt = study.withdraw_audio(session, transcript=choice.words, recorded_by=by, now=now)
    return receipts.told(study, receipt)


async def take_back_beside(
    study: Study, session: str, choice: Choice, now: datetime, too: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """The same in a thread of its own: a second reading in this app has to hear of it, and ends before the key goes."""

    def in_a_thread() -> tuple[str, ...]:
        with study.another() as own:
            return take_back(own, session, choice, now, too)

    if study.conducted:  # the lock is counted: it would be given to a second one in this app
        raise StudyLocked(_BUSY)
    with study.lock_for_session():
        return await asyncio.to_thread(in_a_thread)
