"""The people of a study: numbers, never names."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime

from guides.texts import one_spelling
from store.audit import Audit
from store.clock import moment, stamp
from store.database import Database, Row
from store.errors import BadInput, NotFound, StateError
from store.leftover import leave_mark
from store.records import Decision, Kind, Participant
from store.refs import ref

_ALL_GONE = f"""
    SELECT EXISTS (SELECT 1 FROM session WHERE participant = ?1) AND NOT EXISTS (
        SELECT 1 FROM session AS s WHERE s.participant = ?1 AND s.destroyed_at IS NULL AND coalesce(
            (SELECT decision FROM decision WHERE session = s.id AND kind = '{Kind.TAKING_PART}'
             ORDER BY id DESC LIMIT 1), '') <> '{Decision.WITHDRAWN}')
"""
"""Whether something was held with this number, and all of it is destroyed or taken back."""
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,31}")


class Participants:
    """The people of a study; the audit log calls them by an id of their own, not by what was typed as their number."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def add(self, number: str, attributes: Mapping[str, str], now: datetime) -> Participant:
        """A new participant; raises BadInput for a number that is taken or can't be one."""
        kept = json.dumps(_merged({}, attributes), ensure_ascii=False)
        with self._database.write():
            self._refuse(self.why_not(number))
            person = self._database.run("INSERT INTO person (added_at) VALUES (?)", (stamp(now),))
            sql = "INSERT INTO participant (number, attributes, added_at, person) VALUES (?, ?, ?, ?)"
            self._database.run(sql, (number, kept, stamp(now), person))
            self._audit.add("participant added", ref("p", person), now)
        return self.get(number)

    def list(self) -> tuple[Participant, ...]:
        """Everybody, in order of number."""
        return tuple(_participant(row) for row in self._database.rows("SELECT * FROM participant ORDER BY number"))

    def get(self, number: str) -> Participant:
        """The participant with this number; raises NotFound."""
        row = self._database.row("SELECT * FROM participant WHERE number = ?", (number,))
        if row is None:
            raise NotFound(f"There is no participant {number} in this study: add them first.")
        return _participant(row)

    def set(self, number: str, attributes: Mapping[str, str], now: datetime) -> Participant:
        """Adds and changes attributes; an empty value takes one away.

        Raises StateError where all that was held with them is destroyed, or they take part no longer.
        """
        with self._database.write():
            known = self.get(number)
            if self._database.value(_ALL_GONE, (known.number,)):
                raise StateError(
                    f"Of participant {known.number} all is destroyed, or they take part no longer: nothing can be "
                    "noted about them."
                )
            kept = json.dumps(_merged(known.attributes, attributes), ensure_ascii=False)
            self._database.run("UPDATE participant SET attributes = ? WHERE number = ?", (kept, known.number))
            self._audit.add("participant changed", known.id, now)
        return self.get(number)

    def rename(self, number: str, new: str, now: datetime) -> Participant:
        """Gives somebody another number; sessions stay theirs, and keep their ids. Raises BadInput, or NotFound."""
        with self._database.write():
            known = self.get(number)
            self._refuse(self.why_not(new, now_called=known.number))
            self._database.run("PRAGMA defer_foreign_keys = ON")  # until the end of this transaction
            for table, column in (("participant", "number"), ("session", "participant")):
                self._database.run(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (new, known.number))
            leave_mark(self._database)
            self._audit.add("participant renamed", known.id, now)
        return self.get(new)

    def remove(self, number: str, now: datetime) -> None:
        """Takes somebody out with what was noted about them; raises StateError where they have a session."""
        with self._database.write():
            known = self.get(number)
            if count := self.sessions_of(known.number):
                has = "a session, which stays" if count == 1 else f"{count} sessions, which stay"
                raise StateError(f"Participant {known.number} has {has}: only somebody without one can be removed.")
            self._database.run("DELETE FROM participant WHERE number = ?", (known.number,))
            leave_mark(self._database)
            self._audit.add("participant removed", known.id, now)

    def sessions_of(self, number: str) -> int:
        """How many sessions were begun with somebody, annulled ones too."""
        return int(self._database.value("SELECT count(*) FROM session WHERE participant = ?", (number,)))

    def lines_with(self, number: str) -> int:
        """How many lines of the audit log hold this number, alone or in the id of a session: they stay."""
        told = (entry.subject.partition(" ")[0].casefold() for entry in self._audit.entries())
        one = number.casefold()
        return sum(subject == one or subject.startswith(f"{one}-w") for subject in told)

    def why_not(self, number: str, *, now_called: str = "") -> str:
        """What keeps somebody from being given this number, in one sentence; empty where nothing does.

        ``now_called`` is the number that they have, where they have one.
        """
        if fault := number_fault(number):
            return fault
        taken = self._database.value("SELECT number FROM participant WHERE number = ?", (number,))
        return "" if taken in (None, now_called) else f"There is a participant {taken} already: choose another number."

    @staticmethod
    def _refuse(why: str) -> None:
        if why:
            raise BadInput(why)


def number_fault(number: str) -> str:
    """What keeps this from being a participant's number, in one sentence; empty where nothing does.

    1 to 32 letters, digits and hyphens, the first no hyphen; and, so that nobody's name slips in, with a digit.
    """
    if not _NUMBER.fullmatch(number):
        return f"“{number}” is no number: take 1 to 32 letters, digits and hyphens, no blanks."
    if not any(letter.isdigit() for letter in number):
        return f"“{number}” has no digit and may be a name: take a number, such as 50011."
    return ""


def _merged(known: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    both = {one_spelling(name): value for name, value in (*known.items(), *given.items())}
    return {name: value for name, value in both.items() if value != ""}


def _participant(row: Row) -> Participant:
    return Participant(row["number"], json.loads(row["attributes"]), moment(row["added_at"]), ref("p", row["person"]))
