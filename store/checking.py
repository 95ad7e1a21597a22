"""Looking for what is wrong with a study; nothing is mended here."""

from __future__ import annotations

from collections.abc import Iterator

from store.audit import Audit
from store.consent import Consent
from store.database import Database
from store.errors import StoreError
from store.opening import lost_triggers
from store.permits import Permits
from store.records import Decision, Finding, Kind, Session, State
from store.search import index_memos
from store.sessions import Sessions
from transcribe import recording
from transcribe.errors import TranscribeError

_RESTORE = "bring the study back from a backup"
_EXPECTED_PASSAGES = """
    SELECT (SELECT count(*) FROM version AS v WHERE text <> ''
            AND version = (SELECT max(version) FROM version WHERE utterance = v.utterance))
         + (SELECT count(*) FROM memo WHERE text <> '') + (SELECT count(*) FROM jotting WHERE text <> '')
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

    def run(self) -> tuple[Finding, ...]:
        """Every finding; an interrupted session is none, and an open one is left alone."""
        return (
            *self._pages(),
            *self._search_index(),
            *self._safeguards(),
            *self._audit.verify(),
            *self._strangers(),
            *(finding for session in self._sessions.list() for finding in self._session(session)),
        )

    def _pages(self) -> Iterator[Finding]:
        try:
            quick = self._database.value("PRAGMA quick_check(1)")
            broken = self._database.rows("PRAGMA cipher_integrity_check")
        except StoreError as fault:
            yield Finding("database", str(fault))
            return
        if quick != "ok":
            yield Finding("database", f"The database of the study is damaged: {_RESTORE}.")
        if broken:
            yield Finding(
                "pages", f"{len(broken)} pages of the study's database were changed from outside: {_RESTORE}."
            )

    def _search_index(self) -> Iterator[Finding]:
        mend = "open the study in a newer version, or " + _RESTORE
        try:
            index_memos(self._database)
            self._database.run("INSERT INTO passage (passage) VALUES ('integrity-check')")
            complete = self._database.value(_EXPECTED_PASSAGES) == self._database.value("SELECT count(*) FROM passage")
        except StoreError:
            complete = False
        if not complete:
            yield Finding("search-index", f"The search index does not match the words of the study: {mend}.")

    def _safeguards(self) -> Iterator[Finding]:
        for name in lost_triggers(self._database):
            yield Finding("trigger", f"The safeguard {name} is missing from the database or was changed: {_RESTORE}.")

    def _strangers(self) -> Iterator[Finding]:
        """Files among the recordings that belong to no session with a key."""
        keyed = {f"{row['session']}.db" for row in self._database.rows("SELECT session FROM recording_key")}
        folder = self._permits.path("any").parent
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.name.removesuffix("-wal").removesuffix("-shm") not in keyed:
                text = f"The file recordings/{path.name} belongs to no recording and can't be opened: delete it."
                yield Finding("orphan-recording", text)

    def _session(self, session: Session) -> Iterator[Finding]:
        permit = self._permits.find(session)
        if permit is None or session.state is State.OPEN:
            return
        newest = self._consent.newest(session.id)
        if Decision.WITHDRAWN in (newest.get(Kind.AUDIO), newest.get(Kind.TAKING_PART)):
            text = f"Session {session.id} was withdrawn and its recording is still there: withdraw it again."
            yield Finding("withdrawn-kept", text)
        elif permit.path.exists():
            try:
                faults = recording.check(permit.path, permit.key, session.acked_seq)
            except TranscribeError as fault:
                faults = (str(fault),)
            for sentence in faults:
                yield Finding("recording", f"Session {session.id}: {sentence}")
        elif session.acked_seq or session.captured_ms:
            text = f"The recording of session {session.id} is missing: bring recordings/{permit.path.name} back."
            yield Finding("missing-recording", text)
