"""Files of a session leave the study: they get their names while nobody can take anything back, or not at all.

What takes time, writing them, is done before, and holds up nobody. Then the gate is asked, in a transaction that a
withdrawal has to wait for, and asked again once they are named. So whoever withdraws either comes before, and no file
is left, or finds each of them in the list of what was handed over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from store import disk, new_file
from store.errors import StateError, StoreError
from store.handed_over import Stage
from store.new_file import NewFile
from store.refs import missing

if TYPE_CHECKING:
    from store.study import Study


class ChangedMeanwhile(StoreError):
    """Something of the session was taken back since it was read: read it once more."""


def hand_over(
    study: Study, session_id: str, files: Sequence[NewFile], about: str, may: Callable[[], None], now: datetime
) -> None:
    """Names files that were written of a session, and notes them; ``may`` raises where that may not be (any more).

    Either all are named and noted when the call returns, or none is.
    """
    with study.at_once():
        may()
        _note(study, session_id, files, Stage.PERHAPS, now)
    try:
        with study.at_once():
            may()
            study.audit.add("handed over", f"{session_id} as {about}", now)
            for file in files:
                file.name()
            _note(study, session_id, files, Stage.WRITTEN, now)
            may()  # a decision may be laid down beside the study, which does not wait
    except BaseException:
        for file in files:
            file.take_away()
        with suppress(StoreError):
            _note(study, session_id, files, Stage.NOT_WRITTEN, now)
        raise


def copy_form(study: Study, attachment_id: str, to: Path, now: datetime) -> None:
    """A copy of a form that is kept, as a new file; raises NotFound where it was destroyed, also meanwhile."""
    form, content = study.attachments.get(attachment_id)

    def may() -> None:
        if all(one.id != form.id for one in study.attachments.list(form.session)):
            raise missing("a", form.id)

    with new_file.ready(to, content) as new:
        hand_over(study, form.session, [new], f"a copy of {form.id}", may, now)
    disk.settle(to.absolute().parent)


def require_open(study: Study, session_id: str) -> None:
    """Raises ConsentRequired where the gate is shut, StateError where the session was annulled."""
    session = study.gate.session(session_id)
    if session.annulled_at is not None:
        raise StateError(
            f"Session {session.id} was annulled, so it is no part of the study: nothing was handed over. "
            f"'vivavoce sessions show {session.id}' prints it."
        )


def require_unchanged(study: Study, session_id: str, since: int) -> None:
    """Raises what ``require_open`` does, and ChangedMeanwhile.

    ``since`` is how long the audit log was when the session was read.
    """
    require_open(study, session_id)
    if study.taken_back_since(since, session_id):
        raise ChangedMeanwhile(f"Something of session {session_id} was taken back as it was being handed over.")


def _note(study: Study, session_id: str, files: Sequence[NewFile], stage: Stage, now: datetime) -> None:
    with study.at_once():
        for file in files:
            study.handed_over.note(session_id, file.path, file.sha256, now, stage)
