"""Search over transcripts, memos and jottings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import BadInput, Hit, Session, Study

Say = Callable[..., str]


@pytest.fixture(scope="module")
def spoken(study: Study, begin: Callable[..., Session], say: Say, now: datetime) -> Session:
    session = begin(study, wave=2)
    say(study, session.id, "In the café I can cope with it slowly, you know", 1000)
    say(study, session.id, "they don't AND won't cope", 2000)
    study.log.jot(session.id, at_ms=1500, text="laughed about coping", now=now)
    memo = study.memos.open(session.id, "", now)
    study.memos.save(memo.id, "A café again: hope is a naïve word", now)
    return session


def kinds(hits: tuple[Hit, ...]) -> set[str]:
    return {hit.kind for hit in hits}


def test_a_hit_says_where_it_is(study: Study, spoken: Session) -> None:
    (hit,) = study.search("slowly")
    assert (hit.kind, hit.session, hit.participant, hit.wave, hit.at_ms) == (
        "utterance",
        spoken.id,
        spoken.participant,
        2,
        1000,
    )
    assert study.transcript.get(hit.ref).text == hit.excerpt


def test_transcripts_memos_and_jottings_are_found(study: Study, spoken: Session) -> None:
    assert kinds(study.search("cop")) == {"utterance", "jotting"}
    assert kinds(study.search("cafe")) == {"utterance", "memo"}
    assert kinds(study.search("NAIVE")) == kinds(study.search("naïve")) == {"memo"}
    assert [hit.at_ms for hit in study.search("laughed")] == [1500]


def test_all_words_must_be_there_and_only_the_last_may_be_unfinished(study: Study, spoken: Session) -> None:
    assert len(study.search("cope slow")) == 1
    assert study.search("cop slowly") == ()
    assert study.search("slowly hope") == ()


@pytest.mark.parametrize(
    "typed", ['"', "cope AND", "AND", "cope*", "(cope", "NEAR(cope", "text:cope", "-cope", "^cope", "co\0pe", "don't"]
)
def test_operators_and_quotes_are_only_words(study: Study, spoken: Session, typed: str) -> None:
    assert kinds(study.search(typed)) <= {"utterance", "jotting"}


@given(st.text(max_size=30))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_at_all_is_a_syntax_error(study: Study, spoken: Session, typed: str) -> None:
    assert all(hit.session == spoken.id for hit in study.search(typed))


def test_nothing_typed_finds_nothing_and_a_limit_holds(study: Study, spoken: Session) -> None:
    assert study.search("  ") == study.search("-- ?") == ()
    assert len(study.search("cope", limit=1)) == 1
    with pytest.raises(BadInput):
        study.search("cope", limit=0)


def test_only_the_newest_words_are_found(study: Study, spoken: Session, say: Say, now: datetime) -> None:
    utterance = say(study, spoken.id, "misheard zebra", 9000)
    study.transcript.set_text(utterance, "heard well", [], speaker=None, reading="second", model="base", now=now)
    assert study.search("zebra") == ()
    assert [hit.ref for hit in study.search("heard well")] == [utterance]
    study.transcript.set_text(utterance, "", [], speaker=None, reading="second", model="base", now=now)
    assert study.search("heard well") == ()
