"""One more reading of a whole session out of its recording, most often by a bigger model: new versions of its words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING

from store import ConsentRequired, NotFound, State, StateError, StoreError, Study
from store.transcript import BY_CHANNEL, BY_HAND, BY_VOICE
from tui import events
from tui.backlog import IN_THE_LOOP_MS, Backlog
from tui.clock import world_now
from tui.loading import kind_wanted
from tui.reader import Choice, settled
from tui.recovery import Tell
from tui.transcribing import Transcribing

if TYPE_CHECKING:
    from transcribe.models import Model

AGAIN = "again"
"""What such a reading is called among the versions of an utterance."""
LOOK_EVERY_S = 0.25
"""How often a reading looks whether it may still go on."""
_OVER = (State.STOPPED, State.COMPLETE)


class Outcome(Enum):
    """How a reading ended: whole, with a part that could not be read, or held up before its end."""

    WHOLE = auto()
    IN_PART = auto()
    HELD_UP = auto()


def named(study: Study, session: str, choice: Choice) -> Choice:
    """The choice with its model by name: what was read so far is counted by model."""
    guide = study.guides.get(study.sessions.get(session).guide_sha256)
    return replace(choice, model=settled(choice, guide.language).model)


def to_read(study: Study, session: str, model: str) -> int:
    """How many utterances this model has not read once more, as verbatim as is chosen; NotFound without a recording."""
    study.permit_listening(session)
    read, count = progress(study, session, model)
    return count - read


def progress(study: Study, session: str, model: str) -> tuple[int, int]:
    """How many utterances this model has read once more, as verbatim as is chosen, and out of how many it may read."""
    return study.transcript.progress(session, AGAIN, model, kind_wanted(study, session))


def readable(study: Study, session: str) -> bool:
    """Whether a session is over and its recording can be read: consent to it stands, and the file is there."""
    try:
        return study.sessions.get(session).state in _OVER and study.permit_listening(session).path.exists()
    except StoreError:
        return False


def models_for(study: Study, session: str, installed: Sequence[Model]) -> tuple[Model, ...]:
    """The models out of those installed (the bundled one first) that may read a session once more, the biggest first.

    None that is smaller than what read it first, and none that has read it once more already.
    """
    lately = (AGAIN, BY_VOICE, BY_CHANNEL, BY_HAND)
    first = {row.model for row in study.transcript.versions(session) if row.reading not in lately}
    if not first:  # nothing is read yet: what it is being read with, as far as that is known
        first = {study.sessions.get(session).model or installed[0].name}
    least_bytes = max((model.size_bytes for model in installed if model.name in first), default=0)
    found = [
        model
        for model in installed
        if model.name not in first and model.size_bytes >= least_bytes and to_read(study, session, model.name)
    ]
    return tuple(sorted(found, key=lambda model: (-model.size_bytes, model.name)))


async def retranscribe(
    study: Study,
    session: str,
    choice: Choice,
    tell: Tell,
    now: Callable[[], datetime] = world_now,
    held_up: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Read every utterance anew that this model has not read once more, until it is done or ``held_up`` says so.

    What was done stays done, so a reading that was broken off goes on where it was. Raises ConsentRequired or NotFound
    where there is no recording to read from, also when it goes meanwhile; StateError for a session that is not over;
    StudyLocked while another program reads one.
    """
    row = study.sessions.get(session)
    if row.state not in _OVER:
        raise StateError(f"Session {row.id} is {row.state}: only one that is over can be read once more.")
    kind = kind_wanted(study, row.id)
    study.wait_for_others(IN_THE_LOOP_MS)
    backlog = Backlog(lambda sentence: tell(events.Notice("study", sentence)), study.insist)
    with study.lock_for_reading():
        await backlog.done(lambda: study.note_reading(row.id, now()))
        wanted = {one.id for one in study.transcript.not_read(row.id, AGAIN, choice.model, kind)}
        transcribing = Transcribing(study, row.id, replace(choice, patient=True), tell, now, backlog)
        transcribing.start(study.permit_listening(row.id))
        transcribing.read_once_more(AGAIN)
        if not await _seen_through(study, row.id, transcribing, held_up):
            return Outcome.HELD_UP
    left = {one.id for one in study.transcript.not_read(row.id, AGAIN, choice.model, kind)}
    if transcribing.unfinished or left & wanted:
        return Outcome.IN_PART
    if (ready := transcribing.hearing.ready) is not None:
        note_machine, model, device = study.sessions.note_machine, ready.model, ready.device
        await backlog.done(lambda: note_machine(row.id, model, device))
    tell(events.TranscriptReady())
    return Outcome.WHOLE


async def _seen_through(study: Study, session: str, transcribing: Transcribing, held_up: Callable[[], bool]) -> bool:
    """Wait for the whole reading; False when it was held up. The scribe is gone afterwards, in any case."""
    reading = asyncio.create_task(transcribing.whole(), name="reading once more")
    try:
        while not reading.done():
            study.look_after_locks()
            study.permit_listening(session)
            if held_up():
                return False
            await asyncio.wait({reading}, timeout=LOOK_EVERY_S)
        await reading
        return True
    except (ConsentRequired, NotFound):
        await transcribing.kill()
        raise
    finally:
        reading.cancel()
        await transcribing.hearing.leave()
