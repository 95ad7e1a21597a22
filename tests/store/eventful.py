"""Sessions in which everything happened that can happen, made through the store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from store import Decision, Kind, Move, Session, SpokenWord, Study

FOLLOW_UP = "Who was with you then?"
SAID_FIRST = ("So that was in spring,", "and I was alone with it", "for most of the year.")


def everything(study: Study, session: Session, record: Callable[..., Path], now: datetime) -> Session:
    """An audio session: asked, back, skipped, followed, marked, noted, off the record, interrupted, struck, unread."""
    first, second, third, fourth = _questions(study)[:4]
    record(study, session.id)
    study.sessions.note_machine(session.id, "tiny.en", "cpu")
    _cue(study, session, now, first, Move.ASK, 0)
    _say(study, session, "How did it begin?", 1_000, "interviewer")
    for place, words in enumerate(SAID_FIRST):
        _say(study, session, words, 3_000 + place * 2_000, "participant")
    study.log.mark(session.id, at_ms=4_000, text="spring", now=now + timedelta(seconds=4))
    study.log.jot(session.id, at_ms=5_000, text="looks away", now=now + timedelta(seconds=5))
    _cue(study, session, now, first, Move.FOLLOW, 10_000, FOLLOW_UP)
    _say(study, session, "My sister was.", 11_000, "participant")
    study.log.pause(session.id, 13_000, now + timedelta(seconds=13))
    study.log.jot(session.id, at_ms=13_000, text="a name", off_record=True, now=now + timedelta(seconds=15))
    study.log.mark(session.id, at_ms=13_000, text=None, off_record=True, now=now + timedelta(seconds=16))
    study.log.resume(session.id, now + timedelta(minutes=4))
    _cue(study, session, now, second, Move.ASK, 14_000)  # and nobody says a word under it
    _cue(study, session, now, third, Move.SKIP, 15_000)
    _cue(study, session, now, first, Move.BACK, 16_000)
    _say(study, session, "It comes back, you know.", 22_000, None, voice=1)
    _say(study, session, "Does it?", 24_000, None, voice=2)
    study.log.gap(session.id, 26_000, 28_000, "stall", now)
    study.sessions.interrupt(session.id, now + timedelta(minutes=5))
    study.sessions.reopen(session.id, now + timedelta(minutes=9), at_ms=30_000)
    _cue(study, session, now, fourth, Move.ASK, 31_000)
    _say(study, session, "what must not stay", 32_000, "participant")
    study.strike(session.id, 31_500, 33_500, now + timedelta(minutes=10), sound=False)
    study.transcript.add_utterance(session.id, 36_000, 38_000, now)
    return _stop(study, session, now, 40_000)


def in_notes(study: Study, session: Session, now: datetime) -> Session:
    """A session of notes: each belongs under the question that it answers."""
    first, second = _questions(study)[:2]
    _cue(study, session, now, first, Move.ASK, 0)
    study.log.jot(session.id, at_ms=2_000, text="began in spring", now=now + timedelta(seconds=2))
    _cue(study, session, now, second, Move.ASK, 9_000)
    study.log.jot(session.id, at_ms=9_000, text="hope is a plant", now=now + timedelta(seconds=12))
    study.log.mark(session.id, at_ms=10_000, text="strong", now=now + timedelta(seconds=13))
    return _stop(study, session, now, 20_000)


def taken_back_midway(study: Study, session: Session, record: Callable[..., Path], now: datetime) -> Session:
    """Audio was withdrawn while it lasted: the words stay, and it goes on in notes."""
    (first,) = _questions(study)[:1]
    record(study, session.id)
    _cue(study, session, now, first, Move.ASK, 0)
    _say(study, session, "Before I took it back.", 1_000, "participant")
    study.withdraw_audio(session.id, transcript=False, recorded_by="ME", now=now + timedelta(seconds=9))
    study.log.jot(session.id, at_ms=9_000, text="goes on more freely", now=now + timedelta(seconds=10))
    return _stop(study, session, now, 12_000)


def _questions(study: Study) -> list[str]:
    return [one.id for one in study.guides.current().for_wave(1)]


def _cue(
    study: Study, session: Session, now: datetime, question: str, move: Move, at_ms: int, text: str | None = None
) -> None:
    when = now + timedelta(milliseconds=at_ms)
    study.log.cue(session.id, question=question, move=move, at_ms=at_ms, text=text, now=when)


def _say(study: Study, session: Session, text: str, at_ms: int, speaker: str | None, voice: int | None = None) -> None:
    when = session.started_at
    row = study.transcript.add_utterance(session.id, at_ms, at_ms + 1_500, when)
    each = 1_500 // len(text.split())
    words = [
        SpokenWord(at_ms + n * each, at_ms + (n + 1) * each, f" {word}", 0.9) for n, word in enumerate(text.split())
    ]
    study.transcript.set_text(row, text, words, speaker=speaker, voice=voice, reading="live", model="tiny.en", now=when)


def _stop(study: Study, session: Session, now: datetime, length_ms: int) -> Session:
    study.consent.decide(
        session.id, Kind.CONTACT, Decision.WITHDRAWN, form_version="2", recorded_by="ME", now=now + timedelta(days=1)
    )
    return study.sessions.stop(
        session.id, now + timedelta(minutes=12), recording_ms=length_ms, captured_ms=length_ms - 2000, dropped_frames=0
    )
