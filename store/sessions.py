"""Sittings with participants, and the moves that each may make from where it stands."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

from guides.model import Guide
from store import newest_word
from store.audit import Audit
from store.clock import moment, moment_or_none, stamp
from store.database import Database, Row
from store.errors import BadInput, NotFound, StateError
from store.localtime import offset_here
from store.participants import Participants
from store.records import Mode, Session, State
from store.snapshots import Guides

MOVES: dict[State, frozenset[State]] = {
    State.OPEN: frozenset({State.STOPPED, State.INTERRUPTED, State.WITHDRAWN}),
    State.INTERRUPTED: frozenset({State.OPEN, State.STOPPED, State.WITHDRAWN}),
    State.STOPPED: frozenset({State.COMPLETE, State.WITHDRAWN}),
    State.COMPLETE: frozenset({State.WITHDRAWN}),
    State.WITHDRAWN: frozenset(),
}

_ROWS = (
    "SELECT s.*, a.annulled_at, a.reason AS annulled_reason FROM session AS s"
    " LEFT JOIN annulment AS a ON a.session = s.id"
)
_WRITTEN_AS_IT_RUNS = (
    ("cue", "made_at"),
    ("mark", "made_at"),
    ("jotting", "made_at"),
    ("pause", "paused_at"),
    ("pause", "resumed_at"),
    ("utterance", "added_at"),
    ("interruption", "went_on_at"),
)
"""Not so decisions and gaps: consent may be taken back, and a stretch be struck, long after it broke off."""


class Sessions:
    """Sittings with participants."""

    def __init__(self, database: Database, audit: Audit, participants: Participants, guides: Guides) -> None:
        self._database = database
        self._audit = audit
        self._participants = participants
        self._guides = guides

    def begin(
        self, participant: str, wave: int, *, guide_sha256: str, setting: str, others_present: str, now: datetime
    ) -> Session:
        """A new open session of notes; it becomes one of audio when audio is granted.

        Raises NotFound for a participant or guide that the study has not, BadInput for a wave that the guide has not.
        """
        with self._database.write():
            number = self._participants.get(participant).number
            if why := wave_fault(wave, self._guides.get(guide_sha256)):
                raise BadInput(why)
            session_id = self._new_id(number, wave)
            self._database.run(
                "INSERT INTO session (id, participant, wave, state, mode, guide_sha256, started_at, utc_offset_min,"
                " setting, others_present) VALUES (?, ?, ?, 'open', 'notes', ?, ?, ?, ?, ?)",
                (session_id, number, wave, guide_sha256, stamp(now), offset_here(now), setting, others_present),
            )
            self._audit.add("session begun", session_id, now)
        return self.get(session_id)

    def get(self, session_id: str) -> Session:
        """The session with this whole id; raises NotFound, which names those that may have been meant."""
        row = self._database.row(f"{_ROWS} WHERE s.id = ?", (session_id,))
        if row is not None:
            return _session(row)
        meant = self._beginning_with(session_id)
        if not meant:
            raise NotFound(f"There is no session {session_id} in this study: 'vivavoce sessions list' names them.")
        raise NotFound(f"There is no session {session_id}: give the whole id, such as {_named(meant)}.")

    def beginning_with(self, text: str) -> Session:
        """The session with this id, or the only one whose id begins so: for what reads, and nothing else."""
        meant = self._beginning_with(text)
        if any(one.id == text for one in meant) or len(meant) != 1:
            return self.get(text)
        return meant[0]

    def _beginning_with(self, text: str) -> tuple[Session, ...]:
        sql = f"{_ROWS} WHERE substr(s.id, 1, ?) = ? ORDER BY s.id"
        return tuple(_session(row) for row in self._database.rows(sql, (len(text), text))) if text else ()

    def list(self) -> tuple[Session, ...]:
        """Every session, in the order in which they were begun, whatever the clock was then: the last is the newest.

        That is the order of the rows: none is ever deleted, and rewriting the file keeps it.
        """
        return tuple(_session(row) for row in self._database.rows(f"{_ROWS} ORDER BY s.rowid"))

    def not_annulled(self) -> tuple[Session, ...]:
        """Every session that counts, in the order in which they began."""
        return tuple(one for one in self.list() if one.annulled_at is None)

    def others(self, session_id: str) -> tuple[Session, ...]:
        """What else was held with the same person, and counts."""
        session = self.get(session_id)
        return tuple(
            one for one in self.not_annulled() if one.participant == session.participant and one.id != session.id
        )

    def stop(
        self,
        session_id: str,
        now: datetime,
        *,
        recording_ms: int,
        captured_ms: int,
        dropped_frames: int,
        ended_at: datetime | None = None,
    ) -> Session:
        """The interview is over: how long it was (ms of recording, ms of captured sound) and what was lost.

        ``dropped_frames``: frames (at 16 kHz) of recording time without captured sound, of all recorders of the
        session; neither what was off the record nor what was struck.

        ``ended_at``, where that was before ``now``.
        """
        with self._database.write():
            session = self.move(session_id, State.STOPPED, now)
            ended = _not_before(session.started_at, ended_at or now, recording_ms)
            sql = "UPDATE session SET stopped_at = ?, recording_ms = ?, captured_ms = ?, dropped_frames = ?"
            values = (stamp(ended), recording_ms, captured_ms, dropped_frames, session.id)
            self._database.run(f"{sql} WHERE id = ?", values)
        return self.get(session.id)

    def last_moment(self, session_id: str) -> datetime:
        """The latest moment that is written down of a session: when one that broke off did so, as far as is known."""
        session = self.get(session_id)
        latest = (
            self._database.value(f"SELECT max({column}) FROM {table} WHERE session = ?", (session.id,))
            for table, column in _WRITTEN_AS_IT_RUNS
        )
        return max((session.started_at, *(moment(at) for at in latest if at is not None)))

    def complete(self, session_id: str, now: datetime, *, ready_after_stop_ms: int | None) -> Session:
        """The transcript is whole, ``ready_after_stop_ms`` after the stop."""
        with self._database.write():
            session = self.move(session_id, State.COMPLETE, now)
            sql = "UPDATE session SET ready_after_stop_ms = ? WHERE id = ?"
            self._database.run(sql, (ready_after_stop_ms, session.id))
        return self.get(session.id)

    def interrupt(self, session_id: str, now: datetime) -> Session:
        """The program died, or was closed, while the session ran."""
        return self.move(session_id, State.INTERRUPTED, now)

    def close_as_it_is(self, session_id: str, now: datetime) -> Session:
        """Leaves a stopped session as it is, unfinished: it is no more offered, and can be finished all the same."""
        with self._database.write():
            session = self.get(session_id)
            if session.state is not State.STOPPED:
                raise StateError(f"Session {session.id} is {session.state}: only a stopped one can be left as it is.")
            self._database.run("UPDATE session SET closed_at = ? WHERE id = ?", (stamp(now), session.id))
            self._audit.add("session closed as it is", session.id, now)
        return self.get(session.id)

    def reopen(self, session_id: str, now: datetime, *, at_ms: int) -> Session:
        """Goes on with an interrupted session; that it broke off, at ``at_ms`` of recording, is kept.

        Raises ConsentRequired where the person has refused since, in whichever sitting (``store/newest_word.py``).
        """
        with self._database.write():
            session = self.get(session_id)
            if session.state is not State.INTERRUPTED:
                raise StateError(f"Session {session.id} is {session.state}: only an interrupted one can be reopened.")
            newest_word.require(self._database, session.id)
            sql = "INSERT INTO interruption (session, at_ms, broke_off_at, went_on_at) VALUES (?, ?, ?, ?)"
            self._database.run(sql, (session.id, at_ms, stamp(self.last_moment(session.id)), stamp(now)))
            return self.move(session.id, State.OPEN, now)

    def move(self, session_id: str, to: State, now: datetime) -> Session:
        """Makes one allowed move, or raises StateError; the methods above are the moves with a meaning."""
        with self._database.write():
            session = self.get(session_id)
            if to not in MOVES[session.state]:
                raise StateError(f"Session {session.id} is {session.state} and can't become {to}.")
            self._database.run("UPDATE session SET state = ? WHERE id = ?", (to, session.id))
            self._audit.add(f"session {to}", session.id, now)
        return self.get(session.id)

    def note_machine(self, session_id: str, model: str, device: str) -> None:
        """Which model reads this session, on which device."""
        session = self.get(session_id)
        self._database.run("UPDATE session SET model = ?, device = ? WHERE id = ?", (model, device, session.id))

    def note_language(self, session_id: str, language: str) -> None:
        """In which language this session is, as a model found it: what is heard of it later is read in the same."""
        session = self.get(session_id)
        self._database.run("UPDATE session SET language = ? WHERE id = ?", (language, session.id))

    def acknowledge(self, session_id: str, seq: int, at_ms: int, captured_ms: int) -> None:
        """The recorder's receipt: chunk ``seq`` is on disk, the recording has reached ``at_ms``. The whole id only."""
        sql = "UPDATE session SET acked_seq = ?, recording_ms = ?, captured_ms = ? WHERE id = ?"
        if self._database.change(sql, (seq, at_ms, captured_ms, session_id)) != 1:
            raise NotFound(f"There is no session {session_id} in this study.")

    def _new_id(self, number: str, wave: int) -> str:
        """The next sitting of this wave; a session keeps its id when somebody is renamed, so some may be taken."""
        sql = "SELECT count(*) FROM session WHERE participant = ? AND wave = ?"
        sittings = itertools.count(self._database.value(sql, (number, wave)) + 1)
        ids = (f"{number}-w{wave}-{sitting}" for sitting in sittings)
        # no two may differ in case alone, for some systems would give their recordings one file
        taken = "SELECT 1 FROM session WHERE id = ? COLLATE NOCASE"
        return next(one for one in ids if self._database.row(taken, (one,)) is None)

    def open_memo(self, session_id: str, now: datetime) -> None:
        """Keeps when the memo pane was first opened."""
        session = self.get(session_id)
        sql = "UPDATE session SET memo_opened_at = ? WHERE id = ? AND memo_opened_at IS NULL"
        self._database.run(sql, (stamp(now), session.id))


def wave_fault(wave: int, guide: Guide) -> str:
    """Why there is no such wave in a guide, in one sentence; empty where there is.

    One beyond the guide's would give everybody a column on the board for good.
    """
    if wave < 1:
        return f"{wave} is no wave: waves are counted from 1."
    has = "1 wave" if guide.waves == 1 else f"{guide.waves} waves"
    return f"There is no wave {wave}: the study's guide has {has}." if wave > guide.waves else ""


def _named(sessions: tuple[Session, ...]) -> str:
    """The first three of them."""
    return " or ".join(one.id for one in sessions[:3])


def _not_before(began: datetime, ended: datetime, recording_ms: int) -> datetime:
    """When it ended; by what was recorded, where the clock was set back before its beginning."""
    return ended if ended >= began else began + timedelta(milliseconds=recording_ms)


def _session(row: Row) -> Session:
    return Session(
        **{
            **row,
            "state": State(row["state"]),
            "mode": Mode(row["mode"]),
            "started_at": moment(row["started_at"]),
            "stopped_at": moment_or_none(row["stopped_at"]),
            "memo_opened_at": moment_or_none(row["memo_opened_at"]),
            "destroyed_at": moment_or_none(row["destroyed_at"]),
            "closed_at": moment_or_none(row["closed_at"]),
            "annulled_at": moment_or_none(row["annulled_at"]),
        }
    )
