"""A study as it lay on the disk at several moments, so that files of one can be put beside those of another."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from store import Study

DATABASE, LOG = "study.db", "study.db-wal"


@dataclass
class Moments:
    """Notes one by one in a session, and copies of the files now and then; as a kill would leave them, if it is open.

    One connection alone has the study open here, so copying its files takes no lock from anybody.
    """

    study: Study
    session: str
    now: datetime
    folder: Path
    said: list[int] = field(default_factory=list)
    """How many notes there were at each moment."""
    notes: int = 0

    def jot(self, count: int) -> None:
        for _ in range(count):
            self.notes += 1
            text = f"note {self.notes} {'of the egret ' * 40}"
            self.study.log.jot(self.session, at_ms=self.notes, text=text, now=self.now)

    def into_the_database(self) -> None:
        """All that is in the log, which begins anew with the next write; as SQLite does by itself every 1000 pages."""
        self.study._database.rows("PRAGMA wal_checkpoint(PASSIVE)")

    def again(self, passphrase: str) -> None:
        """Closed, so that there is no log, and opened again."""
        self.study.close()
        self.study = Study.open(self.study.folder, passphrase, self.now)

    def keep(self) -> int:
        """Copies the files as they are; the number of this moment."""
        moment = len(self.said)
        shutil.copytree(self.study.folder, self.folder / str(moment), ignore=shutil.ignore_patterns("*-shm", "*.lock"))
        self.said.append(self.notes)
        return moment

    def put(self, to: Path, *, database: int, log: int | None, rest: int) -> Path:
        """A folder with the database of one moment, the log of another or none, and whatever else of a third."""
        shutil.copytree(self.folder / str(rest), to, ignore=shutil.ignore_patterns(DATABASE, LOG))
        shutil.copy(self.folder / str(database) / DATABASE, to)
        if log is not None and (self.folder / str(log) / LOG).exists():
            shutil.copy(self.folder / str(log) / LOG, to)
        return to


def notes_of(study: Study, session: str) -> list[str]:
    """What was noted, in order, without the words that only fill pages."""
    return [" ".join(note.text.split()[:2]) for note in study.log.jottings(session)]


def first(count: int) -> list[str]:
    return [f"note {number}" for number in range(1, count + 1)]
