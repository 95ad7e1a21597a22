"""Memos: one a session, kept at every key, with their history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import NotFound, Session, Study
from store.memos import ALSO_WRITTEN


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


def test_over_what_was_read_it_is_saved_and_given_back_as_it_stands(
    study: Study, session: Session, now: datetime
) -> None:
    memo = study.memos.open(session.id, "read", now)
    later = now + timedelta(minutes=2)
    assert study.memos.save(memo.id, "read and changed", later, over="read") == study.memos.get(memo.id)
    assert study.memos.get(memo.id).text == "read and changed"
    assert study.memos.save(memo.id, "read and changed", later, over="read and changed").saved_at == later


def test_where_somebody_else_wrote_meanwhile_both_are_kept(study: Study, session: Session, now: datetime) -> None:
    memo = study.memos.open(session.id, "read", now)
    study.memos.save(memo.id, "theirs", now, over="read")
    assert study.memos.differs(memo.id, "read")
    kept = study.memos.save(memo.id, "mine", now, over="read")
    assert kept.text == f"mine\n\n{ALSO_WRITTEN}\n\ntheirs"
    assert not study.memos.differs(memo.id, kept.text)
    assert study.memos.save(memo.id, "on", now, over=kept.text).text == "on"


def test_who_changed_nothing_takes_nothing_away(study: Study, session: Session, now: datetime) -> None:
    memo = study.memos.open(session.id, "read", now)
    study.memos.save(memo.id, "theirs", now, over="read")
    assert study.memos.save(memo.id, "read", now, over="read").text == "theirs"
    assert study.memos.get(memo.id).text == "theirs"


@given(turns=st.lists(st.tuples(st.integers(0, 2), st.booleans()), max_size=12))
@settings(max_examples=25, deadline=None)
def test_nothing_that_several_write_at_once_is_lost(
    study: Study, begin: Callable[..., Session], now: datetime, turns: list[tuple[int, bool]]
) -> None:
    """Each of three adds a line to what they read last, or reads it anew."""
    memo = study.memos.open(begin(study).id, "first", now)
    read = ["first"] * 3
    for number, (who, looks) in enumerate(turns):
        if looks:
            read[who] = study.memos.get(memo.id).text
        else:
            read[who] = study.memos.save(memo.id, f"{read[who]}\nline {number}.", now, over=read[who]).text
    lines = study.memos.get(memo.id).text.splitlines()
    assert not [number for number, (_, looks) in enumerate(turns) if not looks and f"line {number}." not in lines]
