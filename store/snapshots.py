"""The guides that a study has used: exact copies, so that a later edit never changes the past."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from guides import Guide, parse
from store.audit import Audit
from store.clock import stamp
from store.database import Database
from store.errors import NotFound
from store.settings import Settings

_CHOSEN = "guide"


@lru_cache(maxsize=16)
def _parsed(text: str, name: str) -> Guide:
    """What a kept text says: read once, as screens ask for it with every move of a cursor."""
    return parse(text, name)


class Guides:
    """Snapshots of guides, and which one new sessions take."""

    def __init__(self, database: Database, audit: Audit, settings: Settings) -> None:
        self._database = database
        self._audit = audit
        self._settings = settings

    def keep(self, guide: Guide, now: datetime) -> str:
        """Keeps the exact text of a guide, once; gives its SHA-256."""
        with self._database.write():
            sql = "INSERT INTO guide (sha256, name, text, kept_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
            if self._database.change(sql, (guide.sha256, guide.name, guide.text, stamp(now))) > 0:
                self._audit.add("guide kept", guide.sha256, now)
        return guide.sha256

    def get(self, sha256: str) -> Guide:
        """The guide as it was kept; raises NotFound."""
        row = self._database.row("SELECT name, text FROM guide WHERE sha256 = ?", (sha256,))
        if row is None:
            raise NotFound("This study has no such guide: keep it first.")
        return _parsed(row["text"], row["name"])

    def current(self) -> Guide:
        """The guide that new sessions take."""
        return self.get(self._settings.get(_CHOSEN) or "")

    def choose(self, guide: Guide, now: datetime) -> None:
        """Keeps a guide and makes it the one that new sessions take."""
        with self._database.write():
            self._settings.set(_CHOSEN, self.keep(guide, now), now)
            self._audit.add("guide chosen", guide.sha256, now)
