"""What other programs, or other screens of this one, have done since somebody looked: two looks of some microseconds.

A screen that shows words asks here each half second, for what it shows may be taken back anywhere. The audit log says
whether something was: its line is written in the transaction that destroys, strikes, withdraws or corrects.
"""

from __future__ import annotations

from dataclasses import dataclass

from store.database import Database
from store.sealed import SealedDecisions
from store.taken_back import LEAVING_LESS


@dataclass(frozen=True)
class Stand:
    """How far a study was written at some moment.

    Lines of its audit log, what says that others wrote, and the decisions that lie sealed beside the database.
    """

    lines: int
    others: int
    sealed: frozenset[str] = frozenset()


class News:
    """Tells what has changed, and of that, whether something was taken back."""

    def __init__(self, database: Database, sealed: SealedDecisions) -> None:
        self._database, self._sealed = database, sealed

    def stand(self) -> Stand:
        """How far the study is written now. Writes of this connection count only where they stand in the log."""
        return Stand(self.lines(), int(self._database.value("PRAGMA data_version")), self._sealed.names)

    def lines(self) -> int:
        """How many lines the audit log has."""
        return int(self._database.value("SELECT coalesce(max(seq), 0) FROM audit"))

    def taken_back_since(self, lines: int) -> bool:
        """Whether anything was struck, withdrawn, destroyed or corrected since the log had so many lines."""
        rows = self._database.rows("SELECT action FROM audit WHERE seq > ?", (lines,))
        return any(row["action"] in LEAVING_LESS for row in rows)
