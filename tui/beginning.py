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
    form = read_form(arrangement)
    with study.lock_for_session(), study.at_once():
        session = _begun(study, arrangement, now)
        keep(study, session.id, arrangement, form, now)
        if arrangement.decisions.get(Kind.TAKING_PART) is Decision.DECLINED:
            session = close_declined(study, session.id, now)
        elif arrangement.decisions.get(Kind.AUDIO) is Decision.GRANTED:
            study.prepare_recording(session.id, now)
    return session


def read_form(arrangement: Arrangement) -> bytes | None:
    """The signed form, if there is one; raises OSError where it can't be read."""
    return None if arrangement.signed_form is None else documents.read(arrangement.signed_form)


def keep(study: Study, session_id: str, arrangement: Arrangement, form: bytes | None, now: datetime) -> None:
    """What was decided, with the signed form and what follows for earlier sessions; in the caller's transaction."""
    by, version = study.setting("interviewer") or "interviewer", study.guides.current().consent.version
    for kind, decision in arrangement.decisions.items():
        study.consent.decide(session_id, kind, decision, form_version=version, recorded_by=by, now=now)
    if form is not None and arrangement.signed_form is not None:
        study.attachments.add(session_id, SIGNED_FORM, arrangement.signed_form.name, form, now)
    for earlier in arrangement.unquoted_too:
        study.withdraw_use(earlier, Kind.QUOTING, recorded_by=by, now=now)


def close_declined(study: Study, session_id: str, now: datetime) -> Session:
    """End a session that never began, for the person does not take part; that it was declined is kept."""
    study.sessions.stop(session_id, now, recording_ms=0, captured_ms=0, dropped_frames=0)
    return study.sessions.complete(session_id, now, ready_after_stop_ms=None)


def _begun(study: Study, arrangement: Arrangement, now: datetime) -> Session:
    return study.sessions.begin(
        arrangement.participant,
        arrangement.wave,
        guide_sha256=study.guides.keep(study.guides.current(), now),
        setting=arrangement.setting,
        others_present=arrangement.others_present,
        now=now,
    )


def write_blank_form(guide: Guide, folder: Path) -> Path:
    """Writes the form to be printed and signed, beside one that somebody has changed; gives the file.

    Raises BadInput or NotNow, and OSError where the folder can't be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"consent-form-{guide.name}-{guide.consent.version}.md"
    return new_file.renew(file, render_consent(guide).encode(), lambda _, __: False).path
