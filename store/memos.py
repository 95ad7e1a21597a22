"""What an interviewer writes after a session: one memo each, saved at every key, with its history."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from store.audit import Audit
from store.clock import minutes_between, moment, stamp
from store.database import Database, Row
from store.gate import SHUT, Gate
from store.records import Memo, MemoVersion
from store.refs import missing, number_of, ref
from store.sessions import Sessions

ALSO_WRITTEN = "--- and this was written elsewhere meanwhile; both are kept: ---"
"""Stands between two texts of a memo that were written at the same time."""


class Memos:
    """Memos, one a session; they hold what was said, so each stands behind the gate of its session."""

    def __init__(self, database: Database, audit: Audit, sessions: Sessions, gate: Gate) -> None:
        self._database = database
        self._audit = audit
        self._sessions = sessions
        self._gate = gate

    def open(self, session_id: str, prefill_text: str, now: datetime) -> Memo:
        """The memo of a session, made at the first call with what it is prefilled with."""
        with self._database.write():
            session = self._gate.session(session_id)
            if (memo := self.for_session(session.id)) is not None:
                return memo
            self._sessions.open_memo(session.id, now)
            after = minutes_between(session.stopped_at or self._sessions.last_moment(session.id), now)
            sql = "INSERT INTO memo (session, text, opened_at, saved_at, minutes_after) VALUES (?, ?, ?, ?, ?)"
            row_id = self._database.run(sql, (session.id, prefill_text, stamp(now), stamp(now), after))
            self._audit.add("memo opened", session.id, now)
        return self.get(ref("m", row_id))

    def get(self, memo_id: str) -> Memo:
        """The memo with this id; raises NotFound."""
        return _memo(self._database.rows("SELECT * FROM memo WHERE id = ?", (self._behind_the_gate(memo_id),))[0])

    def save(self, memo_id: str, text: str, now: datetime, *, over: str | None = None) -> Memo:
        """Keeps the text, and gives the memo as it stands then; the same text again writes nothing.

        ``over`` is the text that was read before it was changed. Where something else stands there by now, written by
        another program or screen, both are kept, the other one at the end. Search catches up when it is next asked.
        """
        with self._database.write():
            memo = self.get(memo_id)
            kept = text if over is None else _both(text, memo.text, over)
            sql = "UPDATE memo SET text = ?, saved_at = ?, indexed = 0 WHERE id = ? AND text <> ?"
            changed = self._database.change(sql, (kept, stamp(now), number_of("m", memo_id), kept))
        return replace(memo, text=kept, saved_at=now) if changed else memo

    def differs(self, memo_id: str, text: str) -> bool:
        """Whether something else than this text stands there by now."""
        sql = "SELECT text <> ? FROM memo WHERE id = ?"
        return bool(self._database.value(sql, (text, self._behind_the_gate(memo_id))))

    def keep_version(self, memo_id: str, now: datetime) -> int:
        """Adds the text to the history, unless it stands there as the last; gives the number of its version."""
        row_id = number_of("m", memo_id)
        with self._database.write():
            memo, kept = self.get(memo_id), self.history(memo_id)
            if kept and kept[-1].text == memo.text:
                return kept[-1].version
            version = kept[-1].version + 1 if kept else 1
            sql = "INSERT INTO memo_version (memo, version, text, kept_at) VALUES (?, ?, ?, ?)"
            self._database.run(sql, (row_id, version, memo.text, stamp(now)))
        return version

    def history(self, memo_id: str) -> tuple[MemoVersion, ...]:
        """The versions that were kept, oldest first."""
        row_id = self._behind_the_gate(memo_id)
        sql = "SELECT version, text, kept_at FROM memo_version WHERE memo = ? ORDER BY version"
        rows = self._database.rows(sql, (row_id,))
        return tuple(MemoVersion(row["version"], row["text"], moment(row["kept_at"])) for row in rows)

    def for_session(self, session_id: str) -> Memo | None:
        """The memo of a session, or None where none was begun."""
        row = self._database.row("SELECT * FROM memo WHERE session = ?", (self._gate.session(session_id).id,))
        return None if row is None else _memo(row)

    def list(self) -> tuple[Memo, ...]:
        """Every memo behind an open gate, in the order in which they were opened."""
        sql = f"SELECT memo.* FROM memo JOIN session AS s ON s.id = memo.session WHERE NOT {SHUT}"
        sql += " ORDER BY memo.opened_at, memo.id"
        return tuple(_memo(row) for row in self._database.rows(sql))

    def _behind_the_gate(self, memo_id: str) -> int:
        """The row of a memo that may be read; raises NotFound or ConsentRequired."""
        row_id = number_of("m", memo_id)
        session = self._database.value("SELECT session FROM memo WHERE id = ?", (row_id,))
        if session is None:
            raise missing("m", memo_id)
        self._gate.session(str(session))
        return row_id


def _both(text: str, there: str, over: str) -> str:
    """What is kept of a text that was written over ``over``, where ``there`` stands by now."""
    if there in (over, text):
        return text
    if text == over:
        return there
    return f"{text.rstrip()}\n\n{ALSO_WRITTEN}\n\n{there}"


def _memo(row: Row) -> Memo:
    del row["indexed"]
    stamps = {"opened_at": moment(row["opened_at"]), "saved_at": moment(row["saved_at"])}
    return Memo(**{**row, **stamps, "id": ref("m", row["id"])})
