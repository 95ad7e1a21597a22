"""What a model could not read is known of each utterance, until somebody reads it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from store import Session, SpokenWord, Study
from store.handover import as_json
from store.handover.facts import facts
from store.handover.wording import legend
from tui.widgets.passages import What, passages


@pytest.fixture
def session(study: Study, begin: Callable[..., Session]) -> Session:
    return begin(study)


def an_utterance(study: Study, session: Session, at_ms: int, now: datetime) -> str:
    return study.transcript.add_utterance(session.id, at_ms, at_ms + 2_500, now)


def test_it_is_named_with_its_time_in_every_hand_over(study: Study, session: Session, now: datetime) -> None:
    first, second = (an_utterance(study, session, at_ms, now) for at_ms in (1_000, 65_000))

    study.unreadable.note(second, "tiny.en", now)

    dossier = study.dossier(session.id)
    assert "Could not be transcribed, so it is missing: 00:01:05 to 00:01:07" in facts(dossier)
    assert "Not finished: stretches of speech that nobody has transcribed yet: 1." in legend(dossier)
    told: Any = as_json.as_dict(dossier)
    assert told["unread"] == 2
    assert told["unreadable"] == [{"id": second, "start": 65.0, "end": 67.5, "model": "tiny.en"}]
    assert first != second


def test_where_nothing_could_be_read_no_silence_is_claimed(study: Study, session: Session, now: datetime) -> None:
    for at_ms, text in ((1_000, "Well"), (10_000, ""), (20_000, "Yes")):
        key = an_utterance(study, session, at_ms, now)
        if text:
            word = SpokenWord(at_ms, at_ms + 2_500, text, 1.0)
            study.transcript.set_text(key, text, [word], speaker=None, reading="live", model="m", now=now)
        else:
            study.unreadable.note(key, "tiny.en", now)

    dossier = study.dossier(session.id)
    assert as_json.as_dict(dossier)["silences"] == []
    assert [one.text for one in passages(dossier) if one.what in (What.GAP, What.SILENCE)] == [
        "could not be transcribed, 2 s"
    ]


def test_two_tries_of_one_model_are_enough_and_another_may_try(study: Study, session: Session, now: datetime) -> None:
    key = an_utterance(study, session, 1_000, now)

    assert study.unreadable.note(key, "tiny.en", now) == 1
    assert study.unreadable.given_up(session.id, "tiny.en") == frozenset()
    assert study.unreadable.note(key, "tiny.en", now + timedelta(days=1)) == 2

    assert study.unreadable.given_up(session.id, "tiny.en") == {key}
    assert study.unreadable.given_up(session.id, "base") == frozenset()


def test_what_was_read_or_struck_after_all_is_no_longer_named(study: Study, session: Session, now: datetime) -> None:
    read, struck = (an_utterance(study, session, at_ms, now) for at_ms in (1_000, 65_000))
    for key in (read, struck):
        study.unreadable.note(key, "tiny.en", now)

    study.transcript.set_text(read, "Well", [], speaker=None, reading="again", model="base", now=now)
    study.strike(session.id, 64_000, 68_000, now, sound=False)

    assert study.unreadable.list(session.id) == ()
