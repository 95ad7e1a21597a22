"""Documents kept with a session, such as the signed consent form; encrypted like everything else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from guides.texts import readable
from store.audit import Audit
from store.clock import moment, stamp
from store.database import Database, Row
from store.errors import BadInput
from store.gate import Gate
from store.refs import missing, number_of, ref
from store.sessions import Sessions

LIMIT_BYTES = 50_000_000
_COLUMNS = "SELECT id, session, kind, name, length(data) AS size, added_at FROM attachment"


@dataclass(frozen=True)
class Attachment:
    """A document kept with a session, such as the signed form; ``size`` in bytes."""

    id: str
    session: str
    kind: str
    name: str
    size: int
    added_at: datetime


class Attachments:
    """Documents kept with sessions."""

    def __init__(self, database: Database, audit: Audit, sessions: Sessions, gate: Gate) -> None:
        self._database = database
        self._audit = audit
        self._sessions = sessions
        self._gate = gate

    def add(self, session_id: str, kind: str, name: str, data: bytes, now: datetime) -> Attachment:
        """Keeps a document of up to 50 MB; raises BadInput for a larger one, or an empty one.

        StateError where the session was destroyed, ConsentRequired where the person takes part no longer.
        """
        if not 0 < len(data) <= LIMIT_BYTES:
            raise BadInput(f"The document has {len(data)} bytes: attach one of 1 to {LIMIT_BYTES} bytes.")
        with self._database.write():
            session = self._gate.to_add_to(session_id)
            sql = "INSERT INTO attachment (session, kind, name, added_at, data) VALUES (?, ?, ?, ?, ?)"
            row_id = self._database.run(sql, (session.id, kind, readable(name), stamp(now), data))
            self._audit.add("attachment added", f"{session.id} {ref('a', row_id)}", now)
        return Attachment(ref("a", row_id), session.id, kind, readable(name), len(data), now)

    def list(self, session_id: str) -> tuple[Attachment, ...]:
        """What is kept with a session."""
        session = self._sessions.get(session_id)
        rows = self._database.rows(f"{_COLUMNS} WHERE session = ? ORDER BY id", (session.id,))
        return tuple(_attachment(row) for row in rows)

    def get(self, attachment_id: str) -> tuple[Attachment, bytes]:
        """A document and its bytes; raises NotFound."""
        row_id = number_of("a", attachment_id)
        row = self._database.row(f"{_COLUMNS} WHERE id = ?", (row_id,))
        if row is None:
            raise missing("a", attachment_id)
        return _attachment(row), bytes(self._database.value("SELECT data FROM attachment WHERE id = ?", (row_id,)))


def _attachment(row: Row) -> Attachment:
    return Attachment(**{**row, "id": ref("a", row["id"]), "added_at": moment(row["added_at"])})
