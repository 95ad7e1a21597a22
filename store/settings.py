"""What is set once for a whole study: theme, notices, the interviewer's name."""

from __future__ import annotations

from datetime import datetime

from store.clock import stamp
from store.database import Database

BEING_READ = "being_read"
"""The session that whoever holds the lock for reading reads once more; it says nothing while nobody does."""
RECOVERY_KEY, UNSEEN, SEEN = "recovery_key", "unseen", "seen"
"""Whether anybody saw the newest recovery key: a program may be killed before it can show one."""


class Settings:
    """Text by key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> str | None:
        """The value, or None where nothing was set."""
        value = self._database.value("SELECT value FROM setting WHERE key = ?", (key,))
        return None if value is None else str(value)

    def set(self, key: str, value: str, now: datetime) -> None:
        """Sets or changes a value."""
        sql = "INSERT INTO setting (key, value, set_at) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE"
        self._database.run(f"{sql} SET value = excluded.value, set_at = excluded.set_at", (key, value, stamp(now)))
