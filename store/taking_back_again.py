"""Taking back once more, in a study that was brought back from a backup, what was taken back since that was made.

Decisions are written down as they were made; what was struck, corrected or destroyed in the study at hand is so here
as well, and leaves receipts of its own.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import datetime

from store import emptying
from store.clock import moment
from store.database import Database
from store.errors import ReceiptOwed
from store.records import Decision, Kind
from store.study import Study
from store.taken_back import TakenBack

_SESSION = "SELECT destroyed_at FROM session WHERE id = ?"
_DECISIONS = "SELECT kind, decision, decided_at, form_version, recorded_by FROM decision WHERE session = ? ORDER BY id"
_STRIKES = "SELECT start_ms, end_ms FROM gap WHERE session = ? AND reason = 'strike' ORDER BY id"
_WORDS = "SELECT 1 FROM utterance WHERE session = ? AND NOT struck"
_TYPED = " UNION ALL ".join(
    f"SELECT '{letter}' || id AS id, text FROM {table} WHERE session = ?1 AND text <> ''"
    for letter, table in (("j", "jotting"), ("k", "mark"), ("c", "cue"))
)


class Again:
    """Takes back in ``study``, whose database is ``here``, what was taken back in the database ``there``."""

    def __init__(self, study: Study, here: Database, there: Database, now: datetime) -> None:
        self._study = study
        self._here, self._there = here, there
        self._now = now

    def take_back(self, since: tuple[TakenBack, ...]) -> None:
        """All of it."""
        destroyed = {one.about for one in since if one.what.startswith("destroyed for ")}
        for about in dict.fromkeys(one.about for one in since):
            if self._here.row(_SESSION, (about,)) is None:
                self._remove(about)
            else:
                self._take_back_of(about, destroyed=about in destroyed)

    def _take_back_of(self, session: str, *, destroyed: bool) -> None:
        """A session is struck and corrected before anything shuts it, unless that goes as a whole."""
        words = destroyed and self._there.row(_WORDS, (session,)) is None
        notes = destroyed and not emptying.notes_are_there(self._there, session)
        if not words:
            self._strike(session)
        if not notes:
            self._correct(session)
        newest = self._decide(session)
        if destroyed:
            with suppress(ReceiptOwed):  # it is gone, and its receipt is given as the study is next opened
                self._destroy(session, newest, words=words, notes=notes)

    def _remove(self, person: str) -> None:
        people = self._study.participants
        for one in people.list():
            if one.id == person and not people.sessions_of(one.number):
                people.remove(one.number, self._now)

    def _strike(self, session: str) -> None:
        struck, here = (Counter(self._stretches(one, session)) for one in (self._there, self._here))
        for start_ms, end_ms in struck - here:
            self._study.strike(session, start_ms, end_ms, self._now)

    def _correct(self, session: str) -> None:
        """What was typed and is gone there goes; what was corrected there is as it is there."""
        there, here = (self._typed(one, session) for one in (self._there, self._here))
        for note, text in here.items():
            if note not in there:
                self._study.strike_note(session, note, self._now)
            elif there[note] != text:
                self._study.correct_note(session, note, there[note], self._now)

    def _decide(self, session: str) -> dict[Kind, Decision]:
        """The decisions that were added since; gives those that hold now."""
        consent = self._study.consent
        for row in self._there.rows(_DECISIONS, (session,))[len(consent.history(session)) :]:
            made = (Kind(row["kind"]), Decision(row["decision"]))
            how = {name: row[name] for name in ("form_version", "recorded_by")}
            consent.decide(session, *made, **how, now=moment(row["decided_at"]))
        return consent.newest(session)

    def _destroy(self, session: str, newest: dict[Kind, Decision], *, words: bool, notes: bool) -> None:
        if newest.get(Kind.TAKING_PART) is Decision.WITHDRAWN:
            self._study.withdraw_taking_part(session, notes=notes, recorded_by="", now=self._now)
        elif newest.get(Kind.AUDIO) is Decision.WITHDRAWN:
            self._study.withdraw_audio(session, transcript=words, recorded_by="", now=self._now)
        if self._there.value(_SESSION, (session,)) is not None:
            self._study.retention.destroy_again(session, self._now)

    @staticmethod
    def _stretches(database: Database, session: str) -> list[tuple[int, int]]:
        return [(row["start_ms"], row["end_ms"]) for row in database.rows(_STRIKES, (session,))]

    @staticmethod
    def _typed(database: Database, session: str) -> dict[str, str]:
        return {row["id"]: row["text"] for row in database.rows(_TYPED, (session,))}
