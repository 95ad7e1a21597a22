"""Which backups were made: whoever withdraws has to know which of them hold what is destroyed.

Like a file that is handed over (``store/handed_over.py``), each is noted before it gets its name and as it gets it.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from guides.texts import readable
from store.clock import moment, stamp
from store.database import Database
from store.handed_over import Stage
from store.localtime import local_time

NOTE = "INSERT INTO backup (path, audit_seq, at, stage) VALUES (?, ?, ?, ?)"
# each once, as it was written last, unless that is known to have come to nothing; those that the session is in
_LISTED = """
    SELECT path, at, stage FROM backup AS b WHERE stage <> ?2
    AND id = (SELECT id FROM backup WHERE path = b.path ORDER BY stage = ?3 DESC, id DESC LIMIT 1)
    AND audit_seq >= (SELECT min(seq) FROM audit WHERE subject = ?1) ORDER BY id
"""


def note(database: Database, file: Path, audit_seq: int, stage: Stage, now: datetime) -> None:
    """Keeps how far a backup has come that holds so many lines of the audit log."""
    database.run(NOTE, as_row(file, audit_seq, stage, now))


def as_row(file: Path, audit_seq: int, stage: Stage, now: datetime) -> tuple[object, ...]:
    """What ``NOTE`` takes."""
    return (readable(str(file.absolute())), audit_seq, stamp(now), stage)


def sentences(database: Database, session_id: str) -> tuple[str, ...]:
    """The backups that a session is in, one line each, the oldest first."""
    rows = database.rows(_LISTED, (session_id, Stage.NOT_WRITTEN, Stage.WRITTEN))
    return tuple(_sentence(Path(row["path"]), moment(row["at"]), Stage(row["stage"])) for row in rows)


def _sentence(file: Path, at: datetime, stage: Stage) -> str:
    if stage is Stage.PERHAPS:
        return f"Perhaps a backup of {local_time(at)}, for it was being written just then: {file}"
    return f"Backup made on {local_time(at)}: {file}"
