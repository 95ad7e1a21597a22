"""Signed forms of a session: kept from a file, and listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from store import Attachment, Study
from store.localtime import local_day
from tui import documents

SIGNED_FORM = "signed form"


def keep(study: Study, session: str, file: Path, now: datetime) -> Attachment:
    """Keeps a scan, encrypted, with this session. Raises StoreError, and OSError where it can't be read."""
    return study.attachments.add(session, SIGNED_FORM, file.name, documents.read(file), now)


def lines(kept: Sequence[Attachment]) -> tuple[str, ...]:
    """One line a form: its id, by which `consent get` gives it back, its kind, name, size and day."""
    return tuple(
        f"{one.id}  {one.kind}  {one.name}  {one.size / 1000:.0f} kB  kept on {local_day(one.added_at)}" for one in kept
    )
