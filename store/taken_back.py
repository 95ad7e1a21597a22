"""What was taken back since a line of the audit log: what was read or copied at that line holds too much.

Whatever destroys something, and whatever refuses something that was granted, writes its line in the transaction in
which it is done. So the lines since then tell of everything, and the log's hash tells whose log it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from store.clock import moment
from store.database import Database
from store.kept_receipts import Cause
from store.records import Decision, Kind

TAKING_BACK = frozenset(
    {
        *("stretch struck", "note struck", "note corrected", "participant removed"),
        *(f"destroyed for {cause}" for cause in Cause),
        *(f"{kind} {decision}" for kind in Kind for decision in Decision if decision is not Decision.GRANTED),
    }
)
"""What the audit log calls whatever takes something back."""
LEAVING_LESS = TAKING_BACK | {"session annulled", "participant renamed"}
"""And what takes nothing back, but leaves less to be shown where somebody reads it."""
_ABOUT = re.compile(r"[^ ,]+")


@dataclass(frozen=True)
class TakenBack:
    """Something that was taken back: of which session (or person), what the audit log calls it, and when."""

    about: str
    what: str
    at: datetime


def taken_back(database: Database, since: int, about: str = "") -> tuple[TakenBack, ...]:
    """What was taken back after the line ``since`` of the audit log, in order; of one session, or of all.

    Of a session that was not there yet at that line nothing was.
    """
    rows = database.rows("SELECT at, action, subject FROM audit WHERE seq > ? ORDER BY seq", (since,))
    found = [
        TakenBack(_about(row["subject"]), row["action"], moment(row["at"]))
        for row in rows
        if row["action"] in TAKING_BACK and about in ("", _about(row["subject"]))
    ]
    known = {name: _was_there(database, since, name) for name in {one.about for one in found}}
    return tuple(one for one in found if known[one.about])


def _about(subject: str) -> str:
    """The session or person that a line is about: its first word."""
    named = _ABOUT.match(subject)
    return "" if named is None else named.group()


def _was_there(database: Database, since: int, about: str) -> bool:
    return database.row("SELECT 1 FROM audit WHERE seq <= ? AND subject = ?", (since, about)) is not None
