"""Which files were handed over of which session: whoever withdraws has to know which copies there are.

A file is noted as *perhaps* there before it gets its name, and as *written* in the transaction in which it gets it: so
none is there unlisted, whatever is killed, and none is listed as written that is not.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from guides.texts import readable
from store.clock import moment, stamp
from store.database import Database, Row
from store.localtime import local_day
from store.records import Session
from store.sessions import Sessions


class Stage(StrEnum):
    """How far a file has come that leaves the study."""

    PERHAPS = "perhaps"
    WRITTEN = "written"
    NOT_WRITTEN = "not written"


@dataclass(frozen=True)
class HandedOver:
    """A file that was written of a session; ``sha256`` is of what was written into it.

    One of which that is not known is ``PERHAPS`` there: it is being written, or the program ended just then.
    """

    session: str
    path: Path
    sha256: str
    at: datetime
    stage: Stage = Stage.WRITTEN


class HandedOverFiles:
    """A list that is only ever added to."""

    def __init__(self, database: Database, sessions: Sessions) -> None:
        self._database = database
        self._sessions = sessions

    def note(self, session_id: str, path: Path, sha256: str, now: datetime, stage: Stage = Stage.WRITTEN) -> None:
        """Keeps that this file was written of a session, or how far it has come."""
        sql = "INSERT INTO handed_over (session, path, sha256, at, stage) VALUES (?, ?, ?, ?, ?)"
        self._database.run(sql, (self._sessions.get(session_id).id, _place(path), sha256, stamp(now), stage))

    def list(self, session_id: str) -> tuple[HandedOver, ...]:
        """The files of one session, each once as it was written last, the oldest first."""
        sql = (
            "SELECT session, path, sha256, at, stage FROM handed_over AS h WHERE session = ?1 AND stage <> ?2"
            " AND id = (SELECT id FROM handed_over WHERE session = h.session AND path = h.path"
            "  ORDER BY stage = ?3 DESC, id DESC LIMIT 1) ORDER BY id"
        )
        session = self._sessions.get(session_id)
        rows = self._database.rows(sql, (session.id, Stage.NOT_WRITTEN, Stage.WRITTEN))
        return tuple(_file(row) for row in rows)

    def wrote(self, path: Path, sha256: str) -> bool:
        """Whether a file with this sum was ever handed over to this path: then nobody has changed it since."""
        sql = "SELECT 1 FROM handed_over WHERE path = ? AND sha256 = ? AND stage <> ?"
        return self._database.row(sql, (_place(path), sha256, Stage.NOT_WRITTEN)) is not None

    def sentences(self, session_id: str) -> tuple[str, ...]:
        """Which copies are somebody's to destroy, one line a file."""
        return tuple(map(sentence, self.list(session_id)))


def _place(path: Path) -> str:
    """One path for one file, by whichever links its folder was named; the file itself is never a link."""
    return readable(str(Path(os.path.realpath(path.parent), path.name)))


def sentence(file: HandedOver) -> str:
    """Which file, and when, in one line."""
    if file.stage is Stage.PERHAPS:
        return f"Perhaps handed over on {local_day(file.at)}, for it was being written just then: {file.path}"
    return f"Handed over on {local_day(file.at)}: {file.path}"


def others_stay(session: Session, others: tuple[Session, ...]) -> tuple[str, ...]:
    """That a person's other sessions are not touched, by name; nothing where there is no other."""
    if not others:
        return ()
    named = ", ".join(f"{one.id} ({one.state})" for one in others)
    return (f"Other sessions of participant {session.participant} stay as they are: {named}.",)


def _file(row: Row) -> HandedOver:
    return HandedOver(row["session"], Path(row["path"]), row["sha256"], moment(row["at"]), Stage(row["stage"]))
