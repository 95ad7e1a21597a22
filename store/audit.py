"""The audit log: what happened to which thing, in a chain in which every line carries the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from store.clock import moment, stamp
from store.database import Database
from store.records import AuditEntry, Finding

START = "0" * 64


class Audit:
    """Lines are added by the rooms of the study, and never hold a word that was said or written."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, action: str, subject: str, now: datetime) -> None:
        """One line: an action ("session stopped") and the ids, kinds and counts that it is about."""
        with self._database.write():
            last = self._database.row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
            seq, before = (last["seq"] + 1, last["hash"]) if last else (1, START)
            at = stamp(now)
            line = (seq, at, action, subject, _chained(before, seq, at, (action, subject)))
            self._database.run("INSERT INTO audit (seq, at, action, subject, hash) VALUES (?, ?, ?, ?, ?)", line)

    def entries(self) -> tuple[AuditEntry, ...]:
        """Every line, in order."""
        rows = self._database.rows("SELECT seq, at, action, subject, hash FROM audit ORDER BY seq")
        return tuple(AuditEntry(**{**row, "at": moment(row["at"])}) for row in rows)

    def length(self) -> int:
        """How many lines there are: the number of the last one."""
        return int(self._database.value("SELECT max(seq) FROM audit") or 0)

    def head(self) -> str:
        """The hash of the last line: it stands for the whole log up to here."""
        return str(self._database.value("SELECT hash FROM audit ORDER BY seq DESC LIMIT 1") or START)

    def verify(self) -> tuple[Finding, ...]:
        """The first line that does not follow from the one before, if there is one."""
        before = START
        for place, entry in enumerate(self.entries(), start=1):
            expected = _chained(before, entry.seq, stamp(entry.at), (entry.action, entry.subject))
            if entry.seq != place or entry.hash != expected:
                text = f"The audit log was changed at line {place}: compare it with a backup."
                return (Finding("audit-chain", text),)
            before = entry.hash
        return ()


def _chained(before: str, seq: int, at: str, what: tuple[str, str]) -> str:
    """SHA-256 over the hash before and the line as JSON, ASCII, no spaces."""
    line = json.dumps([seq, at, *what], separators=(",", ":"))
    return hashlib.sha256(f"{before}{line}".encode("ascii")).hexdigest()
