"""What the last session with a participant leaves for the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guides import Guide
from store import Decision, Kind, Session, State, Study
from tui.walk import Walk

DASH = "\N{EN DASH}"
_NEXT_TIME = "next time"


@dataclass(frozen=True)
class LastTime:
    """A session that was held, what the memo says of the next, and what of the guide was left out."""

    session: Session
    consent: dict[Kind, Decision]
    notes: tuple[str, ...]
    core_not_asked: tuple[str, ...]
    skipped: tuple[str, ...]


def last_time(study: Study, participant: str, before_wave: int) -> LastTime | None:
    """The session held last in an earlier wave, by its row and not by the clock; None for a first meeting."""
    earlier = [
        session
        for session in study.sessions.not_annulled()
        if session.participant == participant
        and session.wave < before_wave
        and session.state is not State.WITHDRAWN
        and not study.gate.is_shut(session.id)
    ]
    return look_back(study, earlier[-1]) if earlier else None


def look_back(study: Study, session: Session) -> LastTime:
    """What this session leaves: nothing where it may not be read."""
    if study.gate.is_shut(session.id):
        return LastTime(session, study.consent.newest(session.id), (), (), ())
    guide = study.guides.get(session.guide_sha256)
    walk = Walk.through(guide, session.wave).retraced(study.log.cues(session.id))
    memo = study.memos.for_session(session.id)
    heading = _heading(guide)
    not_asked = walk.core_not_asked()
    return LastTime(
        session,
        study.consent.newest(session.id),
        under_heading(memo.text, heading) if memo is not None else (),
        tuple(guide.domain_of(question.id).title for question in not_asked),
        tuple(question.text for question in walk.questions if question.id in walk.skipped and not question.core),
    )


def under_heading(text: str, heading: str) -> tuple[str, ...]:
    """The lines under a heading of a memo, without bullets and signs of quotation; empty where there is none."""
    lines: list[str] = []
    inside = False
    for line in text.splitlines():
        if line.startswith("#"):
            inside = line.lstrip("#").strip().casefold() == heading.casefold()
        elif inside and line.strip():
            lines.append(line.strip().lstrip("-*•> ").strip())
    return tuple(line for line in lines if line)


def without_prefill(notes: Sequence[str]) -> tuple[str, ...]:
    """The notes that a person wrote: what the program put under the heading is shown elsewhere already."""
    return tuple(note for note in notes if not note.startswith("core question not asked:"))


def _heading(guide: Guide) -> str:
    """The title of the heading for the next time in this guide."""
    for heading in guide.memo_headings:
        if heading.title.casefold() == _NEXT_TIME or heading.id.replace("_", "-") == "next-time":
            return heading.title
    return _NEXT_TIME
