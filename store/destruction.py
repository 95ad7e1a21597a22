"""Destroying what a session holds, so that it is gone from every page of the study's database and from the disk.

SQLite overwrites what is deleted, but where it moves rows from page to page it leaves copies of them in space that no
row uses. So whatever is destroyed is first overwritten where it stands and put through the log to the file, and then
the whole database is written anew, without unused space (``store/erasing.py``). That takes seconds in a large study: so
it may be left for later, and is never done while a session is conducted. A mark stands until it is done, and the
receipt is owed as long.

What was decided is noted before anything is destroyed, and the note goes with the receipt: a crash saves nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from store import backups_made, emptying
from store.audit import Audit
from store.database import Row
from store.erasing import HELD, Eraser, Wanted, always
from store.errors import NotNow, ReceiptOwed, StoreError
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
_RECORDING = "the recording"
_CARRIED_OUT = "DELETE FROM destruction WHERE session = ? AND words = ? AND notes = ? AND papers = ?"
_RUNNING = "Unused space inside the encrypted database may hold a copy until the study is next closed or opened."
_OWED = (
    "Session {session}: what was to be destroyed is gone, and nothing shows it any more. Unused space inside the "
    "encrypted database is still to be erased, and then the receipt is given: 'vivavoce sessions show {session}' "
    "prints it."
)


@dataclass(frozen=True)
class Extent:
    """What goes beside key and recording: the words of the transcript; jottings, marks and memo; forms and setting."""

    words: bool = False
    notes: bool = False
    papers: bool = False


class Destruction:
    """Carries out what was decided; may be called again without harm."""

    def __init__(self, eraser: Eraser, audit: Audit, sessions: Sessions, permits: Permits, receipts: Receipts) -> None:
        self.database, self.sessions = eraser.database, sessions
        self.erases_later = False
        """Whether unused space is left to ``clean``, and receipts are owed until then."""
        self._audit = audit
        self._permits = permits
        self._receipts = receipts
        self._eraser = eraser

    def decide(self, session_id: str, cause: Cause, extent: Extent) -> None:
        """Notes what is to be destroyed; what was noted before stays noted."""
        self.database.run(
            "INSERT INTO destruction (session, cause, words, notes, papers, destroyed) VALUES (?, ?, ?, ?, ?, '[]')"
            " ON CONFLICT (session) DO UPDATE SET words = max(words, excluded.words),"
            " notes = max(notes, excluded.notes), papers = max(papers, excluded.papers)",
            (session_id, cause, extent.words, extent.notes, extent.papers),
        )

    def decided(self, *causes: Cause) -> tuple[str, ...]:
        """The sessions of which something is still to be destroyed, or whose receipt is owed, for these reasons."""
        rows = self.database.rows("SELECT session, cause FROM destruction ORDER BY session")
        return tuple(row["session"] for row in rows if not causes or row["cause"] in causes)

    def note(self, action: str, about: str, now: datetime) -> None:
        """In the transaction that destroys something: a line in the audit log, and a mark that copies may be left."""
        self._audit.add(action, about, now)
        leave_mark(self.database)

    def carry_out(self, session: Session, stays: Callable[[], Sequence[str]], now: datetime) -> Receipt:
        """Destroys what was noted: rows, the log, files, unused space; then the note goes and the receipt stays.

        ``stays`` says, afterwards, what is not destroyed, and why. Raises ReceiptOwed where unused space has to wait.
        """
        before = self._destroyed(session.id)
        with self.database.write():
            noted, destroyed = self._empty(session, now)
            cause = Cause.WITHDRAWAL if noted is None else Cause(noted["cause"])
            said = (f"destroyed for {cause}", f"{session.id}, {len(destroyed)} kinds of things", now)
            if destroyed != before:
                self.note(*said)
            elif not destroyed:
                self._audit.add(*said)
        self.database.truncate_log()
        recording.destroy(self._permits.path(session.id))
        return self.receipt(session, cause, (destroyed, stays()), now, noted)

    def receipt(
        self,
        session: Session,
        cause: Cause,
        what: tuple[Sequence[str], Sequence[str]],
        now: datetime,
        noted: Row | None = None,
    ) -> Receipt:
        """Writes over what is left, and gives the receipt of ``what`` was destroyed and what stays.

        It is kept, but for one that says that nothing was left to destroy. Raises ReceiptOwed for what was decided on,
        where unused space has to wait; what was struck in an interview says so in its receipt. ``noted`` is what was
        carried out of the notes: it goes, unless another program has noted more since.
        """
        destroyed, stays = what
        running = session.state is State.OPEN
        traces = self._running() if running else self._later() if self.erases_later else self.clean()
        if traces and not running and noted is not None:
            raise ReceiptOwed(_OWED.format(session=session.id))
        out_of_reach = (*traces, *stays, *backups_made.sentences(self.database, session.id), COPIES, DISK)
        receipt = Receipt(session.id, now, tuple(destroyed), out_of_reach, self._audit.head(), cause)
        with self.database.write():
            if noted is not None:
                self.database.run(_CARRIED_OUT, (session.id, noted["words"], noted["notes"], noted["papers"]))
            if destroyed or not self._receipts.list(session.id):
                self._receipts.keep(receipt)
        self.database.truncate_log()
        return receipt

    @property
    def owed(self) -> bool:
        """Whether unused space is still to be erased, or a receipt to be given."""
        return self._marked or bool(self.decided())

    def clean(self, wanted: Wanted = always) -> tuple[str, ...]:
        """Writes the study anew if there may be copies in it of what was destroyed; what stays, in a sentence."""
        try:
            if self._marked:
                self._eraser.erase(wanted)
        except NotNow as fault:
            return (str(fault),)
        return () if self.database.truncate_log() else (HELD,)

    def clean_at_the_end(self, lock: SessionLock) -> None:
        """As the study is closed, unless somebody conducts a session; what fails now is done at another closing."""
        with suppress(StoreError):
            if not lock.held and self._marked:
                self.clean()

    @property
    def _marked(self) -> bool:
        return self.database.row("SELECT 1 FROM leftover") is not None

    def _later(self) -> tuple[str, ...]:
        return (_RUNNING,) if self._marked or not self.database.truncate_log() else ()

    def _running(self) -> tuple[str, ...]:
        return (_RUNNING,) if self.database.truncate_log() else (HELD,)

    def _destroyed(self, session_id: str) -> list[str]:
        """What is gone already of what was decided on."""
        kept = self.database.value("SELECT destroyed FROM destruction WHERE session = ?", (session_id,))
        return list(json.loads(kept or "[]"))

    def _empty(self, session: Session, now: datetime) -> tuple[Row | None, list[str]]:
        """Takes everything that was noted out of the tables; gives the note, and what is gone so far.

        None where another program has carried it out meanwhile, and given the receipt.
        """
        row = self.database.row("SELECT * FROM destruction WHERE session = ?", (session.id,))
        if row is None:
            return None, []
        destroyed: list[str] = json.loads(row["destroyed"])
        if self.database.change("DELETE FROM recording_key WHERE session = ?", (session.id,)):
            destroyed.append("the key of the recording")
        if row["words"]:
            destroyed += emptying.words_of_all(self.database, session.id)
        if row["notes"]:
            destroyed += emptying.notes(self.database, session.id)
        if row["papers"]:
            destroyed += emptying.papers(self.database, session, now)
        if self._permits.path(session.id).exists() and _RECORDING not in destroyed:
            destroyed.append(_RECORDING)
        sql = "UPDATE destruction SET destroyed = ? WHERE session = ?"
        self.database.run(sql, (json.dumps(destroyed), session.id))
        return row, destroyed
