"""The people of a study: numbers, never names."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime

from store.audit import Audit
from store.clock import moment, stamp
from store.database import Database, Row
from store.errors import BadInput, NotFound
from store.records import Participant

_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,31}")


class Participants:
    """The people of a study."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def add(self, number: str, attributes: Mapping[str, str], now: datetime) -> Participant:
        """A new participant; raises BadInput for a number that is taken or can't be one."""
        if not _NUMBER.fullmatch(number):
            raise BadInput(f"'{number}' is no participant number: take 1 to 32 letters, digits and hyphens.")
        kept = json.dumps(_merged({}, attributes), ensure_ascii=False)
        with self._database.write():
            if self._database.row("SELECT 1 FROM participant WHERE number = ?", (number,)):
                raise BadInput(f"There is a participant {number} already: choose another number.")
            sql = "INSERT INTO participant (number, attributes, added_at) VALUES (?, ?, ?)"
            self._database.run(sql, (number, kept, stamp(now)))
            self._audit.add("participant added", number, now)
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
        """Adds and changes attributes; an empty value takes one away."""
        with self._database.write():
            known = self.get(number)
            kept = json.dumps(_merged(known.attributes, attributes), ensure_ascii=False)
            self._database.run("UPDATE participant SET attributes = ? WHERE number = ?", (kept, known.number))
            self._audit.add("participant changed", known.number, now)
        return self.get(number)


def _merged(known: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in {**known, **given}.items() if value != ""}


def _participant(row: Row) -> Participant:
    return Participant(row["number"], json.loads(row["attributes"]), moment(row["added_at"]))
