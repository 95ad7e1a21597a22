"""Finishes what was interrupted: the rest of the transcript out of the recording."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from store import ConsentRequired, NotFound, Permit, Session, State, StateError, Study
from transcribe import recording
from transcribe.errors import TranscribeError
from tui import closing, events
from tui.backlog import IN_THE_LOOP_MS, Backlog
from tui.clock import world_now
from tui.holding import holding
from tui.reader import Choice, as_begun
from tui.transcribing import Transcribing

Tell = Callable[[events.Event], None]


def unfinished(study: Study) -> tuple[Session, ...]:
    """The sessions that were interrupted, or stopped before their transcript was whole; oldest first."""
    left = (row for row in study.sessions.not_annulled() if row.state in (State.INTERRUPTED, State.STOPPED))
    return tuple(row for row in left if not study.gate.is_shut(row.id))


def offered(study: Study) -> tuple[Session, ...]:
    """Those of them that nobody has chosen to leave as they are."""
    return tuple(row for row in unfinished(study) if row.closed_at is None)


def close_as_it_is(study: Study, session: str, now: Callable[[], datetime] = world_now) -> Session:
    """End a session without transcribing what is left; it is not offered again, and ``recover`` can still do it.

    Raises StateError for one that is over.
    """
    row = _ended(study, session, now)
    if row.state is not State.STOPPED:
        raise StateError(f"Session {row.id} is {row.state}: there is nothing to close.")
    return study.sessions.close_as_it_is(row.id, now())


def so_far(study: Study, session: str) -> tuple[int, int]:
    """(sound, words) in ms: how much was captured, and up to which recording time it has been read."""
    row = study.sessions.get(session)
    try:
        captured_ms = sound_of(study, row)[1]
    except TranscribeError:  # `study check` says what is wrong with it
        captured_ms = row.captured_ms
    try:
        if to_come := study.transcript.pending(row.id):
            return captured_ms, to_come[0].start_ms
        return captured_ms, max((one.end_ms for one in study.transcript.utterances(row.id)), default=0)
    except ConsentRequired:  # nobody may look into it
        return captured_ms, 0


def _ended(study: Study, session: str, now: Callable[[], datetime]) -> Session:
    row = study.sessions.get(session)
    if row.state is State.INTERRUPTED:
        permit = _permit(study, row.id)
        if permit is not None and permit.path.exists():
            take_up_gaps(study, row.id, permit, now())
        end_ms, captured_ms = sound_of(study, row)
        row = study.sessions.stop(
            session,
            now(),
            recording_ms=end_ms,
            captured_ms=captured_ms,
            dropped_frames=dropped_frames(end_ms, captured_ms) if captured_ms else row.dropped_frames,
            ended_at=study.sessions.last_moment(session),
        )
    return row


async def recover(
    study: Study, session: str, choice: Choice, tell: Tell, now: Callable[[], datetime] = world_now
) -> bool:
    """Transcribe what is left of a session and complete it; False when a part of it could not be done.

    It is read on by the model that it was begun with, if ``choice`` names none and that one is still here.
    Raises ConsentRequired where the person does not take part.
    """
    study.gate.session(session)
    study.wait_for_others(IN_THE_LOOP_MS)
    backlog = Backlog(lambda sentence: tell(events.Notice("study", sentence)), study.insist)
    row = await backlog.done(lambda: _ended(study, session, now))
    if row.state is not State.STOPPED:
        return True
    permit = _permit(study, row.id)
    if permit is not None and permit.path.exists():
        transcribing = Transcribing(study, row.id, as_begun(choice, row.model), tell, now, backlog)
        transcribing.start(permit)
        transcribing.catch_up(recorded(permit)[0])
        try:
            with holding(study, tell):
                await transcribing.whole()
        finally:
            await transcribing.hearing.leave()
        if transcribing.unfinished:
            return False
    await backlog.done(lambda: study.sessions.complete(row.id, now(), ready_after_stop_ms=None))
    if (notice := closing.nothing_heard(study, row.id)) is not None:
        tell(notice)
    tell(events.TranscriptReady())
    return True


def take_up_gaps(study: Study, session: str, permit: Permit, now: datetime) -> None:
    """Write down the gaps of a recording that the app died before it heard of. Raises TranscribeError."""
    reader = recording.open_reader(permit.path, permit.key)
    try:
        recorded = reader.gaps()
    finally:
        reader.close()
    known = {(gap.start_ms, gap.end_ms) for gap in study.log.gaps(session)}
    for gap in recorded:
        if gap.reason != "strike" and (gap.start_ms, gap.end_ms) not in known:
            study.log.gap(session, gap.start_ms, gap.end_ms, gap.reason, now)


def dropped_frames(end_ms: int, captured_ms: int) -> int:
    """How many frames of recording time have no captured sound, of a recording that ends there (see ``wire.Ended``)."""
    return max(0, end_ms - captured_ms) * recording.FRAMES_PER_MS


def _permit(study: Study, session: str) -> Permit | None:
    """Leave to read the recording; None where there is none (a session of notes, or a destroyed recording)."""
    try:
        return study.permit_listening(session)
    except (ConsentRequired, NotFound):
        return None


def sound_of(study: Study, row: Session) -> tuple[int, int]:
    """(end, captured) in ms, by the recording itself if there is one, else by the study. Raises TranscribeError."""
    permit = _permit(study, row.id)
    if permit is None or not permit.path.exists():
        return row.recording_ms, row.captured_ms
    return recorded(permit)


def recorded(permit: Permit) -> tuple[int, int]:
    """(end, captured) in ms: how far a recording goes, and how much of that is sound. Raises TranscribeError."""
    reader = recording.open_reader(permit.path, permit.key)
    try:
        return reader.end_ms, reader.captured_ms
    finally:
        reader.close()
