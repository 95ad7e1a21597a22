"""Receipts of what was destroyed, kept for good: what, when, what is out of reach, and how far the audit log went."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from store.clock import moment, stamp
from store.database import Database, Row
from store.sessions import Sessions


class Cause(StrEnum):
    """Why something was destroyed."""

    STRIKE = "strike"
    WITHDRAWAL = "withdrawal"
    RETENTION = "retention"


@dataclass(frozen=True)
class Receipt:
    """What was destroyed, and what can't be reached; ``audit_head`` stands for the audit log as it was then."""

    session: str
    at: datetime
    destroyed: tuple[str, ...]
    out_of_reach: tuple[str, ...]
    audit_head: str
    cause: Cause = Cause.WITHDRAWAL


class Receipts:
    """A list that is only ever added to; no receipt holds a word that was said or written."""

    def __init__(self, database: Database, sessions: Sessions) -> None:
        self._database = database
        self._sessions = sessions

    def keep(self, receipt: Receipt) -> Receipt:
        """Adds one; gives it back."""
        destroyed, out_of_reach = (json.dumps(lines) for lines in (receipt.destroyed, receipt.out_of_reach))
        sql = "INSERT INTO receipt (session, cause, at, destroyed, out_of_reach, audit_head) VALUES (?, ?, ?, ?, ?, ?)"
        kept = (receipt.session, receipt.cause, stamp(receipt.at), destroyed, out_of_reach, receipt.audit_head)
        self._database.run(sql, kept)
        return receipt

    def list(self, session_id: str) -> tuple[Receipt, ...]:
        """Those of one session, oldest first."""
        session = self._sessions.get(session_id)
        sql = (
            "SELECT session, cause, at, destroyed, out_of_reach, audit_head FROM receipt WHERE session = ? ORDER BY id"
        )
        return tuple(_receipt(row) for row in self._database.rows(sql, (session.id,)))


def _receipt(row: Row) -> Receipt:
    lists = {name: tuple(json.loads(row[name])) for name in ("destroyed", "out_of_reach")}
    return Receipt(**{**row, **lists, "at": moment(row["at"]), "cause": Cause(row["cause"])})
