"""Hand-overs: sessions as files for analysis, one module a format, each a pure function of a dossier."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from guides.plaintext import shown
from store import disk, faults, new_file
from store.clock import running
from store.dossier import Dossier
from store.errors import BadInput, ConsentRequired, StateError
from store.handing_over import ChangedMeanwhile, hand_over, require_open, require_unchanged
from store.handover import as_json, md, srt, txt, vtt
from store.new_file import NewFile, Written
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
_TRIES = 5


@dataclass(frozen=True)
class LeftOut:
    """A session of which nothing was handed over, though it was to be, and why: it was taken back meanwhile."""

    session: str
    why: str


@dataclass(frozen=True)
class Exported:
    """What was written, and what was not."""

    files: tuple[Written, ...]
    left_out: tuple[LeftOut, ...] = ()


def export(
    study: Study, session_ids: Sequence[str], to: Path, formats: Iterable[str], *, unmask: bool, now: datetime
) -> Exported:
    """Writes these sessions, or every one that may be handed over if none is named, one after the other.

    Nothing is written if one of them may not be: ConsentRequired where its gate is shut, StateError where it was
    annulled, BadInput for an unknown format or a folder that is none. One that is taken back meanwhile is left out. A
    file that somebody has changed since it was handed over stays, and the new one gets a name of its own. ``unmask``
    asks for names as they were said; this study keeps no masks, so both ways give the same.
    """
    chosen = tuple(dict.fromkeys(formats))
    if unknown := [name for name in chosen if name not in FORMATS]:
        raise BadInput(f"There is no format {unknown[0]}: choose from {', '.join(FORMATS)}.")
    ids = tuple(dict.fromkeys(session_ids or ready(study)))
    for session_id in ids:
        require_open(study, session_id)
    folder, clock = _folder(to), running(now)
    files: list[Written] = []
    left_out: list[LeftOut] = []
    try:
        for session_id in ids:
            try:
                files += _hand_over(study, session_id, folder, chosen, clock)
            except (ConsentRequired, StateError) as why:
                left_out.append(LeftOut(session_id, str(why)))
    finally:
        disk.settle(folder)
    return Exported(tuple(files), tuple(left_out))


def ready(study: Study) -> tuple[str, ...]:
    """The sessions that are over and may be handed over; one of which audio alone was withdrawn is among them."""
    over = (session for session in study.sessions.not_annulled() if session.state in _OVER)
    return tuple(session.id for session in over if not study.gate.is_shut(session.id))


def _hand_over(
    study: Study, session_id: str, folder: Path, formats: Sequence[str], clock: Callable[[], datetime]
) -> tuple[Written, ...]:
    """The files of one session; read once more where something of it was taken back in the meantime."""
    for _ in range(_TRIES):
        since = study.audit.length()
        with ExitStack() as stack, suppress(ChangedMeanwhile):
            files = [stack.enter_context(one) for one in _ready(study, session_id, folder, formats)]
            may = partial(require_unchanged, study, session_id, since)
            hand_over(study, session_id, files, ", ".join(formats), may, clock())
            return tuple(file.written for file in files)
    raise StateError(
        f"Something of session {session_id} was taken back each time that it was being handed over: try it once more."
    )


def _ready(
    study: Study, session_id: str, folder: Path, formats: Sequence[str]
) -> Iterator[AbstractContextManager[NewFile]]:
    dossier = study.dossier(session_id)
    for name in formats:
        for suffix, content in _rendered(dossier, name):
            yield new_file.ready_anew(folder / f"{session_id}.{suffix}", content, study.handed_over.wrote)


def _rendered(dossier: Dossier, name: str) -> Iterator[tuple[str, bytes]]:
    """The files of one format, each by its suffix, without what a terminal would obey; an empty one is left out."""
    for suffix, render in FORMATS[name].items():
        if text := render(dossier):
            yield suffix, shown(text).encode()


def _folder(to: Path) -> Path:
    new_file.refuse_in_a_study(to)
    try:
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise faults.of_file(to, fault) from fault
    new_file.refuse_folder(to, 0)
    return to
