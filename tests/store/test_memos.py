"""Memos: one a session, kept at every key, with their history."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from store import NotFound, Session, Study


def stop(study: Study, session: Session, now: datetime) -> None:
    study.sessions.stop(session.id, now, recording_ms=1, captured_ms=1, dropped_frames=0)


def test_a_memo_remembers_how_long_after_the_interview_it_was_begun(
    study: Study, session: Session, now: datetime
) -> None:
    stop(study, session, now)
    memo = study.memos.open(session.id, "First words", now + timedelta(seconds=90))
    assert (memo.text, memo.minutes_after) == ("First words", 1.5)
    assert study.sessions.get(session.id).memo_opened_at == now + timedelta(seconds=90)


def test_opening_it_again_changes_nothing(study: Study, session: Session, now: datetime) -> None:
    memo = study.memos.open(session.id, "prefilled", now)
    study.memos.save(memo.id, "my own words", now + timedelta(minutes=1))
    again = study.memos.open(session.id, "prefilled anew", now + timedelta(days=1))
    assert (again.id, again.text, again.opened_at) == (memo.id, "my own words", now)
    assert study.memos.for_session(session.id) == again
    assert again in study.memos.list()


def test_every_save_is_kept_and_the_same_text_writes_nothing(study: Study, session: Session, now: datetime) -> None:
    memo = study.memos.open(session.id, "", now)
    later = now + timedelta(minutes=5)
    study.memos.save(memo.id, "a", later)
    study.memos.save(memo.id, "a", later + timedelta(minutes=5))
    saved = study.memos.get(memo.id)
    assert (saved.text, saved.saved_at) == ("a", later)


def test_history_holds_what_differed(study: Study, session: Session, now: datetime) -> None:
    memo = study.memos.open(session.id, "", now)
    for text in ("one", "one", "two", "one"):
        study.memos.save(memo.id, text, now)
        study.memos.keep_version(memo.id, now)
    assert [(kept.version, kept.text) for kept in study.memos.history(memo.id)] == [(1, "one"), (2, "two"), (3, "one")]


def test_an_unknown_memo_is_not_found(study: Study, session: Session, now: datetime) -> None:
    assert study.memos.for_session(session.id) is None
    with pytest.raises(NotFound):
        study.memos.save("m999", "text", now)
