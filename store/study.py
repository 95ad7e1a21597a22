"""A study: one face over its rooms, and the only way in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from guides import Guide
from store import anew, ballast, foreign_log, keys, opening, patience
from store.annulment import Annulment
from store.attachments import Attachments
from store.audit import Audit
from store.backup import Backup, BackupReceipt
from store.checking import Checking
from store.chosen import Chosen
from store.clock import stamp
from store.consent import Consent
from store.count import Count
from store.database import BUSY_MS, Database
from store.destruction import Destruction, Extent
from store.dossier import Dossier, Remains, gather, remains
from store.erasing import CONDUCTED, ERASING_FILE, Eraser, Wanted, always
from store.errors import BadInput, NotNow, StudyLocked, WrongPassphrase
from store.gate import Gate
from store.glossary import Glossary
from store.handed_over import HandedOverFiles
from store.holders import Holders
from store.info import StudyInfo, describe
from store.kept_receipts import Receipt, Receipts
from store.lock import SessionLock
from store.log import Log
from store.losses import Losses
from store.memos import Memos
from store.news import News
from store.participants import Participants
from store.parts import Told, untold
from store.permits import CheckPermit, Permit, Permits
from store.records import Decision, Finding, Hit, Kind, Looked, State
from store.retention import Retention
from store.sealed import SealedDecision, SealedDecisions
from store.search import search
from store.sessions import Sessions
from store.settings import BEING_READ, RECOVERY_KEY, UNSEEN, Settings
from store.snapshots import Guides
from store.speakers import Speakers
from store.taken_back import TakenBack, taken_back
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
        database.call_before_writing(folder / ERASING_FILE)
        self.audit = Audit(database)
        self._losses = Losses(database, self.audit, count)
        self.participants = Participants(database, self.audit)
        self.guides = Guides(database, self.audit, self._settings)
        self.glossary = Glossary(database, self.audit, self._settings)
        self.sessions = Sessions(database, self.audit, self.participants, self.guides)
        self.consent = Consent(database, self.audit, self.sessions)
        self.annulment = Annulment(database, self.audit, self.sessions, self.consent)
        self.handed_over = HandedOverFiles(database, self.sessions)
        self._sealed = SealedDecisions(folder, key)
        self.gate = Gate(database, self.sessions, self._sealed)
        self.attachments = Attachments(database, self.audit, self.sessions, self.gate)
        self.log = Log(database, self.sessions, self.consent, self.gate)
        self.transcript = Transcript(database, self.sessions, self.consent, self.gate)
        self.unreadable = Unreadables(database, self.sessions, self.gate)
        self.speakers = Speakers(database, self.gate, self.transcript)
        self.memos = Memos(database, self.audit, self.sessions, self.gate)
        self.news = News(database, self._sealed)
        self._permits = Permits(database, self.audit, self.sessions, self.consent, self.gate)
        self.wishes = Wishes(database, self.sessions, self._permits)
        rooms = (database, self.audit, self.sessions, self.consent, self._permits)
        self.receipts = Receipts(database, self.sessions)
        self._eraser = Eraser(database, lambda: bytes(self._key), lambda: self.conducted)
        self._destruction = Destruction(self._eraser, self.audit, self.sessions, self._permits, self.receipts)
        stays = (self._destruction, self.handed_over)
        held = Holders(self._permits, self._settings, self._reading)
        self._withdrawal = Withdrawal(self.guides, self.consent, self._permits, stays, (held, self._sealed))
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
        with patience.counted(folder):
            return cls._open(folder, "passphrase", passphrase, now)

    @classmethod
    def open_with_recovery(cls, folder: Path, recovery_key: str, now: datetime) -> Study:
        """The same with the recovery key; case, blanks and hyphens do not matter."""
        with patience.counted(folder):
            return cls._open(folder, "recovery", recovery_key, now)

    @classmethod
    def open_with_either(cls, folder: Path, secret: str, now: datetime) -> Study:
        """The same with a passphrase, or with what looks like a recovery key and is one."""
        with patience.counted(folder):
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
        database = folder / opening.DATABASE_FILE
        foreign_log.refuse(database, key)
        study = cls(folder, key, Database(database, key))
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
        """The same study over a connection of its own, for a worker thread: call it there, and close it.

        What is destroyed by it is not erased by itself, neither at once nor as it is closed: see ``erase``.
        """
        key = bytes(self._key)
        other = Study(self.folder, key, Database(self.folder / opening.DATABASE_FILE, key))
        other.erase_later()
        return other

    def close(self) -> None:
        """Lets go of the files, of the lock and of the key; closing twice is nothing.

        What is still to be erased is erased before, unless somebody conducts a session, or ``erase_later`` was called.
        """
        if not self._destruction.erases_later:
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

    @property
    def lost(self) -> str:
        """What this opening found to be gone that was there before, in a sentence; empty where nothing is."""
        return self._losses.news

    def check(self) -> tuple[Finding, ...]:
        """What is wrong with the study; an interrupted session is no finding. Nobody waits for it: it only reads."""
        return tuple(finding for looked in self.checks() for finding in looked.found)

    def checks(self) -> Iterator[Looked]:
        """The same, each thing as it was looked at."""
        return self._checking.run(bytes(self._key), self._losses, self._sealed)

    def interrupt(self) -> None:
        """Breaks off what another thread just asks of this study, which raises GaveWay there."""
        self._database.interrupt()

    def dossier(self, session_id: str) -> Dossier:
        """Everything of one session, if it may be read; raises ConsentRequired."""
        return gather(self, session_id)

    def taken_back_since(self, since: int, session_id: str = "") -> tuple[TakenBack, ...]:
        """What was destroyed or refused, of one session or of all, after so many lines of the audit log.

        And what is laid down to be so, for it is as good as done.
        """
        laid = (one for _, one in self._sealed.list() if session_id in ("", one.session))
        return (
            *taken_back(self._database, since, session_id),
            *(TakenBack(one.session, f"{one.act} laid down", one.at) for one in laid),
        )

    def remains(self, session_id: str) -> Remains:
        """What may be told of any session, also of one that may not be read."""
        return remains(self, session_id)

    def search(self, words: str, limit: int = 50) -> tuple[Hit, ...]:
        """Every place in transcripts, memos and jottings that holds all of these words, best first."""
        return tuple(hit for hit in search(self._database, words, limit) if not self.gate.is_sealed(hit.session))

    def lock_for_session(self, *, patient: bool = True) -> SessionLock:
        """Held by the process that conducts a session until released or closed; raises StudyLocked.

        Whoever is ``patient`` waits half a second for others that hold it only to look. Whoever erases what was
        destroyed stops at once.
        """
        taken = self._lock.take(patient=patient)
        self._database.call()
        return taken

    def lock_for_reading(self) -> SessionLock:
        """Held by the process that reads a session once more; raises StudyLocked at once while another one does."""
        return self._reading.take(patient=False)

    def look_after_locks(self) -> str:
        """Lays the files of the locks held here anew where they were taken away; a sentence where another has one."""
        return self._lock.look_after() or self._reading.look_after()

    def note_reading(self, session_id: str, now: datetime) -> None:
        """Whoever holds that lock says of which session: a withdrawal of it waits for them, and says so if in vain."""
        self._settings.set(BEING_READ, session_id, now)

    @property
    def conducted(self) -> bool:
        """Whether somebody conducts a session now, or finishes one, here or in another program."""
        return self._lock.anywhere

    def back_up(self, file: Path, now: datetime, *, sound: bool = True, told: Told = untold) -> BackupReceipt:
        """One encrypted file with everything in it as it is committed now; raises StoreError, and leaves nothing then.

        ``told`` hears how many parts are done, of how many.
        """
        self._sealed.refuse_any()
        return Backup(self._database, self.audit, bytes(self._key), self.taken_back_since).make(
            file, now, sound=sound, told=told
        )

    def at_once(self) -> AbstractContextManager[None]:
        """What is written inside is on disk when the block is left, all of it; or, where anything fails, none."""
        return self._database.write()

    def wait_for_others(self, ms: int = BUSY_MS) -> None:
        """How long a write waits for another program's from now on (5 s), until it raises StudyLocked."""
        self._database.wait_for_others(ms)

    def insist(self, write: Callable[[], T]) -> T:
        """Write something; on a full disk, with the room that was kept for this moment. Raises what ``write`` does."""
        try:
            return write()
        except NotNow:
            if not ballast.drop(self.folder):
                raise
            return write()

    def seal(self, decision: SealedDecision) -> Path:
        """Lays a participant's decision down, so that it is carried out whatever comes next; gives its file.

        Whoever has carried it out takes it away (``unseal``). Raises NotNow where even that can't be written.
        """
        return self._sealed.lay_down(decision)

    def unseal(self, laid: Path) -> None:
        """It is carried out."""
        self._sealed.take_away(laid)

    def permit_recording(self, session_id: str, now: datetime) -> Permit:
        """Path and key for the recorder: the only way to a key. Raises ConsentRequired, or StateError."""
        return self._permits.to_record(session_id, now)

    def prepare_recording(self, session_id: str, now: datetime) -> None:
        """Writes the key of a recording already, so that whoever begins it has to wait for no other program."""
        self._permits.prepare(session_id, now)

    def permit_check(self, participant: str, decided: Mapping[Kind, Decision], now: datetime) -> CheckPermit:
        """Leave to try the microphone before a session; raises ConsentRequired, or NotFound for a stranger."""
        return self._permits.to_check(self.participants.get(participant), decided, now)

    def permit_listening(self, session_id: str) -> Permit:
        """Path and key of what was recorded. Raises ConsentRequired, or NotFound where there is nothing."""
        return self._permits.to_listen(session_id)

    def strike(
        self,
        session_id: str,
        start_ms: int,
        end_ms: int,
        now: datetime,
        *,
        sound: bool = True,
        notes: bool = False,
        only: Collection[str] | None = None,
        traces: tuple[str, ...] | None = None,
    ) -> Receipt:
        """Removes the words of what overlaps, and the ``sound`` unless the recorder lives and strikes it itself.

        ``notes``: and what was typed in that stretch, of it ``only`` these, by their ids. ``traces``: where the
        recorder struck the sound, what it could not reach, in sentences.
        """
        return self._withdrawal.strike(
            session_id, start_ms, end_ms, now, sound=sound, notes=notes, only=only, traces=traces
        )

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

    # --- unused space -------------------------------------------------------------------------------------------------

    def erase_later(self) -> None:
        """From now on what is destroyed raises ReceiptOwed where unused space is to be erased: ``erase`` does it."""
        self._destruction.erases_later = True

    @property
    def erasing_owed(self) -> bool:
        """Whether unused space is still to be erased after something was destroyed, or a receipt to be given."""
        return self._destruction.owed

    def receipt_owed(self, session_id: str) -> bool:
        """Whether something of this session was destroyed, or is to be, whose receipt is still to be given."""
        return session_id in self._destruction.decided()

    def erase(self, now: datetime, wanted: Wanted = always) -> tuple[str, ...]:
        """Erases unused space, then gives each receipt that is owed, and the sessions that have one now.

        It takes seconds in a large study. Whoever wants to write meanwhile, or begins a session, does not wait: then
        NotNow is raised, as it is where a session is conducted, somebody else holds it up, or it is not ``wanted`` any
        more. It can be called again.
        """
        if self.conducted:
            raise NotNow(CONDUCTED)
        if stays := self._destruction.clean(wanted):
            raise NotNow(stays[0])
        owed = self._destruction.decided()
        self._finish(now)
        still = self._destruction.decided()
        return tuple(session for session in owed if session not in still)

    def _finish(self, now: datetime) -> None:
        """What was decided and not carried out to the end; receipts wait until unused space is erased."""
        self._withdrawal.finish(now)
        self.retention.finish(now)

    def _tidy(self, now: datetime) -> None:
        """Unless a session is being conducted: interrupts what was left open, finishes what was withdrawn.

        Unused space is not erased here, so that nobody has to wait for it.
        """
        try:
            self._lock.take(patient=False)
        except StudyLocked:
            return
        try:
            for session in self.sessions.list():
                if session.state is State.OPEN:
                    self.sessions.interrupt(session.id, now)
            later, self._destruction.erases_later = self._destruction.erases_later, True
            self._withdrawal.carry_out_sealed()
            self._finish(now)
            self._destruction.erases_later = later
            self._eraser.tidy()
            ballast.lay(self.folder)
        finally:
            self._lock.release()
