"""What participants decided, session by session; a list that is only ever added to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from store import newest_word
from store.audit import Audit
from store.clock import moment, stamp
from store.database import Database
from store.errors import ConsentRequired
from store.records import ConsentDecision, Decision, Kind, Mode, Session, State
from store.sessions import Sessions

_REFUSED = frozenset({Decision.DECLINED, Decision.WITHDRAWN})

WITHDRAWN = f"""EXISTS (
    SELECT 1 FROM decision AS d WHERE d.session = u.session AND d.kind IN ('{Kind.AUDIO}', '{Kind.TAKING_PART}')
    AND d.decision = '{Decision.WITHDRAWN}'
    AND d.id = (SELECT max(id) FROM decision WHERE session = d.session AND kind = d.kind))
"""
"""Whether no machine may add words to the utterance ``u`` any more."""


class Consent:
    """Decisions; the newest of a kind is the one that holds."""

    def __init__(self, database: Database, audit: Audit, sessions: Sessions) -> None:
        self._database = database
        self._audit = audit
        self._sessions = sessions

    def decide(
        self, session_id: str, kind: Kind, decision: Decision, *, form_version: str, recorded_by: str, now: datetime
    ) -> ConsentDecision:
        """Records a decision. In a session that is open, the one about audio also sets how it is kept from here."""
        with self._database.write():
            session = self._sessions.get(session_id)
            self._database.run(
                "INSERT INTO decision (session, kind, decision, decided_at, form_version, recorded_by)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (session.id, Kind(kind), Decision(decision), stamp(now), form_version, recorded_by),
            )
            if kind is Kind.AUDIO and session.state is State.OPEN:
                mode = Mode.AUDIO if decision is Decision.GRANTED else Mode.NOTES
                self._database.run("UPDATE session SET mode = ? WHERE id = ?", (mode, session.id))
            self._audit.add(f"{kind} {decision}", session.id, now)
        return self.history(session.id)[-1]

    def newest(self, session_id: str) -> dict[Kind, Decision]:
        """The decision that holds, for each kind that was decided."""
        session = self._sessions.get(session_id)
        rows = self._database.rows("SELECT kind, decision FROM decision WHERE session = ? ORDER BY id", (session.id,))
        return {Kind(row["kind"]): Decision(row["decision"]) for row in rows}

    def history(self, session_id: str) -> tuple[ConsentDecision, ...]:
        """Every decision, in the order in which they were recorded."""
        session = self._sessions.get(session_id)
        sql = "SELECT kind, decision, decided_at, form_version, recorded_by FROM decision WHERE session = ? ORDER BY id"
        return tuple(
            ConsentDecision(
                Kind(row["kind"]),
                Decision(row["decision"]),
                moment(row["decided_at"]),
                row["form_version"],
                row["recorded_by"],
            )
            for row in self._database.rows(sql, (session.id,))
        )

    def still_granted(self, participant: str, kind: Kind, *, but: str = "") -> tuple[Session, ...]:
        """The sessions of a person, but for one and the annulled ones, in which this kind is granted still."""
        return tuple(
            one
            for one in self._sessions.not_annulled()
            if one.participant == participant and one.id != but and self.newest(one.id).get(kind) is Decision.GRANTED
        )

    def require_granted(self, session_id: str, *kinds: Kind) -> None:
        """Raises ConsentRequired unless each of these is granted."""
        require(self.newest(session_id), *kinds)

    def require_newest_word(self, session_id: str) -> None:
        """Raises ConsentRequired where the person has refused since, in whichever sitting: it can't be recorded on."""
        newest_word.require(self._database, session_id)

    def refuse_against(self, session_id: str, *kinds: Kind) -> None:
        """Raises ConsentRequired if one of these was declined or withdrawn."""
        newest = self.newest(session_id)
        for kind in kinds:
            if newest.get(kind) in _REFUSED:
                raise ConsentRequired(f"{_said(kind)} {_fate(newest.get(kind))} in session {session_id}.")


def require(decided: Mapping[Kind, Decision], *kinds: Kind) -> None:
    """Raises ConsentRequired unless each of these kinds is granted in what was decided."""
    for kind in kinds:
        if decided.get(kind) is not Decision.GRANTED:
            raise ConsentRequired(f"{_said(kind)} {_fate(decided.get(kind))}: nothing is recorded without it.")


def _said(kind: Kind) -> str:
    return "Audio recording" if kind is Kind.AUDIO else str(kind).replace("_", " ").capitalize()


def _fate(decision: Decision | None) -> str:
    return "was not decided on" if decision is None else f"was {decision}"
