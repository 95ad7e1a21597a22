"""Hand-overs: sessions as files for analysis, one module a format, each a pure function of a dossier."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from store import faults, new_file
from store.dossier import Dossier
from store.errors import BadInput, StateError
from store.handover import as_json, md, srt, txt, vtt
from store.new_file import Written
from store.records import State

if TYPE_CHECKING:
    from store.study import Study

_OVER = (State.STOPPED, State.COMPLETE, State.WITHDRAWN)
# the files of each format by their suffix
FORMATS: dict[str, dict[str, Callable[[Dossier], str]]] = {
    "json": {"json": as_json.render},
    "txt": {"txt": txt.render},
    "md": {"md": md.render},
    "vtt": {"vtt": vtt.render},
    "srt": {"srt": srt.render, "about.txt": srt.about},
}


def export(
    study: Study, session_ids: Sequence[str], to: Path, formats: Iterable[str], *, unmask: bool, now: datetime
) -> tuple[Written, ...]:
    """Writes these sessions, or every one that may be handed over if none is named, and gives the files.

    Nothing is written if one of them may not be: ConsentRequired where its gate is shut, StateError where it was
    annulled, BadInput for an unknown format or a folder that is none. A file that somebody has changed since it was
    handed over stays, and the new one gets a name of its own. ``unmask`` asks for names as they were said; this study
    keeps no masks, so both ways give the same.
    """
    chosen = tuple(dict.fromkeys(formats))
    if unknown := [name for name in chosen if name not in FORMATS]:
        raise BadInput(f"There is no format {unknown[0]}: choose from {', '.join(FORMATS)}.")
    dossiers = _gathered(study, session_ids)
    folder = _folder(to)
    rendered = [(one.session.id, *file) for one in dossiers for name in chosen for file in _rendered(one, name)]
    new_file.refuse_folder(folder, sum(len(content) for _, _, content in rendered))
    files, told = [], set()
    for session_id, suffix, content in rendered:
        with study.at_once():  # begun before the file is written: what can't be noted is not handed over
            if session_id not in told:
                study.audit.add("handed over", f"{session_id} as {', '.join(chosen)}", now)
            written = new_file.renew(folder / f"{session_id}.{suffix}", content, study.handed_over.wrote)
            study.handed_over.note(session_id, written.path, new_file.sha256(content), now)
        told.add(session_id)
        files.append(written)
    return tuple(files)


def ready(study: Study) -> tuple[str, ...]:
    """The sessions that are over and may be handed over; one of which audio alone was withdrawn is among them."""
    over = (session for session in study.sessions.not_annulled() if session.state in _OVER)
    return tuple(session.id for session in over if not study.gate.is_shut(session.id))


def _gathered(study: Study, session_ids: Sequence[str]) -> list[Dossier]:
    dossiers = [study.dossier(session_id) for session_id in dict.fromkeys(session_ids or ready(study))]
    for session in (dossier.session for dossier in dossiers):
        if session.annulled_at is not None:
            raise StateError(
                f"Session {session.id} was annulled, so it is no part of the study: nothing was handed over. "
                f"'vivavoce sessions show {session.id}' prints it."
            )
    return dossiers


def _rendered(dossier: Dossier, name: str) -> Iterator[tuple[str, bytes]]:
    """The files of one format, each by its suffix; one in which nothing would stand is left out."""
    for suffix, render in FORMATS[name].items():
        if text := render(dossier):
            yield suffix, text.encode()


def _folder(to: Path) -> Path:
    new_file.refuse_in_a_study(to)
    try:
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise faults.of_file(to, fault) from fault
    return to
