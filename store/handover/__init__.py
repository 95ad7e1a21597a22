"""Hand-overs: sessions as files for analysis, one module a format, each a pure function of a dossier."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from store.dossier import Dossier
from store.errors import BadInput, StateError, StoreError
from store.handover import as_json, md, srt, txt, vtt
from store.records import State

if TYPE_CHECKING:
    from store.study import Study

_OVER = (State.STOPPED, State.COMPLETE, State.WITHDRAWN)
# the name of a format is also the suffix of its files
FORMATS: dict[str, Callable[[Dossier], str]] = {
    "json": as_json.render,
    "txt": txt.render,
    "md": md.render,
    "vtt": vtt.render,
    "srt": srt.render,
}


def export(
    study: Study, session_ids: Sequence[str], to: Path, formats: Iterable[str], *, unmask: bool, now: datetime
) -> tuple[Path, ...]:
    """Writes these sessions, or every one that may be handed over if none is named, and gives the paths.

    Nothing is written if one of them may not be: ConsentRequired where its gate is shut, BadInput for an unknown
    format or a folder that is none. ``unmask`` asks for names as they were said; this
    study keeps no masks, so both ways give the same.
    """
    chosen = tuple(dict.fromkeys(formats))
    if unknown := [name for name in chosen if name not in FORMATS]:
        raise BadInput(f"There is no format {unknown[0]}: choose from {', '.join(FORMATS)}.")
    dossiers = _gathered(study, session_ids)
    folder = _folder(to)
    paths = []
    for dossier in dossiers:
        for name in chosen:
            path = folder / f"{dossier.session.id}.{name}"
            _write(path, FORMATS[name](dossier))
            paths.append(path)
        study.audit.add("handed over", f"{dossier.session.id} as {', '.join(chosen)}", now)
    return tuple(paths)


def ready(study: Study) -> tuple[str, ...]:
    """The sessions that are over and may be handed over; one of which audio alone was withdrawn is among them."""
    over = (session for session in study.sessions.not_annulled() if session.state in _OVER)
    return tuple(session.id for session in over if not study.gate.is_shut(session.id))


def _gathered(study: Study, session_ids: Sequence[str]) -> list[Dossier]:
    every = [session.id for session in study.sessions.not_annulled() if not study.gate.is_shut(session.id)]
    dossiers = [study.dossier(session_id) for session_id in session_ids or every]
    for session in (dossier.session for dossier in dossiers):
        if session.annulled_at is not None:
            raise StateError(
                f"Session {session.id} was annulled, so it is no part of the study: nothing was handed over. "
                f"'vivavoce sessions show {session.id}' prints it."
            )
    return dossiers


def _folder(to: Path) -> Path:
    try:
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise BadInput(f"{to} can't be used as a folder ({fault.strerror}): choose another one.") from fault
    return to


def _write(path: Path, text: str) -> None:
    """Whole or not at all, 0600: under a passing name first, then in one move."""
    passing = path.with_name(f".{path.name}.part")
    try:
        passing.unlink(missing_ok=True)
        descriptor = os.open(passing, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        passing.replace(path)
    except OSError as fault:
        passing.unlink(missing_ok=True)
        raise StoreError(
            f"{path} could not be written ({fault.strerror}): make room or choose another folder."
        ) from fault
