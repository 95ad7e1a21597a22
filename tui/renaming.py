"""What keeps the number of somebody who is renamed or removed."""

from __future__ import annotations

from store import Study


def left_of(study: Study, number: str) -> tuple[str, ...]:
    """The ids of sessions, files that were handed over, and lines of the audit log, a sentence each; or nothing."""
    known = study.participants.get(number)
    held = [session.id for session in study.sessions.list() if session.participant == known.number]
    named = (f"Sessions keep their ids, in which the old number stands: {', '.join(held)}.",) if held else ()
    files = (line for key in held for line in study.handed_over.sentences(key))
    count = study.participants.lines_with(known.number)
    holds = "1 line of the audit log holds" if count == 1 else f"{count} lines of the audit log hold"
    return (*named, *files, *((f"{holds} this number and can't be changed.",) if count else ()))
