"""Taking back: striking a stretch, withdrawing the recording, and withdrawing from taking part.

The order of a withdrawal is fixed: the decision is recorded, together with what is to be destroyed; whoever records
or listens is stopped; the key is deleted and the log emptied; the files are removed; unused space is written over. A
crash in between is finished when the study is next opened.

Jottings, marks and the memo are the interviewer's own: they stay. Where taking part was withdrawn they stay behind the
gate (``store/gate.py``), unless they were to go as well.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

from store import emptying
from store.clock import stamp
from store.consent import Consent
from store.destruction import Destruction, Extent
from store.errors import BadInput, ConsentRequired, NotNow, ReceiptOwed, StoreError
from store.handed_over import HandedOverFiles, others_stay
from store.holders import Holders
from store.kept_receipts import Cause, Receipt
from store.permits import Permits
from store.records import Decision, Kind, Mode, Session, State
from store.sealed import Act, SealedDecision, SealedDecisions
from store.snapshots import Guides
from transcribe import recording
from transcribe.errors import TranscribeError

NOTES_STAY = (
    "Jottings, marks, follow-up questions and the memo of this session stay, with what was quoted in them: "
    "read them through by hand."
)
NOTES_STRUCK = "Jottings, marks and follow-up questions made outside that stretch stay: read them through by hand."
NOTES_SHUT = (
    "Jottings, marks, follow-up questions and the memo of this session stay, but are shut away: nothing shows, finds "
    "or hands them over. 'vivavoce withdraw {session} --taking-part --notes' destroys them too."
)
OF_USE = (Kind.QUOTING, Kind.CONTACT)
"""What is about the use of what was said: taking it back destroys nothing."""
STILL_TO_COME = "What was taken back is kept sealed, and destroyed when the study is next opened."
FORM_STAYS = "A signed form stays, as evidence of what was agreed."


class Withdrawal:
    """Strikes and withdrawals; every method may be called again without harm."""

    def __init__(
        self,
        guides: Guides,
        consent: Consent,
        permits: Permits,
        stays: tuple[Destruction, HandedOverFiles],
        beside: tuple[Holders, SealedDecisions],
    ) -> None:
        destruction, self._handed_over = stays
        self._database, self._sessions = destruction.database, destruction.sessions
        self._guides = guides
        self._consent = consent
        self._permits = permits
        self._destruction = destruction
        self._holders, self._sealed = beside

    def strike(
        self,
        session_id: str,
        start_ms: int,
        end_ms: int,
        now: datetime,
        *,
        sound: bool,
        notes: bool = False,
        only: Collection[str] | None = None,
        traces: tuple[str, ...] | None = None,
    ) -> Receipt:
        """Removes the words of every utterance that overlaps, in all versions; ``sound``: the samples as well.

        ``notes``: also what was typed in that stretch, its first and last moment included; of it ``only`` these notes,
        where somebody typed on meanwhile. ``traces`` is what the receipt says of a recorder that has struck the sound
        itself; None where none has.
        """
        if not 0 <= start_ms < end_ms:
            raise BadInput(f"Nothing lies between {start_ms} and {end_ms} ms: give a stretch of the recording.")
        session = self._sessions.get(session_id)
        with self._database.write():
            count = self._strike_words(session.id, start_ms, end_ms, now)
            typed = self._strike_notes((session.id, start_ms, end_ms), only) if notes else []
            about = f"{session.id} {start_ms}-{end_ms} ms, {count} utterances"
            self._destruction.note("stretch struck", f"{about}, notes" if notes else about, now)
        destroyed = [*([] if notes and not count else [emptying.counted(count)]), *typed]
        if traces is not None or (sound and self._strike_sound(session, start_ms, end_ms)):
            destroyed.append(f"the sound from {start_ms} to {end_ms} ms")
        stays = NOTES_STRUCK if notes else NOTES_STAY
        return self._destruction.receipt(session, Cause.STRIKE, (destroyed, (*(traces or ()), stays)), now)

    def strike_note(self, session_id: str, note_id: str, now: datetime) -> Receipt:
        """Removes one note: a jotting, or the words of a mark or of a follow-up question. Raises NotFound."""
        session = self._sessions.get(session_id)
        with self._database.write():
            gone = emptying.typed_note(self._database, session.id, note_id)
            self._destruction.note("note struck", f"{session.id} {note_id}", now)
        return self._destruction.receipt(session, Cause.STRIKE, (gone, (NOTES_STAY,)), now)

    def correct_note(self, session_id: str, note_id: str, text: str, now: datetime) -> None:
        """Puts other words in place of a note's; of those before nothing is left. Raises NotFound or BadInput."""
        if not text.strip():
            raise BadInput("A note has no words left: strike it instead.")
        session = self._sessions.get(session_id)
        self._consent.refuse_against(session.id, Kind.TAKING_PART)
        with self._database.write():
            emptying.put_in_place(self._database, session.id, note_id, text.strip(), now)
            self._destruction.note("note corrected", f"{session.id} {note_id}", now)
        self._database.truncate_log()

    def withdraw(self, session_id: str, kind: Kind, extent: Extent, recorded_by: str, now: datetime) -> Receipt:
        """Decision and what follows from it in one transaction, then the destruction.

        For a session that nobody records or plays now. Another program that reads it once more sees the decision and
        ends its scribe before the key goes.
        """
        session = self._sessions.get(session_id)
        said = SealedDecision(Act.WITHDRAW, session.id, now, kind, extent.words, extent.notes, recorded_by=recorded_by)
        laid = self._sealed.lay_down(said)
        try:
            self._decide(session, said)
        except NotNow as fault:
            raise type(fault)(f"{fault} {STILL_TO_COME}") from fault
        self._sealed.take_away(laid)
        return self.destroy(session.id, now, extent)

    def _decide(self, session: Session, said: SealedDecision) -> None:
        """The decision and what goes with it; whoever reads the session once more has let go of it afterwards."""
        with self._database.write():
            self._destruction.decide(session.id, Cause.WITHDRAWAL, Extent(said.words, said.notes))
            anew = self._consent.newest(session.id).get(said.kind) is not Decision.WITHDRAWN
            if anew:
                self._record(session, said.kind, said.recorded_by, said.at)
        self._holders.let_go(session.id, anew=anew)

    def carry_out_sealed(self) -> None:
        """What was decided and could not be carried out; what still can't be stays for the next opening."""
        for laid, said in self._sealed.list():
            with suppress(StoreError):
                self._carry_out(self._sessions.get(said.session), said)
                self._sealed.take_away(laid)

    def _carry_out(self, session: Session, said: SealedDecision) -> None:
        if said.act is Act.STRIKE_NOTE:
            self.strike_note(session.id, said.note, said.at)
        elif said.act is Act.STRIKE:
            self.strike(session.id, said.start_ms, said.end_ms, said.at, sound=True, notes=said.notes)
        elif said.kind in OF_USE:
            self.withdraw_use(session.id, said.kind, said.recorded_by, said.at)
        else:
            self._decide(session, said)
            with suppress(ReceiptOwed):  # the note in the database is enough now
                self.destroy(session.id, said.at, Extent(said.words, said.notes))

    def withdraw_use(self, session_id: str, kind: Kind, recorded_by: str, now: datetime) -> None:
        """Records that quoting or contact is taken back, if it is granted; ConsentRequired if it never was."""
        if kind not in OF_USE:
            raise BadInput(f"Taking back {kind} destroys something: withdraw it as a whole.")
        session = self._sessions.get(session_id)
        with self._database.write():
            held = self._consent.newest(session.id).get(kind)
            if held is Decision.WITHDRAWN:
                return
            if held is not Decision.GRANTED:
                raise ConsentRequired(f"{kind.capitalize()} was {held or 'not decided on'} in session {session.id}.")
            self._record(session, kind, recorded_by, now)

    def destroy(self, session_id: str, now: datetime, extent: Extent) -> Receipt:
        """Destroys key and recording, and what else belongs to the extent; ConsentRequired before a withdrawal."""
        session = self._sessions.get(session_id)
        newest = self._consent.newest(session.id)
        gone = newest.get(Kind.TAKING_PART) is Decision.WITHDRAWN
        if not gone and newest.get(Kind.AUDIO) is not Decision.WITHDRAWN:
            raise ConsentRequired(f"Nothing was withdrawn in session {session.id}: record that decision first.")
        with self._database.write():
            extent = Extent(extent.words or gone, extent.notes, extent.papers)
            self._destruction.decide(session.id, Cause.WITHDRAWAL, extent)
            self._settle(session, gone, now)
        held = self._holders.left(session.id)
        try:
            return self._destruction.carry_out(session, lambda: (*held, *self._what_stays(session, gone)), now)
        except ReceiptOwed as owed:
            raise ReceiptOwed(" ".join((str(owed), *held))) from None

    def finish(self, now: datetime) -> None:
        """Finishes what a crash cut short: whatever is noted, and recordings whose withdrawal was recorded alone."""
        keyed = self._database.rows("SELECT session FROM recording_key ORDER BY session")
        for session_id in (*self._destruction.decided(Cause.WITHDRAWAL), *(row["session"] for row in keyed)):
            newest = self._consent.newest(session_id)
            if Decision.WITHDRAWN in (newest.get(Kind.AUDIO), newest.get(Kind.TAKING_PART)):
                with suppress(ReceiptOwed):
                    self.destroy(session_id, now, Extent())

    def _record(self, session: Session, kind: Kind, recorded_by: str, now: datetime) -> None:
        form = self._guides.get(session.guide_sha256).consent.version
        taken_back = (session.id, kind, Decision.WITHDRAWN)
        self._consent.decide(*taken_back, form_version=form, recorded_by=recorded_by, now=now)

    def _settle(self, session: Session, from_the_study: bool, now: datetime) -> None:
        """An open session goes on as one of notes, unless taking part itself was withdrawn; others are over."""
        if session.state is State.OPEN and not from_the_study:
            sql = "UPDATE session SET mode = ?, acked_seq = 0 WHERE id = ?"
            self._database.run(sql, (Mode.NOTES, session.id))
        elif session.state is not State.WITHDRAWN:
            self._sessions.move(session.id, State.WITHDRAWN, now)

    def _what_stays(self, session: Session, from_the_study: bool) -> tuple[str, ...]:
        beside = (
            *others_stay(session, self._sessions.others(session.id)),
            *self._handed_over.sentences(session.id),
        )
        if not from_the_study:
            return (NOTES_STAY, *beside)
        form = self._database.row("SELECT 1 FROM attachment WHERE session = ?", (session.id,))
        notes = emptying.notes_are_there(self._database, session.id)
        return (
            *((NOTES_SHUT.format(session=session.id),) if notes else ()),
            *((FORM_STAYS,) if form else ()),
            *beside,
        )

    def _strike_words(self, session_id: str, start_ms: int, end_ms: int, now: datetime) -> int:
        overlap = "session = ? AND start_ms < ? AND end_ms > ?"
        count = emptying.words(self._database, overlap, (session_id, end_ms, start_ms))
        emptying.words_of_what_was_parted(self._database, session_id, start_ms, end_ms)
        same = "SELECT 1 FROM gap WHERE session = ? AND start_ms = ? AND end_ms = ? AND reason = 'strike'"
        if self._database.row(same, (session_id, start_ms, end_ms)) is None:
            sql = "INSERT INTO gap (session, start_ms, end_ms, reason, made_at) VALUES (?, ?, ?, 'strike', ?)"
            self._database.run(sql, (session_id, start_ms, end_ms, stamp(now)))
        return count

    def _strike_notes(self, stretch: tuple[str, int, int], only: Collection[str] | None) -> list[str]:
        return emptying.typed(self._database, "session = ? AND at_ms BETWEEN ? AND ?", stretch, only)

    def _strike_sound(self, session: Session, start_ms: int, end_ms: int) -> bool:
        permit = self._permits.find(session)
        if permit is None or not permit.path.exists():
            return False
        try:
            recording.strike(permit.path, permit.key, start_ms, end_ms)
        except TranscribeError as fault:
            raise StoreError(f"The words were struck, the sound was not: {fault}") from fault
        return True
