"""Whose an utterance is, as far as voices tell; and utterances in which two voices speak, parted at the change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from store.clock import stamp
from store.consent import WITHDRAWN
from store.database import Database
from store.gate import Gate
from store.records import SpokenWord, Utterance
from store.refs import number_of, ref
from store.transcript import BY_CHANNEL, BY_HAND, BY_VOICE, Transcript, kept_words

INTERVIEWER = "interviewer"
PARTICIPANT = "participant"

# Whether :by may say who speaks in the utterance u: not where that is known better, what was struck or is withdrawn.
_OPEN = f"""
    NOT u.struck AND NOT {WITHDRAWN}
    AND NOT EXISTS (SELECT 1 FROM version WHERE utterance = u.id
                    AND (reading = '{BY_HAND}' OR reading = '{BY_CHANNEL}' AND :by = '{BY_VOICE}'))
"""
# A new version of the utterance :id with the same words and another speaker, if that is a change.
_LABELLED = f"""
    INSERT INTO version (utterance, version, text, words, speaker, reading, model, made_at, confidence, verbatim, voice)
    SELECT v.utterance, v.version + 1, v.text, v.words, :speaker, :by, v.model, :now, :confidence, v.verbatim, :voice
    FROM utterance AS u JOIN version AS v ON v.utterance = u.id
         AND v.version = (SELECT max(version) FROM version WHERE utterance = u.id)
    WHERE u.id = :id AND {_OPEN} AND (v.speaker IS NOT :speaker OR v.voice IS NOT :voice OR v.confidence IS NULL)
"""

# A new version of everything in the session ?1 whose speaker a voice tells and no hand by itself, which knows of no
# confidence: ?3 where it is in the voice ?2, else ?4.
_NAMED = f"""
    INSERT INTO version (utterance, version, text, words, speaker, reading, model, made_at, confidence, verbatim, voice)
    SELECT v.utterance, v.version + 1, v.text, v.words, iif(v.voice = ?2, ?3, ?4), '{BY_HAND}', v.model, ?5,
           v.confidence, v.verbatim, v.voice
    FROM utterance AS u JOIN version AS v ON v.utterance = u.id
         AND v.version = (SELECT max(version) FROM version WHERE utterance = u.id)
    WHERE u.session = ?1 AND NOT u.struck AND v.voice IS NOT NULL AND v.confidence IS NOT NULL
          AND v.speaker IS NOT iif(v.voice = ?2, ?3, ?4)
"""


# Whose the utterances of the session ?1 are of which a hand has named the voice, see above.
_NAMED_BEFORE = f"""
    SELECT u.id, v.speaker FROM utterance AS u JOIN version AS v ON v.utterance = u.id
         AND v.version = (SELECT max(version) FROM version WHERE utterance = u.id)
    WHERE u.session = ?1 AND NOT u.struck AND v.speaker IS NOT NULL AND v.reading = '{BY_HAND}'
          AND v.confidence IS NOT NULL AND v.voice IS NOT NULL
"""


class Speakers:
    """Labels by voice or by channel. What a hand has labelled stays as it is; no voice counts against a channel."""

    def __init__(self, database: Database, gate: Gate, transcript: Transcript) -> None:
        self._database, self._gate, self._transcript = database, gate, transcript

    @contextmanager
    def all_at_once(self) -> Iterator[None]:
        """Everything that is labelled or parted inside is on disk when the block is left, or nothing of it."""
        with self._database.write():
            yield

    def label(
        self,
        utterance_id: str,
        speaker: str | None,
        confidence: float,
        now: datetime,
        by: str = BY_VOICE,
        voice: int | None = None,
    ) -> bool:
        """A new version with the same words and this speaker (None: unsure); False where nothing was to change.

        ``voice`` is 1 or 2 where that is known, whosever it is.
        """
        told = {"id": number_of("u", utterance_id), "speaker": speaker, "confidence": confidence, "voice": voice}
        return self._database.change(_LABELLED, {**told, "by": by, "now": stamp(now)}) > 0

    def name(self, session_id: str, voice: int, speaker: str, now: datetime) -> int:
        """Say whose a voice (1 or 2) is: all of it is this speaker's, and the other voice the other person's.

        What a hand labelled by itself stays as it is. Gives how many utterances changed.
        """
        session = self._gate.session(session_id)
        other = INTERVIEWER if speaker == PARTICIPANT else PARTICIPANT
        return self._database.change(_NAMED, (session.id, voice, speaker, other, stamp(now)))

    def named(self, session_id: str) -> dict[str, str]:
        """Whose the utterances are of which a hand has named the voice (see ``name``)."""
        session = self._gate.session(session_id)
        return {ref("u", row["id"]): row["speaker"] for row in self._database.rows(_NAMED_BEFORE, (session.id,))}

    def split(self, utterance_id: str, at_ms: int, now: datetime, by: str = BY_VOICE) -> str | None:
        """Part an utterance at the word boundary nearest to this time; gives the id of its second part.

        None where all its words lie on one side, or where who speaks is known better. The versions before stay with the
        first part, whose time is kept as it was heard: a strike of either part takes them.
        """
        whole = self._transcript.get(utterance_id)
        number = sum((word.start_ms + word.end_ms) // 2 < at_ms for word in whole.words)
        if not self._is_open(utterance_id, by) or not 0 < number < len(whole.words):
            return None
        cut_ms = (whole.words[number - 1].end_ms + whole.words[number].start_ms) // 2
        if not whole.start_ms < cut_ms < whole.end_ms:
            return None
        with self._database.write():
            second = self._second_half(whole, cut_ms, now)
            first_text, second_text = _parted(whole.text or "", whole.words, number)
            self._add(number_of("u", whole.id), whole, first_text, whole.words[:number], by, now)
            self._add(second, whole, second_text, whole.words[number:], by, now)
        return ref("u", second)

    def _is_open(self, utterance_id: str, by: str) -> bool:
        sql = f"SELECT 1 FROM utterance AS u WHERE u.id = :id AND {_OPEN}"
        return bool(self._database.rows(sql, {"id": number_of("u", utterance_id), "by": by}))

    def _second_half(self, whole: Utterance, cut_ms: int, now: datetime) -> int:
        sql = "UPDATE utterance SET end_ms = ?, heard_end_ms = coalesce(heard_end_ms, end_ms) WHERE id = ?"
        self._database.run(sql, (cut_ms, number_of("u", whole.id)))
        sql = "INSERT INTO utterance (session, start_ms, end_ms, added_at, struck) VALUES (?, ?, ?, ?, 0)"
        return self._database.run(sql, (whole.session, cut_ms, whole.end_ms, stamp(now)))

    def _add(
        self, row: int, whole: Utterance, text: str, words: tuple[SpokenWord, ...], by: str, now: datetime
    ) -> None:
        """The next version of one part, its speaker to be told yet; ``whole`` says what it was read with."""
        last = self._transcript.history(whole.id)[-1]
        sql = "SELECT coalesce(max(version), 0) + 1 FROM version WHERE utterance = ?"
        self._database.run(
            "INSERT INTO version (utterance, version, text, words, speaker, reading, model, made_at,"
            " verbatim) VALUES (?, ?, ?, ?, NULL, ?, ?, ?, ?)",
            (
                row,
                self._database.value(sql, (row,)),
                text,
                kept_words(words),
                by,
                last.model,
                stamp(now),
                last.verbatim,
            ),
        )


def _parted(text: str, words: tuple[SpokenWord, ...], number: int) -> tuple[str, str]:
    """The text cut before the word with this number; a text that does not hold its words is told by them."""
    at = 0
    for word in words[:number]:
        at = text.find(word.text, at)
        if at < 0:
            break
        at += len(word.text)
    at = text.find(words[number].text, at) if at >= 0 else -1
    if at < 0:
        return _told(words[:number]), _told(words[number:])
    return text[:at].strip(), text[at:].strip()


def _told(words: tuple[SpokenWord, ...]) -> str:
    return " ".join(word.text for word in words)
