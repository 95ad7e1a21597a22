"""How long sessions are kept: to a day for the whole study, or for so many months after each; then they are destroyed.

A session is due once the day to which it is kept has passed. Nothing is destroyed of its own accord: whoever opens the
study is told, and one call destroys what is due.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from store.audit import Audit
from store.clock import later_by_months, moment
from store.database import Database
from store.destruction import Destruction, Extent
from store.errors import BadInput, ReceiptOwed, StateError
from store.handed_over import HandedOverFiles
from store.kept_receipts import Cause, Receipt
from store.localtime import local_day
from store.records import Session, State
from store.sessions import Sessions
from store.settings import Settings

NEAR_DAYS = 90
"""From so many days before it on, a day is told as near."""
MOST_MONTHS = 1200
_SETTING = "retention"
_NO_RULE = "'{text}' says no time: give a day such as 2035-04-30, a number of months such as 120, or forever."


@dataclass(frozen=True)
class Rule:
    """Until a day, or for so many months after each session; for ever, where neither is given."""

    until: date | None = None
    months: int | None = None

    def __str__(self) -> str:
        """As it is kept, typed and shown."""
        if self.months is not None:
            return f"{self.months} months"
        return "forever" if self.until is None else self.until.isoformat()

    def day(self, session: Session) -> date | None:
        """The last day on which this session is kept."""
        if self.months is not None:
            return later_by_months(local_day(session.started_at, session.utc_offset_min), self.months)
        return self.until


@dataclass(frozen=True)
class Outlook:
    """Which sessions are due, and which will be before long."""

    due: tuple[Session, ...]
    near: tuple[Session, ...]
    next_day: date | None

    @property
    def sentence(self) -> str:
        """What to do about it, in one line; empty where there is nothing to say."""
        if self.due:
            them = "1 session is past its" if len(self.due) == 1 else f"{len(self.due)} sessions are past their"
            return f"{them} retention date: run 'vivavoce study destroy-due'."
        if self.near:
            them = "1 session reaches its" if len(self.near) == 1 else f"{len(self.near)} sessions reach their"
            return f"{them} retention date, first on {self.next_day}: 'vivavoce study destroy-due' destroys after it."
        return ""


def typed_rule(text: str, earliest: date) -> Rule:
    """As ``as_rule``, of what a person types; also raises BadInput for a day before the ``earliest``."""
    rule = as_rule(text)
    if rule.until is not None and rule.until < earliest:
        raise BadInput(f"{rule.until} is before there was this study ({earliest}): every session would be due at once.")
    return rule


def as_rule(text: str) -> Rule:
    """What is kept: a day, a number of months, or ``forever``; raises BadInput."""
    words = text.strip().lower().removesuffix("months").removesuffix("month").strip()
    if words in ("", "forever"):
        return Rule()
    if words.isascii() and words.isdigit() and 1 <= int(words) <= MOST_MONTHS:
        return Rule(months=int(words))
    try:
        return Rule(until=date.fromisoformat(words))
    except ValueError:
        raise BadInput(_NO_RULE.format(text=" ".join(text.split()))) from None


class Retention:
    """The rule, what follows from it, and the end of it."""

    def __init__(
        self, settings: Settings, audit: Audit, destruction: Destruction, handed_over: HandedOverFiles
    ) -> None:
        self._database: Database = destruction.database
        self._sessions: Sessions = destruction.sessions
        self._settings = settings
        self._audit = audit
        self._destruction = destruction
        self._handed_over = handed_over

    @property
    def rule(self) -> Rule:
        """How long sessions of this study are kept."""
        return as_rule(self._settings.get(_SETTING) or "")

    @property
    def earliest(self) -> date:
        """The first day that a rule may name: the one on which the study was made."""
        return local_day(moment(str(self._database.value("SELECT created_at FROM study"))))

    def set(self, rule: Rule, now: datetime) -> None:
        """Keeps sessions so long from now on, also those that were held before."""
        with self._database.write():
            self._settings.set(_SETTING, str(rule), now)
            self._audit.add("retention set", str(rule), now)

    def look(self, now: datetime) -> Outlook:
        """What is due, and what is near."""
        today = local_day(now)
        soon = today + timedelta(days=NEAR_DAYS)
        rule = self.rule
        there = [one for one in self._sessions.list() if one.destroyed_at is None and one.state is not State.OPEN]
        days = [(rule.day(session), session) for session in there]
        to_come = sorted(day for day, _ in days if day is not None and today <= day <= soon)
        return Outlook(
            due=tuple(session for day, session in days if day is not None and day < today),
            near=tuple(session for day, session in days if day is not None and today <= day <= soon),
            next_day=to_come[0] if to_come else None,
        )

    def destroy(self, session_id: str, now: datetime) -> Receipt:
        """Destroys everything of one session that is due: recording, words, notes, memo, forms; StateError if not due.

        What stays is that it was held, what was decided, the figures and the receipts.
        """
        session = self._sessions.get(session_id)
        if session.id not in {one.id for one in self.look(now).due}:
            raise StateError(f"Session {session.id} is not past its retention date: nothing was destroyed.")
        return self.destroy_again(session.id, now)

    def destroy_again(self, session_id: str, now: datetime) -> Receipt:
        """The same for one that was due and destroyed before, in the study that this one was restored from."""
        with self._database.write():
            self._destruction.decide(session_id, Cause.RETENTION, Extent(words=True, notes=True, papers=True))
        return self._finish(session_id, now)

    def finish(self, now: datetime) -> None:
        """Finishes what a crash cut short."""
        for session_id in self._destruction.decided(Cause.RETENTION):
            with suppress(ReceiptOwed):
                self._finish(session_id, now)

    def _finish(self, session_id: str, now: datetime) -> Receipt:
        copies = self._handed_over.sentences(session_id)
        return self._destruction.carry_out(self._sessions.get(session_id), lambda: copies, now)
