"""Looking for what is wrong with a study; nothing is mended here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import TypeAlias

from store import acknowledged, ballast, belongings, keys
from store.audit import Audit
from store.consent import Consent
from store.database import Database
from store.errors import NotNow, StoreError
from store.losses import Losses
from store.opening import added_triggers, lost_triggers
from store.permits import Permits
from store.records import Decision, Finding, Kind, Looked, Session, State
from store.sealed import SealedDecisions
from store.sessions import Sessions
from store.settings import RECOVERY_KEY, UNSEEN, Settings

Check: TypeAlias = Callable[[], Iterable[Finding]]
_RESTORE = "bring the study back from a backup"
_WORDS = """
    SELECT utterance * 4 AS place, text FROM version AS v WHERE text <> ''
           AND version = (SELECT max(version) FROM version WHERE utterance = v.utterance)
    UNION ALL SELECT id * 4 + 1, text FROM memo WHERE text <> '' AND indexed
    UNION ALL SELECT id * 4 + 2, text FROM jotting WHERE text <> ''
"""
# a memo is indexed when search is next asked; until then the index knows nothing of it
_INDEXED = """
    SELECT rowid, text FROM passage WHERE rowid % 4 <> 1 OR rowid / 4 NOT IN (SELECT id FROM memo WHERE NOT indexed)
"""


class Checking:
    """The checks of a study, each of which gives its findings."""

    def __init__(
        self, database: Database, audit: Audit, sessions: Sessions, consent: Consent, permits: Permits
    ) -> None:
        self._database = database
        self._audit = audit
        self._sessions = sessions
        self._consent = consent
        self._permits = permits

    def run(self, key: bytes, losses: Losses, sealed: SealedDecisions) -> Iterator[Looked]:
        """One thing after the other, the recordings last.

        No finding comes twice; an interrupted session is none, and an open one is left alone. Nothing is written.
        """
        checks: tuple[tuple[str, Check], ...] = (
            ("the pages of the database", self._pages),
            ("tables and search index", self._inside),
            ("safeguards", self._safeguards),
            ("the audit log", self._audit.verify),
            ("what was lost", losses.findings),
            ("what was decided", sealed.findings),
            ("the keys", lambda: self._beside(key)),
            ("the files of the study", self._strangers),
        )
        told: dict[Finding, None] = {}
        for what, check in chain(checks, self._recordings()):
            found = tuple(finding for finding in dict.fromkeys(_faults(check)) if finding not in told)
            told.update(dict.fromkeys(found))
            yield Looked(what, found)

    def _pages(self) -> Iterator[Finding]:
        broken = self._database.rows("PRAGMA cipher_integrity_check")
        if broken:
            text = f"{len(broken)} pages of the study's database were changed from outside: {_RESTORE}."
            yield Finding("pages", text)

    def _inside(self) -> Iterator[Finding]:
        """Tables, and the search index: SQLite asks FTS5 to look at itself, and needs no write for it."""
        with self._as_it_stands():
            said = [str(row["integrity_check"]) for row in self._database.rows("PRAGMA integrity_check(5)")]
            strays = self._database.rows("PRAGMA foreign_key_check")
        of_the_index = [line for line in said if "fts5" in line.lower()]
        if strays or set(said) - {"ok", *of_the_index}:
            yield Finding("database", f"The database of the study is damaged: {_RESTORE}.")
        if of_the_index or not self._index_is_complete():
            mend = "open the study in a newer version, or " + _RESTORE
            yield Finding("search-index", f"The search index does not match the words of the study: {mend}.")

    def _index_is_complete(self) -> bool:
        try:
            with self._as_it_stands():
                return not self._differ()
        except NotNow:
            raise
        except StoreError:
            return False

    @contextmanager
    def _as_it_stands(self) -> Iterator[None]:
        """One moment of the database, whatever others write; FTS5 checks what it remembers, so it has to look anew."""
        self._database.run("BEGIN")
        try:
            self._database.row("SELECT rowid FROM passage LIMIT 1")
            yield
        finally:
            self._database.run("ROLLBACK")

    def _differ(self) -> bool:
        """Whether the index lacks a passage, holds one too many, or another text."""
        ways = ((_WORDS, _INDEXED), (_INDEXED, _WORDS))
        return any(self._database.row(f"SELECT * FROM ({one}) EXCEPT SELECT * FROM ({other})") for one, other in ways)

    def _safeguards(self) -> Iterator[Finding]:
        for name in lost_triggers(self._database):
            yield Finding("trigger", f"The safeguard {name} is missing from the database or was changed: {_RESTORE}.")
        for name in added_triggers(self._database):
            yield Finding("trigger", f"The trigger {name} was put into the database from outside: {_RESTORE}.")

    def _beside(self, key: bytes) -> Iterator[Finding]:
        """The files beside the database that are not databases, and whether both ways in are known."""
        folder = self._database.path.parent
        if not keys.sound(folder, key):
            text = (
                f"The file {keys.KEYS_FILE} was changed from outside, so that passphrase or recovery key may not open "
            )
            text += "the study any more: run 'vivavoce study rekey --new-recovery-key' now."
            yield Finding("keys", text)
        if Settings(self._database).get(RECOVERY_KEY) == UNSEEN:
            text = "The newest recovery key was never shown, for the program was stopped before: run "
            text += "'vivavoce study rekey --new-recovery-key' and write the one it prints down."
            yield Finding("recovery-unseen", text)
        if not ballast.sound(folder):
            text = (
                f"The file {ballast.BALLAST_FILE} changed by itself: make a backup on another disk, for this one may "
            )
            text += "be failing; then delete the file, which holds nothing."
            yield Finding("ballast", text)

    def _strangers(self) -> Iterator[Finding]:
        keyed = (f"{row['session']}.db" for row in self._database.rows("SELECT session FROM recording_key"))
        yield from belongings.strangers(self._database.path.parent, frozenset(keyed))

    def _recordings(self) -> Iterator[tuple[str, Check]]:
        """A check for each session; one that says why, where they can't even be listed."""
        try:
            yield from [(session.id, partial(self._session, session)) for session in self._sessions.list()]
        except NotNow:
            raise
        except StoreError as fault:
            found = Finding("database", str(fault))
            yield "the sessions", lambda: (found,)

    def _session(self, session: Session) -> Iterator[Finding]:
        permit = self._permits.find(session)
        if permit is None or session.state is State.OPEN:
            return
        newest = self._consent.newest(session.id)
        if Decision.WITHDRAWN in (newest.get(Kind.AUDIO), newest.get(Kind.TAKING_PART)):
            text = f"Session {session.id} was withdrawn and its recording is still there: withdraw it again."
            yield Finding("withdrawn-kept", text)
        elif permit.path.exists():
            heard_ms = self._database.value("SELECT max(end_ms) FROM utterance WHERE session = ?", (session.id,)) or 0
            for sentence in acknowledged.faults(permit, session, heard_ms):
                yield Finding("recording", f"Session {session.id}: {sentence}")
        elif (session.acked_seq or session.captured_ms) and not self._left_out(session):
            text = f"The recording of session {session.id} is missing: bring recordings/{permit.path.name} back."
            yield Finding("missing-recording", text)

    def _left_out(self, session: Session) -> bool:
        """Whether the backup that this study was restored from held no sound."""
        return self._database.row("SELECT 1 FROM left_out WHERE session = ?", (session.id,)) is not None


def _faults(check: Check) -> Iterator[Finding]:
    """What a check finds; where it comes upon a fault of the database, that too. Raises NotNow."""
    try:
        yield from check()
    except NotNow:
        raise
    except StoreError as fault:
        yield Finding("database", str(fault))
