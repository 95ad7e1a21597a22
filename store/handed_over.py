"""Which files were handed over of which session: whoever withdraws has to know which copies there are."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from store.clock import moment, stamp
from store.database import Database, Row
from store.localtime import local_day
from store.records import Session
from store.sessions import Sessions


@dataclass(frozen=True)
class HandedOver:
    """A file that was written of a session; ``sha256`` is of what was written into it."""

    session: str
    path: Path
    sha256: str
    at: datetime


class HandedOverFiles:
    """A list that is only ever added to."""

    def __init__(self, database: Database, sessions: Sessions) -> None:
        self._database = database
        self._sessions = sessions

    def note(self, session_id: str, path: Path, sha256: str, now: datetime) -> None:
        """Keeps that this file was written of a session."""
        sql = "INSERT INTO handed_over (session, path, sha256, at) VALUES (?, ?, ?, ?)"
        self._database.run(sql, (self._sessions.get(session_id).id, str(_place(path)), sha256, stamp(now)))

    def list(self, session_id: str) -> tuple[HandedOver, ...]:
        """The files of one session, each once as it was written last, the oldest first."""
        sql = (
            "SELECT session, path, sha256, at FROM handed_over AS h WHERE session = ?"
            " AND id = (SELECT max(id) FROM handed_over WHERE session = h.session AND path = h.path) ORDER BY id"
        )
        return tuple(_file(row) for row in self._database.rows(sql, (self._sessions.get(session_id).id,)))

    def wrote(self, path: Path, sha256: str) -> bool:
        """Whether what was last handed over to this path had this sum: then nobody has changed it since."""
        sql = "SELECT sha256 FROM handed_over WHERE path = ? ORDER BY id DESC LIMIT 1"
        return bool(self._database.value(sql, (str(_place(path)),)) == sha256)

    def sentences(self, session_id: str) -> tuple[str, ...]:
        """Which copies are somebody's to destroy, one line a file."""
        return tuple(map(sentence, self.list(session_id)))


def _place(path: Path) -> Path:
    """One path for one file, by whichever links its folder was named; the file itself is never a link."""
    return Path(os.path.realpath(path.parent), path.name)


def sentence(file: HandedOver) -> str:
    """Which file, and when, in one line."""
    return f"Handed over on {local_day(file.at)}: {file.path}"


def others_stay(session: Session, others: tuple[Session, ...]) -> tuple[str, ...]:
    """That a person's other sessions are not touched, by name; nothing where there is no other."""
    if not others:
        return ()
    named = ", ".join(f"{one.id} ({one.state})" for one in others)
    return (f"Other sessions of participant {session.participant} stay as they are: {named}.",)


def _file(row: Row) -> HandedOver:
    return HandedOver(row["session"], Path(row["path"]), row["sha256"], moment(row["at"]))
