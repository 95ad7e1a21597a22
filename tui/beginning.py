"""Begins a session from what was arranged before it: the row, the decisions, the signed form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from guides import Guide, render_consent
from store import Decision, Kind, Session, Study, new_file
from tui import documents
from tui.forms import SIGNED_FORM


@dataclass(frozen=True)
class Arrangement:
    """Who, which wave, what they decided, and who else is in the room."""

    participant: str
    wave: int
    decisions: dict[Kind, Decision]
    setting: str
    others_present: str
    signed_form: Path | None = None
    unquoted_too: tuple[str, ...] = ()
    """Earlier sessions in which quoting is taken back as well."""


def begin(study: Study, arrangement: Arrangement, now: datetime) -> Session:
    """A new session with its decisions; one in which taking part was declined is ended at once, and kept.

    Holds the study's lock while it writes; whoever shall conduct the session holds it on. Raises StudyLocked, BadInput,
    or OSError for a form that can't be read: then nothing was begun.
    """
    form = None if arrangement.signed_form is None else documents.read(arrangement.signed_form)
    with study.lock_for_session(), study.at_once():
        session = _begun(study, arrangement, now)
        if form is not None and arrangement.signed_form is not None:
            study.attachments.add(session.id, SIGNED_FORM, arrangement.signed_form.name, form, now)
        by = study.setting("interviewer") or "interviewer"
        for earlier in arrangement.unquoted_too:
            study.withdraw_use(earlier, Kind.QUOTING, recorded_by=by, now=now)
        if arrangement.decisions.get(Kind.TAKING_PART) is Decision.DECLINED:
            session = close_declined(study, session.id, now)
    return session


def close_declined(study: Study, session_id: str, now: datetime) -> Session:
    """End a session that never began, for the person does not take part; that it was declined is kept."""
    study.sessions.stop(session_id, now, recording_ms=0, captured_ms=0, dropped_frames=0)
    return study.sessions.complete(session_id, now, ready_after_stop_ms=None)


def _begun(study: Study, arrangement: Arrangement, now: datetime) -> Session:
    guide = study.guides.current()
    session = study.sessions.begin(
        arrangement.participant,
        arrangement.wave,
        guide_sha256=study.guides.keep(guide, now),
        setting=arrangement.setting,
        others_present=arrangement.others_present,
        now=now,
    )
    for kind, decision in arrangement.decisions.items():
        study.consent.decide(
            session.id,
            kind,
            decision,
            form_version=guide.consent.version,
            recorded_by=study.setting("interviewer") or "interviewer",
            now=now,
        )
    return session


def write_blank_form(guide: Guide, folder: Path) -> Path:
    """Writes the form to be printed and signed, beside one that somebody has changed; gives the file.

    Raises BadInput or NotNow, and OSError where the folder can't be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"consent-form-{guide.name}-{guide.consent.version}.md"
    return new_file.renew(file, render_consent(guide).encode(), lambda _, __: False).path
