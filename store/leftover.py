"""The mark that unused space inside the database may hold a copy of what was taken away: it is to be written over."""

from __future__ import annotations

from store.database import Database


def leave_mark(database: Database) -> None:
    """To be called in the transaction that takes something away; the study is written anew as it is closed."""
    database.run("INSERT INTO leftover (id) VALUES (1) ON CONFLICT DO NOTHING")
