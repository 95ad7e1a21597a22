"""A screen hears of whatever is taken back, by anybody, and of nothing else that would cost it its words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from store import Decision, Kind, Move, Session, Study, as_rule

Say = Callable[..., str]
Taken = Callable[[Study, str, datetime], object]


def note_of(study: Study, session: str) -> str:
    return study.log.typed(session)[0].id


TAKEN_BACK: dict[str, Taken] = {
    "a strike": lambda study, key, now: study.strike(key, 0, 1000, now, sound=False),
    "a note struck": lambda study, key, now: study.strike_note(key, note_of(study, key), now),
    "a note corrected": lambda study, key, now: study.correct_note(key, note_of(study, key), "otherwise", now),
    "audio withdrawn": lambda study, key, now: study.withdraw_audio(key, transcript=True, recorded_by="ME", now=now),
    "taking part withdrawn": lambda study, key, now: study.withdraw_taking_part(
        key, notes=True, recorded_by="ME", now=now
    ),
    "a refusal": lambda study, key, now: study.consent.decide(
        key, Kind.TAKING_PART, Decision.DECLINED, form_version="1", recorded_by="ME", now=now
    ),
    "a session annulled": lambda study, key, now: study.annulment.annul(key, "begun by mistake", now),
    "somebody removed": lambda study, _, now: study.participants.remove("59999", now),
    "somebody renamed": lambda study, _, now: study.participants.rename("59999", "59998", now),
}
ADDED: dict[str, Taken] = {
    "a memo": lambda study, key, now: study.memos.open(key, "first words", now),
    "a jotting": lambda study, key, now: study.log.jot(key, at_ms=5, text="by the window", now=now),
    "a cue": lambda study, key, now: study.log.cue(key, question=None, move=Move.FOLLOW, at_ms=7, text="why", now=now),
    "a grant": lambda study, key, now: study.consent.decide(
        key, Kind.AUDIO, Decision.GRANTED, form_version="1", recorded_by="ME", now=now
    ),
    "somebody added": lambda study, _, now: study.participants.add("59997", {}, now),
}


@pytest.fixture
def full(make_study: Callable[[], Study], begin: Callable[..., Session], say: Say, now: datetime) -> tuple[Study, str]:
    study = make_study()
    session = begin(study).id
    say(study, session, "some words")
    study.log.jot(session, at_ms=0, text="a note", now=now)
    study.participants.add("59999", {}, now)
    study.sessions.stop(session, now, recording_ms=2000, captured_ms=0, dropped_frames=0)
    return study, session


@pytest.mark.parametrize("what", TAKEN_BACK)
def test_what_is_taken_back_is_heard_of_by_whoever_has_the_study_open(
    full: tuple[Study, str], now: datetime, what: str
) -> None:
    study, session = full
    with study, study.another() as other:
        before, own = study.news.stand(), other.news.stand()
        TAKEN_BACK[what](study, session, now)
        assert study.news.stand() != before
        assert other.news.stand() != own
        assert study.news.taken_back_since(before.lines)
        assert other.news.taken_back_since(own.lines)
        assert not study.news.taken_back_since(study.news.lines())


@pytest.mark.parametrize("what", ADDED)
def test_what_is_added_takes_nothing_back(full: tuple[Study, str], now: datetime, what: str) -> None:
    study, session = full
    with study, study.another() as other:
        before = study.news.stand()
        ADDED[what](other, session, now)
        assert study.news.stand() != before
        assert not study.news.taken_back_since(before.lines)


def test_everything_that_is_destroyed_by_its_day_is_heard_of(full: tuple[Study, str], now: datetime) -> None:
    study, session = full
    with study, study.another() as other:
        before = other.news.lines()
        study.retention.set(as_rule("2026-04-01"), now)
        study.retention.destroy(session, now + timedelta(days=60))
        assert other.news.taken_back_since(before)
