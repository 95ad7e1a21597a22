"""What the study had once and has no more: looked for as it is opened, kept in it, and told by every check."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from store.audit import Audit
from store.clock import moment, stamp
from store.count import COUNT_FILE, Count, Counted
from store.database import Database, Row
from store.localtime import local_time
from store.records import Finding


class Losses:
    """Holds the study against the count beside it."""

    def __init__(self, database: Database, audit: Audit, count: Count) -> None:
        self._database = database
        self._audit = audit
        self._count = count
        self._uncounted = False
        self.news = ""
        """What ``look`` has found, as a check says it; empty where nothing was lost."""

    def look(self, now: datetime) -> None:
        """Once, as the study is opened, and before anything is written: the next write sets the count anew."""
        kept = self._count.kept()  # before the database is asked: what others write meanwhile is no loss then
        writes = int(self._database.value("SELECT writes FROM written"))
        if kept is None:
            self._uncounted = writes > 0
        elif kept.writes > writes:
            self._note("writes", kept.writes, writes, now)
        elif self._audit_is_shorter(kept):
            lines = int(self._database.value("SELECT count(*) FROM audit"))
            self._note("audit", kept.audit_seq, lines, now)

    def findings(self) -> Iterator[Finding]:
        """Every loss that was ever found, and a count that can't be read."""
        if self._uncounted:
            text = f"The file {COUNT_FILE} of the study is missing or was changed from outside: compare the newest "
            text += "sessions with a backup, for without it a log that was cut short can't be told."
            yield Finding("count", text)
        yield from map(_finding, self._database.rows("SELECT * FROM loss ORDER BY id"))

    def _audit_is_shorter(self, kept: Counted) -> bool:
        """Whether the line that was the newest is gone, or another."""
        if not kept.audit_seq:
            return False
        found = self._database.value("SELECT hash FROM audit WHERE seq = ?", (kept.audit_seq,))
        return bool(found != kept.audit_hash)

    def _note(self, kind: str, was: int, found: int, now: datetime) -> None:
        with self._database.write():
            sql = "INSERT INTO loss (found_at, kind, was, found) VALUES (?, ?, ?, ?)"
            self._database.run(sql, (stamp(now), kind, was, found))
            self._database.run("UPDATE written SET writes = max(writes, ?)", (was if kind == "writes" else 0,))
            self._audit.add("loss found", f"{kind} {was} {found}", now)
        self.news = [finding.text for finding in self.findings()][-1]


def _finding(row: Row) -> Finding:
    found = local_time(moment(str(row["found_at"])))
    if row["kind"] == "writes":
        text = f"On {found} the last {row['was'] - row['found']} writes to the study were gone: bring "
        text += "it back from a backup, or go through its newest sessions, for their last words may be missing."
        return Finding("lost-writes", text)
    text = f"On {found} the audit log, once {row['was']} lines long, no longer ended as it had: "
    text += "compare it with a backup."
    return Finding("audit-cut", text)
