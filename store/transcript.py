"""What was said: a row for each stretch of speech, and every version of its words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter

from store.clock import moment, stamp
from store.consent import WITHDRAWN, Consent
from store.database import Database, Row
from store.errors import BadInput
from store.gate import Gate
from store.records import Kind, Reading, SpokenWord, Utterance, UtteranceVersion, Verbatim
from store.refs import missing, number_of, ref
from store.sessions import Sessions

BY_HAND = "by hand"
BY_VOICE = "by voice"
BY_CHANNEL = "by channel"
"""What versions are called that differ from the one before in the speaker alone."""
# A skip never counts, nor does what was undone; a follow-up that names no question belongs to the one it follows.
_NEWEST = """
    SELECT u.id, u.session, u.start_ms, u.end_ms, u.struck, coalesce(v.version, 0) AS version, v.speaker, v.confidence,
           v.voice, v.text, coalesce(v.words, '[]') AS words, coalesce(v.verbatim, 'clean') AS verbatim,
           (SELECT question FROM cue WHERE cue.session = u.session AND cue.at_ms <= u.start_ms AND cue.move <> 'skip'
            AND cue.undone_at IS NULL AND cue.question IS NOT NULL
            ORDER BY cue.at_ms DESC, cue.id DESC LIMIT 1) AS question
    FROM utterance AS u LEFT JOIN version AS v ON v.utterance = u.id
         AND v.version = (SELECT max(version) FROM version WHERE utterance = u.id)
"""
# Words by hand: a version by hand whose text is not that of the version before it, which a speaker by hand leaves.
_CORRECTED = f"""EXISTS (
    SELECT 1 FROM version AS hand LEFT JOIN version AS before
    ON before.utterance = hand.utterance AND before.version = hand.version - 1
    WHERE hand.utterance = u.id AND hand.reading = '{BY_HAND}' AND hand.text <> coalesce(before.text, ''))
"""
# By the reading ?2, the model ?3 and as verbatim as ?4 (any, if that is NULL), in the session ?1. What was parted from
# an utterance at the end of such a reading holds words of it.
_READ_SO = f"""EXISTS (
    SELECT 1 FROM version AS r WHERE r.utterance = u.id AND r.model = coalesce(?3, r.model)
    AND r.verbatim = coalesce(?4, r.verbatim)
    AND (r.reading = ?2 OR r.version = 1 AND r.reading IN ('{BY_VOICE}', '{BY_CHANNEL}') AND r.made_at >= (
        SELECT min(a.made_at) FROM version AS a JOIN utterance AS whole ON whole.id = a.utterance
        WHERE whole.session = ?1 AND a.reading = ?2 AND a.model = r.model)))
"""
_IN_TIME = "ORDER BY u.start_ms, u.id"
_kept_word = attrgetter(*(field.name for field in fields(SpokenWord)))


@dataclass(frozen=True)
class Line:
    """What an ``Utterance`` says in its newest version, and whose it is: no times of its words."""

    id: str
    start_ms: int
    text: str
    speaker: str | None
    confidence: float | None
    voice: int | None


class Transcript:
    """Utterances and the versions of their words; where the gate is shut nothing is given and nothing taken."""

    def __init__(self, database: Database, sessions: Sessions, consent: Consent, gate: Gate) -> None:
        self._database = database
        self._sessions = sessions
        self._consent = consent
        self._gate = gate

    def add_utterance(self, session_id: str, start_ms: int, end_ms: int, now: datetime) -> str:
        """The receipt for a stretch of speech, before anybody has read it; needs live consent to audio.

        A stretch that lies wholly inside a strike is struck from the start.
        """
        if not 0 <= start_ms < end_ms:
            raise BadInput(f"An utterance can't last from {start_ms} to {end_ms} ms.")
        with self._database.write():
            self._consent.require_granted(session_id, Kind.TAKING_PART, Kind.AUDIO)
            sql = "SELECT 1 FROM gap WHERE session = ? AND reason = 'strike' AND start_ms <= ? AND end_ms >= ?"
            struck = self._database.row(sql, (session_id, start_ms, end_ms)) is not None
            sql = "INSERT INTO utterance (session, start_ms, end_ms, added_at, struck) VALUES (?, ?, ?, ?, ?)"
            return ref("u", self._database.run(sql, (session_id, start_ms, end_ms, stamp(now), struck)))

    def set_text(
        self,
        utterance_id: str,
        text: str,
        words: Iterable[SpokenWord],
        *,
        speaker: str | None,
        reading: str,
        model: str,
        now: datetime,
        confidence: float | None = None,
        verbatim: Verbatim = Verbatim.CLEAN,
        voice: int | None = None,
    ) -> int:
        """Adds a version and gives its number; nothing is overwritten. ``confidence`` and ``voice`` as in a record.

        Words that come late are dropped, and the number stays as it was: for an utterance that was struck meanwhile,
        and, unless they come by hand, where words were corrected by hand or the recording was withdrawn.
        """
        with self._database.write():
            if reading == BY_HAND:
                self._gate.of_utterance(number_of("u", utterance_id))
            newest, taken = self._newest(utterance_id, reading)
            if not taken:
                return newest
            self._database.run(
                "INSERT INTO version (utterance, version, text, words, speaker, reading, model, made_at, confidence,"
                " verbatim, voice) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(number_of("u", utterance_id), newest + 1, text, kept_words(words), speaker, reading, model),
                    *(stamp(now), confidence, verbatim, voice),
                ),
            )
        return newest + 1

    def set_speaker(self, utterance_id: str, speaker: str | None, *, now: datetime, reading: str = BY_HAND) -> int:
        """A new version with the same words and another speaker; for one not read yet, NotFound."""
        history = self.history(utterance_id)
        if not history:
            raise missing("u", utterance_id)
        last = history[-1]
        if last.speaker == speaker:
            return last.version
        return self.set_text(
            utterance_id,
            last.text,
            last.words,
            speaker=speaker,
            reading=reading,
            model=last.model,
            now=now,
            verbatim=last.verbatim,
            voice=last.voice,
        )

    def get(self, utterance_id: str) -> Utterance:
        """One utterance in its newest version; raises NotFound."""
        self._gate.of_utterance(number_of("u", utterance_id))
        row = self._database.row(f"{_NEWEST} WHERE u.id = ?", (number_of("u", utterance_id),))
        if row is None:
            raise missing("u", utterance_id)
        return _utterance(row)

    def pending(self, session_id: str) -> tuple[Utterance, ...]:
        """What nobody has read yet, in time order; what was struck never will be."""
        return self._select(session_id, "AND v.version IS NULL AND NOT u.struck")

    def was_read(self, utterance_id: str, reading: str) -> bool:
        """Whether one of its versions is of this reading."""
        return any(version.reading == reading for version in self.history(utterance_id))

    def not_read(
        self, session_id: str, reading: str, model: str | None = None, verbatim: Verbatim | None = None
    ) -> tuple[Utterance, ...]:
        """What was never read in this way (by this model, so verbatim), in time order.

        What was struck never will be, nor what was corrected by hand.
        """
        unread = f"AND NOT u.struck AND NOT {_CORRECTED} AND NOT {_READ_SO}"
        return self._select(session_id, unread, reading, model, verbatim)

    def progress(self, session_id: str, reading: str, model: str, verbatim: Verbatim | None = None) -> tuple[int, int]:
        """How many utterances this model has read in this way, and out of how many that it may read."""
        session = self._gate.session(session_id)
        sql = f"""
            SELECT count(*) AS count, coalesce(sum({_READ_SO}), 0) AS read FROM utterance AS u
            WHERE u.session = ?1 AND NOT u.struck AND NOT {_CORRECTED}
        """
        row = self._database.rows(sql, (session.id, reading, model, verbatim))[0]
        return int(row["read"]), int(row["count"])

    def utterances(self, session_id: str, *, heard_only: bool = True) -> tuple[Utterance, ...]:
        """The newest version of each, in time order; ``heard_only`` leaves out what has no words."""
        return self._select(session_id, "AND coalesce(v.text, '') <> ''" if heard_only else "")

    def lines(self, session_id: str) -> tuple[Line, ...]:
        """What ``utterances`` gives, without the times of words: a sixth of its time."""
        session = self._gate.session(session_id)
        sql = f"""
            SELECT u.id, u.start_ms, v.text, v.speaker, v.confidence, v.voice
            FROM utterance AS u JOIN version AS v ON v.utterance = u.id
                 AND v.version = (SELECT max(version) FROM version WHERE utterance = u.id)
            WHERE u.session = ? AND v.text <> '' {_IN_TIME}
        """
        return tuple(Line(**{**row, "id": ref("u", row["id"])}) for row in self._database.rows(sql, (session.id,)))

    def versions(self, session_id: str) -> tuple[Reading, ...]:
        """The readings of a transcript, oldest first."""
        session = self._gate.session(session_id)
        sql = """
            SELECT v.version, v.reading, v.model, min(v.made_at) AS made_at, count(*) AS utterances
            FROM version AS v JOIN utterance AS u ON u.id = v.utterance WHERE u.session = ?
            GROUP BY v.version, v.reading, v.model ORDER BY v.version, min(v.made_at)
        """
        rows = self._database.rows(sql, (session.id,))
        return tuple(Reading(**{**row, "made_at": moment(row["made_at"])}) for row in rows)

    def history(self, utterance_id: str) -> tuple[UtteranceVersion, ...]:
        """Every version of one utterance, oldest first."""
        self._gate.of_utterance(number_of("u", utterance_id))
        columns = "version, text, words, speaker, reading, model, made_at, confidence, verbatim, voice"
        sql = f"SELECT {columns} FROM version WHERE utterance = ? ORDER BY version"
        rows = self._database.rows(sql, (number_of("u", utterance_id),))
        return tuple(
            UtteranceVersion(
                **{
                    **row,
                    "words": _read_words(row["words"]),
                    "made_at": moment(row["made_at"]),
                    "verbatim": Verbatim(row["verbatim"]),
                }
            )
            for row in rows
        )

    def end_ms(self, session_id: str) -> int:
        """Where the last utterance ends, 0 if there is none."""
        session = self._sessions.get(session_id)
        return int(self._database.value("SELECT max(end_ms) FROM utterance WHERE session = ?", (session.id,)) or 0)

    def count(self, session_id: str) -> int:
        """How many utterances have words; a figure, so it is told of every session."""
        sql = """
            SELECT count(*) FROM utterance AS u JOIN version AS v ON v.utterance = u.id
                 AND v.version = (SELECT max(version) FROM version WHERE utterance = u.id)
            WHERE u.session = ? AND v.text <> ''
        """
        return int(self._database.value(sql, (self._sessions.get(session_id).id,)))

    def _newest(self, utterance_id: str, reading: str) -> tuple[int, bool]:
        """The number of its newest version, and whether it takes another one by this reading."""
        newest = "(SELECT coalesce(max(version), 0) FROM version WHERE utterance = u.id) AS newest"
        closed = f"{_CORRECTED} OR {WITHDRAWN} AS closed_to_machines"
        sql = f"SELECT struck, {closed}, {newest} FROM utterance AS u WHERE id = ?"
        row = self._database.row(sql, (number_of("u", utterance_id),))
        if row is None:
            raise missing("u", utterance_id)
        closed_now = row["struck"] or (reading != BY_HAND and row["closed_to_machines"])
        return int(row["newest"]), not closed_now

    def _select(self, session_id: str, condition: str, *values: str | None) -> tuple[Utterance, ...]:
        session = self._gate.session(session_id)
        rows = self._database.rows(f"{_NEWEST} WHERE u.session = ?1 {condition} {_IN_TIME}", (session.id, *values))
        return tuple(_utterance(row) for row in rows)


def kept_words(words: Iterable[SpokenWord]) -> str:
    """Words as a version keeps them."""
    return json.dumps([_kept_word(word) for word in words], ensure_ascii=False, separators=(",", ":"))


def _read_words(kept: str) -> tuple[SpokenWord, ...]:
    return tuple(SpokenWord(*word) for word in json.loads(kept))


def _utterance(row: Row) -> Utterance:
    kept = {"id": ref("u", row["id"]), "words": _read_words(row["words"]), "struck": bool(row["struck"])}
    return Utterance(**{**row, **kept, "verbatim": Verbatim(row["verbatim"])})
