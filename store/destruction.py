"""Destroying what a session holds, so that it is gone from every page of the study's database and from the disk.

SQLite overwrites what is deleted, but where it moves rows from page to page it leaves copies of them in space that no
row uses. So whatever is destroyed is first overwritten where it stands and put through the log to the file, and then
the whole database is written anew, without unused space. That takes about half a second for ten interviews and would
hold an interview up: what is destroyed while one runs leaves a mark, and the study is written anew as it is closed, or
when it is next opened.

What was decided is noted before anything is destroyed, and the note goes with the receipt: a crash saves nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from store import emptying
from store.audit import Audit
from store.database import Database
from store.errors import NotNow, StoreError
from store.kept_receipts import Cause, Receipt, Receipts
from store.leftover import leave_mark
from store.lock import SessionLock
from store.permits import Permits
from store.records import Session, State
from store.sessions import Sessions
from transcribe import recording

COPIES = "Backups and hand-overs made before hold what was in them: destroy those copies by hand."
DISK = (
    "A disk may keep old blocks (spare blocks of an SSD, wear levelling), encrypted, and swap what was once in memory, "
    "in clear: encrypt the whole disk, and wipe it when the study is over."
)
_RUNNING = "Unused space inside the encrypted database may hold a copy until the study is next closed or opened."
_HELD = "Another program is using the study, so traces inside its database stay: close it, and open the study once."


@dataclass(frozen=True)
class Extent:
    """What goes beside key and recording: the words of the transcript; jottings, marks and memo; forms and setting."""

    words: bool = False
    notes: bool = False
    papers: bool = False


class Destruction:
    """Carries out what was decided; may be called again without harm."""

    def __init__(
        self, database: Database, audit: Audit, sessions: Sessions, permits: Permits, receipts: Receipts
    ) -> None:
        self.database, self.sessions = database, sessions
        self._audit = audit
        self._permits = permits
        self._receipts = receipts

    def decide(self, session_id: str, cause: Cause, extent: Extent) -> None:
        """Notes what is to be destroyed; what was noted before stays noted."""
        self.database.run(
            "INSERT INTO destruction (session, cause, words, notes, papers, destroyed) VALUES (?, ?, ?, ?, ?, '[]')"
            " ON CONFLICT (session) DO UPDATE SET words = max(words, excluded.words),"
            " notes = max(notes, excluded.notes), papers = max(papers, excluded.papers)",
            (session_id, cause, extent.words, extent.notes, extent.papers),
        )

    def decided(self, cause: Cause) -> tuple[str, ...]:
        """The sessions of which something is still to be destroyed, for this reason."""
        rows = self.database.rows("SELECT session FROM destruction WHERE cause = ? ORDER BY session", (cause,))
        return tuple(row["session"] for row in rows)

    def note(self, action: str, about: str, now: datetime) -> None:
        """In the transaction that destroys something: a line in the audit log, and a mark that copies may be left."""
        self._audit.add(action, about, now)
        leave_mark(self.database)

    def carry_out(self, session: Session, stays: Callable[[], Sequence[str]], now: datetime) -> Receipt:
        """Destroys what was noted: rows, the log, files, unused space; then the note goes and the receipt stays.

        ``stays`` says, afterwards, what is not destroyed, and why.
        """
        with self.database.write():
            cause, destroyed = self._empty(session, now)
            self.note(f"destroyed for {cause}", f"{session.id}, {len(destroyed)} kinds of things", now)
        self.database.truncate_log()
        path = self._permits.path(session.id)
        if path.exists():
            destroyed.append("the recording")
        recording.destroy(path)
        return self.receipt(session, cause, (destroyed, stays()), now)

    def receipt(
        self, session: Session, cause: Cause, what: tuple[Sequence[str], Sequence[str]], now: datetime
    ) -> Receipt:
        """Writes over what is left, and gives the receipt of ``what`` was destroyed and what stays.

        It is kept, but for one that says that nothing was left to destroy.
        """
        destroyed, stays = what
        traces = self._running() if session.state is State.OPEN else self.clean()
        out_of_reach = (*traces, *stays, COPIES, DISK)
        receipt = Receipt(session.id, now, tuple(destroyed), out_of_reach, self._audit.head(), cause)
        with self.database.write():
            self.database.run("DELETE FROM destruction WHERE session = ?", (session.id,))
            if destroyed or not self._receipts.list(session.id):
                self._receipts.keep(receipt)
        self.database.truncate_log()
        return receipt

    @property
    def owed(self) -> bool:
        """Whether there may be copies in unused space of what was destroyed."""
        return self.database.row("SELECT 1 FROM leftover") is not None

    def clean(self) -> tuple[str, ...]:
        """Writes the study anew if there may be copies in it of what was destroyed; what stays, in a sentence."""
        if not self.owed:
            return ()
        try:
            whole = self.database.truncate_log()
            self.database.run("VACUUM")
        except NotNow:
            return (_HELD,)
        if not (self.database.truncate_log() and whole):
            return (_HELD,)
        self.database.run("DELETE FROM leftover")
        return ()

    def clean_at_the_end(self, lock: SessionLock) -> None:
        """As the study is closed, unless somebody conducts a session; what fails now is done at the next opening."""
        with suppress(StoreError):
            if not lock.held and self.owed:
                with lock.take(patient=False):
                    self.clean()

    def _running(self) -> tuple[str, ...]:
        return (_RUNNING,) if self.database.truncate_log() else (_HELD,)

    def _empty(self, session: Session, now: datetime) -> tuple[Cause, list[str]]:
        """Takes everything that was noted out of the tables; gives why, and what is gone so far."""
        row = self.database.rows("SELECT * FROM destruction WHERE session = ?", (session.id,))[0]
        destroyed: list[str] = json.loads(row["destroyed"])
        if self.database.change("DELETE FROM recording_key WHERE session = ?", (session.id,)):
            destroyed.append("the key of the recording")
        if row["words"]:
            destroyed += emptying.words_of_all(self.database, session.id)
        if row["notes"]:
            destroyed += emptying.notes(self.database, session.id)
        if row["papers"]:
            destroyed += emptying.papers(self.database, session, now)
        sql = "UPDATE destruction SET destroyed = ? WHERE session = ?"
        self.database.run(sql, (json.dumps(destroyed), session.id))
        return Cause(row["cause"]), destroyed
