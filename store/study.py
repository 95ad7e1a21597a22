"""A study: one face over its rooms, and the only way in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from guides import Guide
from store import anew, ballast, keys, opening, patience
from store.annulment import Annulment
from store.attachments import Attachments
from store.audit import Audit
from store.backup import Backup, BackupReceipt
from store.checking import Checking
from store.chosen import Chosen
from store.clock import stamp
from store.consent import Consent
from store.count import Count
from store.database import Database
from store.destruction import Destruction, Extent
from store.dossier import Dossier, Remains, gather, remains
from store.errors import BadInput, NotNow, StudyLocked, WrongPassphrase
from store.gate import Gate
from store.glossary import Glossary
from store.handed_over import HandedOverFiles
from store.info import StudyInfo, describe
from store.kept_receipts import Receipt, Receipts
from store.lock import SessionLock
from store.log import Log
from store.losses import Losses
from store.memos import Memos
from store.participants import Participants
from store.parts import Told, untold
from store.permits import CheckPermit, Permit, Permits
from store.records import Decision, Finding, Hit, Kind, State
from store.retention import Retention
from store.search import search
from store.sessions import Sessions
from store.settings import RECOVERY_KEY, UNSEEN, Settings
from store.snapshots import Guides
from store.speakers import Speakers
from store.transcript import Transcript
from store.unreadable import Unreadables
from store.wishes import Wishes
from store.withdrawal import Withdrawal

T = TypeVar("T")


class Study(Chosen):
    """An open study. Every write is on disk before its call returns; close it, or use it in a ``with`` block."""

    def __init__(self, folder: Path, key: bytes, database: Database) -> None:
        self.folder = folder
        self._key = bytearray(key)  # so that it can be wiped
        self._database = database
        self._lock = SessionLock(folder)
        self._reading = SessionLock.for_reading(folder)
        self._settings = Settings(database)
        count = Count(folder, key)
        database.count_writes(count)
        self.audit = Audit(database)
        self._losses = Losses(database, self.audit, count)
        self.participants = Participants(database, self.audit)
        self.guides = Guides(database, self.audit, self._settings)
        self.glossary = Glossary(database, self.audit, self._settings)
        self.sessions = Sessions(database, self.audit, self.participants, self.guides)
        self.consent = Consent(database, self.audit, self.sessions)
        self.annulment = Annulment(database, self.audit, self.sessions, self.consent)
        self.handed_over = HandedOverFiles(database, self.sessions)
        self.attachments = Attachments(database, self.audit, self.sessions)
        self.gate = Gate(database, self.sessions)
        self.log = Log(database, self.sessions, self.consent, self.gate)
        self.transcript = Transcript(database, self.sessions, self.consent, self.gate)
        self.unreadable = Unreadables(database, self.sessions, self.gate)
        self.speakers = Speakers(database, self.gate, self.transcript)
        self.memos = Memos(database, self.audit, self.sessions, self.gate)
        self._permits = Permits(database, self.audit, self.sessions, self.consent, self.gate)
        self.wishes = Wishes(database, self.sessions, self._permits)
        rooms = (database, self.audit, self.sessions, self.consent, self._permits)
        self.receipts = Receipts(database, self.sessions)
        self._destruction = Destruction(database, self.audit, self.sessions, self._permits, self.receipts)
        stays = (self._destruction, self.handed_over)
        self._withdrawal = Withdrawal(self.guides, self.consent, self._permits, stays, self._reading)
        self.retention = Retention(self._settings, self.audit, *stays)
        self._checking = Checking(*rooms)

    @classmethod
    def create(
        cls, folder: Path, passphrase: str, *, name: str, guide: Guide, now: datetime, invented: bool = False
    ) -> tuple[Study, str]:
        """A new study in a new or empty folder, and its recovery key, which nobody can show again."""
        keys.refuse_empty(passphrase)
        if not name.strip():
            raise BadInput("The study has no name: give it one.")
        folder = folder.absolute()
        opening.make_folder(folder)
        key, recovery_key = keys.create(folder, passphrase)
        database = Database.create(folder / opening.DATABASE_FILE, key)
        opening.bring_up_to_date(database)
        study = cls(folder, key, database)
        with database.write():
            sql = "INSERT INTO study (id, name, created_at, invented) VALUES (1, ?, ?, ?)"
            database.run(sql, (name.strip(), stamp(now), invented))
            study.audit.add("study made", guide.sha256, now)
            study.guides.choose(guide, now)
        ballast.lay(folder)
        return study, recovery_key

    @staticmethod
    def exists(folder: Path) -> bool:
        """Whether there is a study in this folder, whole or not."""
        return opening.study_in(folder)

    @classmethod
    def open(cls, folder: Path, passphrase: str, now: datetime) -> Study:
        """Opens a study; a session left open by a process that is gone becomes interrupted.

        Raises StudyMissing, WrongPassphrase or StudyDamaged, and TooSoon where several were wrong before.
        """
        with patience.counted(folder, now):
            return cls._open(folder, "passphrase", passphrase, now)

    @classmethod
    def open_with_recovery(cls, folder: Path, recovery_key: str, now: datetime) -> Study:
        """The same with the recovery key; case, blanks and hyphens do not matter."""
        with patience.counted(folder, now):
            return cls._open(folder, "recovery", recovery_key, now)

    @classmethod
    def open_with_either(cls, folder: Path, secret: str, now: datetime) -> Study:
        """The same with a passphrase, or with what looks like a recovery key and is one."""
        with patience.counted(folder, now):
            return keys.either(secret, lambda by: cls._open(folder, by, secret, now))

    @classmethod
    def _open(cls, folder: Path, by: str, secret: str, now: datetime) -> Study:
        folder = folder.absolute()
        opening.require_study(folder)
        renewed = anew.finish(folder)
        try:
            key = keys.unlock(folder, by, secret)
        except WrongPassphrase:
            if renewed:
                raise WrongPassphrase(anew.SINCE_THEN) from None
            raise
        seen = keys.identity(folder)
        study = cls(folder, key, Database(folder / opening.DATABASE_FILE, key))
        try:
            if keys.identity(folder) != seen or anew.going_on(folder):
                raise StudyLocked(anew.GOING_ON)
            opening.bring_up_to_date(study._database)
            study._losses.look(now)
            study._tidy(now)
        except BaseException:
            study.close()
            raise
        return study

    def another(self) -> Study:
        """The same study over a connection of its own, for a worker thread: call it there, and close it."""
        key = bytes(self._key)
        return Study(self.folder, key, Database(self.folder / opening.DATABASE_FILE, key))

    def close(self) -> None:
        """Lets go of the files, of the lock and of the key; closing twice is nothing."""
        self._destruction.clean_at_the_end(self._lock)
        self._database.close()
        self._key[:] = bytes(len(self._key))
        self._lock.free()
        self._reading.free()

    def __enter__(self) -> Study:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        self.close()

    def rekey(self, secret: str, passphrase: str, now: datetime, *, recovery: bool = False) -> str | None:
        """Puts a new passphrase in place of the old; ``secret`` is the old one or the recovery key.

        The recovery key stays, unless ``recovery`` asks for a new one, which is given back: see
        ``recovery_key_shown``. Copies of the study made before still open with what opened them then.
        """
        with self._database.write():
            self.audit.add("passphrase changed", "with recovery key" if recovery else "alone", now)
            if recovery:
                self._settings.set(RECOVERY_KEY, UNSEEN, now)
            return keys.rewrap(self.folder, secret, passphrase, recovery=recovery)

    def info(self, now: datetime) -> StudyInfo:
        """The study at a glance."""
        return describe(self, self._database, now)

    def check(self) -> tuple[Finding, ...]:
        """What is wrong with the study; an interrupted session is no finding."""
        return self._checking.run(bytes(self._key), self._losses)

    def dossier(self, session_id: str) -> Dossier:
        """Everything of one session, if it may be read; raises ConsentRequired."""
        return gather(self, session_id)

    def remains(self, session_id: str) -> Remains:
        """What may be told of any session, also of one that may not be read."""
        return remains(self, session_id)

    def search(self, words: str, limit: int = 50) -> tuple[Hit, ...]:
        """Every place in transcripts, memos and jottings that holds all of these words, best first."""
        return search(self._database, words, limit)

    def lock_for_session(self) -> SessionLock:
        """Held by the process that conducts a session until released or closed; raises StudyLocked."""
        return self._lock.take()

    def lock_for_reading(self) -> SessionLock:
        """Held by the process that reads a session once more; raises StudyLocked while another one does."""
        return self._reading.take()

    @property
    def conducted(self) -> bool:
        """Whether somebody conducts a session now, or finishes one, here or in another program."""
        return self._lock.anywhere

    def back_up(self, file: Path, now: datetime, *, sound: bool = True, told: Told = untold) -> BackupReceipt:
        """One encrypted file with everything in it as it is committed now; raises StoreError, and leaves nothing then.

        ``told`` hears how many parts are done, of how many.
        """
        return Backup(self._database, self.audit, bytes(self._key)).make(file, now, sound=sound, told=told)

    def at_once(self) -> AbstractContextManager[None]:
        """What is written inside is on disk when the block is left, all of it; or, where anything fails, none."""
        return self._database.write()

    def insist(self, write: Callable[[], T]) -> T:
        """Write something; on a full disk, with the room that was kept for this moment. Raises what ``write`` does."""
        try:
            return write()
        except NotNow:
            if not ballast.drop(self.folder):
                raise
            return write()

    def permit_recording(self, session_id: str, now: datetime) -> Permit:
        """Path and key for the recorder: the only way to a key. Raises ConsentRequired, or StateError."""
        return self._permits.to_record(session_id, now)

    def permit_check(self, participant: str, decided: Mapping[Kind, Decision], now: datetime) -> CheckPermit:
        """Leave to try the microphone before a session; raises ConsentRequired, or NotFound for a stranger."""
        return self._permits.to_check(self.participants.get(participant), decided, now)

    def permit_listening(self, session_id: str) -> Permit:
        """Path and key of what was recorded. Raises ConsentRequired, or NotFound where there is nothing."""
        return self._permits.to_listen(session_id)

    def strike(
        self, session_id: str, start_ms: int, end_ms: int, now: datetime, *, sound: bool = True, notes: bool = False
    ) -> Receipt:
        """Removes the words of what overlaps, and the ``sound`` unless the recorder lives and strikes it itself.

        ``notes``: and what was typed in that stretch.
        """
        return self._withdrawal.strike(session_id, start_ms, end_ms, now, sound=sound, notes=notes)

    def strike_note(self, session_id: str, note_id: str, now: datetime) -> Receipt:
        """Removes one thing that was typed in a session, by its id (see ``log.typed``)."""
        return self._withdrawal.strike_note(session_id, note_id, now)

    def correct_note(self, session_id: str, note_id: str, text: str, now: datetime) -> None:
        """Puts other words in its place; of those before nothing is left."""
        self._withdrawal.correct_note(session_id, note_id, text, now)

    def withdraw_audio(self, session_id: str, *, transcript: bool, recorded_by: str, now: datetime) -> Receipt:
        """Records the withdrawal and destroys the recording, for a session that nobody records or plays now."""
        return self._withdrawal.withdraw(session_id, Kind.AUDIO, Extent(words=transcript), recorded_by, now)

    def withdraw_taking_part(self, session_id: str, *, notes: bool, recorded_by: str, now: datetime) -> Receipt:
        """Records that the person no longer takes part: recording and words go, ``notes``: and what was noted.

        From here on nothing of the session is shown, found or handed over.
        """
        return self._withdrawal.withdraw(session_id, Kind.TAKING_PART, Extent(notes=notes), recorded_by, now)

    def withdraw_use(self, session_id: str, kind: Kind, *, recorded_by: str, now: datetime) -> None:
        """Records that somebody takes back quoting, or being contacted again: nothing is destroyed, hand-overs say so.

        Raises ConsentRequired where that was never granted.
        """
        self._withdrawal.withdraw_use(session_id, kind, recorded_by, now)

    def destroy_recording(self, session_id: str, transcript: bool, now: datetime) -> Receipt:
        """The second half of a withdrawal, once the decision is recorded and the children are gone."""
        return self._withdrawal.destroy(session_id, now, Extent(words=transcript))

    def _tidy(self, now: datetime) -> None:
        """Unless a session is being conducted: interrupts what was left open, finishes what was withdrawn."""
        try:
            self._lock.take(patient=False)
        except StudyLocked:
            return
        try:
            for session in self.sessions.list():
                if session.state is State.OPEN:
                    self.sessions.interrupt(session.id, now)
            self._withdrawal.finish(now)
            self.retention.finish(now)
            self._destruction.clean()
            ballast.lay(self.folder)
        finally:
            self._lock.release()
