"""A study at a glance."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from store.clock import moment
from store.database import Database
from store.opening import schema_of
from store.permits import RECORDINGS
from store.records import State

if TYPE_CHECKING:
    from store.study import Study


@dataclass(frozen=True)
class StudyInfo:
    """A study at a glance; ``recorded_ms`` is captured sound, ``bytes_on_disk`` everything in the folder.

    ``verbatim`` is the kind chosen for what is read from now on, ``glossary`` how many terms it holds, ``left_out`` how
    many recordings are not here because the study was restored from a backup without sound, ``retention`` how
    long sessions are kept. Sessions that were annulled are told by ``annulled`` alone.
    """

    name: str
    folder: Path
    created_at: datetime
    asked_at: datetime
    schema: int
    invented: bool
    guide_title: str
    guide_sha256: str
    participants: int
    sessions: dict[State, int]
    recorded_ms: int
    memos: int
    bytes_on_disk: int
    verbatim: str
    glossary: int
    left_out: int
    retention: str
    annulled: int


def describe(study: Study, database: Database, now: datetime) -> StudyInfo:
    """Counts and sizes; ``now`` is when it was asked."""
    sessions, guide = study.sessions.not_annulled(), study.guides.current()
    counted = {session.id for session in sessions}
    return StudyInfo(
        name=study.name,
        folder=study.folder,
        created_at=moment(str(database.value("SELECT created_at FROM study"))),
        asked_at=now,
        schema=schema_of(database),
        invented=study.invented,
        guide_title=guide.title,
        guide_sha256=guide.sha256,
        participants=len(study.participants.list()),
        sessions=dict(Counter(session.state for session in sessions)),
        recorded_ms=sum(session.captured_ms for session in sessions),
        memos=sum(memo.session in counted for memo in study.memos.list()),
        bytes_on_disk=sum(path.stat().st_size for path in study.folder.rglob("*") if path.is_file()),
        verbatim=study.verbatim.value,
        glossary=len(study.glossary.terms),
        left_out=_left_out(study, database),
        retention=str(study.retention.rule),
        annulled=len(study.sessions.list()) - len(sessions),
    )


def _left_out(study: Study, database: Database) -> int:
    sessions = (row["session"] for row in database.rows("SELECT session FROM left_out"))
    return sum(not (study.folder / RECORDINGS / f"{session}.db").exists() for session in sessions)
