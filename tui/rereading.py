"""One more reading of a whole session out of its recording, most often by a bigger model: new versions of its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from store import State, StateError, Study
from tui import events
from tui.clock import world_now
from tui.hearing import Choice
from tui.reader import settled
from tui.recovery import Tell
from tui.transcribing import Transcribing

#: What such a reading is called among the versions of an utterance.
AGAIN = "again"


def named(study: Study, session: str, choice: Choice) -> Choice:
    """The choice with its model by name: what was read so far is counted by model."""
    guide = study.guides.get(study.sessions.get(session).guide_sha256)
    return replace(choice, model=settled(choice, guide.language).model)


def to_read(study: Study, session: str, model: str) -> int:
    """How many utterances of a session this model has not read once more yet; raises NotFound without a recording."""
    study.permit_listening(session)
    return len(study.transcript.not_read(session, AGAIN, model))


async def retranscribe(
    study: Study, session: str, choice: Choice, tell: Tell, now: Callable[[], datetime] = world_now
) -> bool:
    """Read every utterance anew that this model has not read once more; False when a part could not be done.

    What was done stays done, so a reading that was broken off goes on where it was. Raises ConsentRequired or NotFound
    where there is no recording to read from, StateError for a session that is not over.
    """
    row = study.sessions.get(session)
    if row.state not in (State.STOPPED, State.COMPLETE):
        raise StateError(f"Session {row.id} is {row.state}: only one that is over can be read once more.")
    transcribing = Transcribing(study, row.id, choice, tell, now)
    transcribing.start(study.permit_listening(row.id))
    transcribing.read_once_more(AGAIN)
    try:
        await transcribing.whole()
    finally:
        await transcribing.hearing.leave()
    if transcribing.unfinished:
        return False
    tell(events.TranscriptReady())
    return True
