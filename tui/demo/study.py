"""The demo study: ten numbers, and for 50008 a finished first interview, so that "last time" has something to say."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from guides import bundled_guide
from store import Decision, Kind, Move, Study

PASSPHRASE = "demo"
GUIDE = "peer-specialist-fidelity"
PARTICIPANT, WAVE = "50008", 2
FOUR_MONTHS = timedelta(days=122)

# What the interviewer wrote after the first interview. Invented, like every word of the demo.
FIRST_MEMO = """\
A careful talker who warms up when he speaks of the people he supports. He stopped himself twice when it came to \
colleagues. The word "map" came back again and again.

## Operational
- We had forty minutes; the room next door was loud at the end.

## Reflexive
- I was quick to fill a silence after he spoke of the ward. Wait longer.

## Theoretical
- Being useful as a way of staying well, and as a reason to hide bad weeks?

## Next time
- Ask what became of the walking group.
- Ask how he decides what to leave out of his story.
- Stay with the team: he passed over it quickly.
"""

FIRST_JOTTINGS = (
    (4, "brings a folded map, puts it on the table"),
    (11, "on the ward: 'nobody asked me anything, they only told me'"),
    (19, "laughs at himself when he speaks of the first walking group"),
    (31, "long silence, then: 'some weeks I am the one who needs the map'"),
)

FIRST_QUESTIONS_ASKED = 9


def make(folder: Path, now: datetime) -> Study:
    """Make the demo study in a new or empty folder; raises StudyExists elsewhere."""
    study, _ = Study.create(
        folder, PASSPHRASE, name="Peer support study (demo)", guide=bundled_guide(GUIDE), now=now, invented=True
    )
    for number in range(50001, 50011):
        study.participants.add(str(number), {}, now)
    study.participants.set(PARTICIPANT, {"years in the role": "4", "setting": "community team"}, now)
    _first_interview(study, now - FOUR_MONTHS)
    return study


def begin_second(study: Study, now: datetime) -> str:
    """Begin the session that the demo plays, all four decisions granted; returns its id."""
    sha256 = study.guides.keep(study.guides.current(), now)
    session = study.sessions.begin(
        PARTICIPANT, WAVE, guide_sha256=sha256, setting="a quiet office", others_present="nobody", now=now
    )
    return session.id


def _first_interview(study: Study, began: datetime) -> None:
    """Wave 1, held with notes only: the participant had not wanted to be recorded yet."""
    guide = study.guides.current()
    session = study.sessions.begin(
        PARTICIPANT,
        1,
        guide_sha256=study.guides.keep(guide, began),
        setting="a meeting room at the clinic",
        others_present="nobody",
        now=began,
    )
    for kind in Kind:
        study.consent.decide(
            session.id,
            kind,
            Decision.DECLINED if kind is Kind.AUDIO else Decision.GRANTED,
            form_version=guide.consent.version,
            recorded_by="interviewer",
            now=began,
        )
    core = [question.id for question in guide.core_for(1)][:5]
    others = [question.id for question in guide.for_wave(1) if question.id not in core]
    asked = [*others[:2], *core, *others[2 : FIRST_QUESTIONS_ASKED - len(core)]]
    for number, question in enumerate(asked):
        at_ms = (1 + number * 4) * 60_000
        made = began + timedelta(milliseconds=at_ms)
        study.log.cue(session.id, question=question, move=Move.ASK, at_ms=at_ms, text=None, now=made)
    for minute, text in FIRST_JOTTINGS:
        study.log.jot(session.id, at_ms=minute * 60_000, text=text, now=began + timedelta(minutes=minute))
    ended = began + timedelta(minutes=41)
    study.sessions.stop(session.id, ended, recording_ms=41 * 60_000, captured_ms=0, dropped_frames=0)
    study.sessions.open_memo(session.id, ended)
    memo = study.memos.open(session.id, "", ended)
    study.memos.save(memo.id, FIRST_MEMO, ended + timedelta(minutes=12))
    study.memos.keep_version(memo.id, ended + timedelta(minutes=12))
    study.sessions.complete(session.id, ended, ready_after_stop_ms=0)
