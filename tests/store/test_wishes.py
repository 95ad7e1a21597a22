"""Wishes for one more reading: kept over restarts, and gone with consent, recording or study."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from store import ConsentRequired, Decision, Kind, NotFound, Session, Study, Wish

Record = Callable[..., Path]


@pytest.fixture
def recorded(study: Study, session: Session, record: Record) -> str:
    record(study, session.id)
    return session.id


def test_a_wish_is_there_when_the_study_is_opened_again(
    make_study: Callable[[], Study], begin: Callable[..., Session], record: Record, passphrase: str, now: datetime
) -> None:
    with make_study() as study:
        session = begin(study)
        record(study, session.id)
        study.wishes.add(session.id, "base", now)
        folder = study.folder
    with Study.open(folder, passphrase, now) as again:
        assert again.wishes.list() == (Wish(session.id, "base", now),)
        assert again.check() == ()


def test_a_newer_wish_takes_the_place_of_an_older_one(study: Study, recorded: str, now: datetime) -> None:
    study.wishes.add(recorded, "base", now)
    later = study.wishes.add(recorded, "small.en", now + timedelta(minutes=1))
    assert study.wishes.get(recorded) == later
    assert [wish for wish in study.wishes.list() if wish.session == recorded] == [later]


def test_a_wish_that_is_dropped_is_gone_and_dropping_it_twice_is_nothing(
    study: Study, recorded: str, now: datetime
) -> None:
    study.wishes.add(recorded, "base", now)
    study.wishes.drop(recorded)
    study.wishes.drop(recorded)
    assert study.wishes.get(recorded) is None


def test_what_was_not_recorded_cannot_be_wished_for(study: Study, session: Session, now: datetime) -> None:
    with pytest.raises(NotFound, match="no recording"):
        study.wishes.add(session.id, "base", now)
    assert study.wishes.get(session.id) is None


@pytest.mark.parametrize("kind", [Kind.AUDIO, Kind.TAKING_PART])
def test_a_wish_goes_in_the_moment_in_which_consent_is_taken_back(
    study: Study, recorded: str, kind: Kind, now: datetime
) -> None:
    study.wishes.add(recorded, "base", now)
    study.consent.decide(recorded, kind, Decision.WITHDRAWN, form_version="1", recorded_by="ME", now=now)
    assert study.wishes.get(recorded) is None
    with pytest.raises(ConsentRequired):
        study.wishes.add(recorded, "base", now)


def test_a_decision_about_quoting_leaves_a_wish_alone(study: Study, recorded: str, now: datetime) -> None:
    wish = study.wishes.add(recorded, "base", now)
    study.consent.decide(recorded, Kind.QUOTING, Decision.WITHDRAWN, form_version="1", recorded_by="ME", now=now)
    assert study.wishes.get(recorded) == wish


def test_a_wish_goes_with_the_key_of_the_recording(
    study: Study, recorded: str, connect: Callable[[Study], dbapi2.Connection], now: datetime
) -> None:
    study.wishes.add(recorded, "base", now)
    beside = connect(study)
    beside.execute("DELETE FROM recording_key WHERE session = ?", (recorded,))
    beside.close()
    assert study.wishes.get(recorded) is None


def test_a_study_of_the_release_before_learns_of_wishes(
    make_study: Callable[[], Study],
    connect: Callable[[Study], dbapi2.Connection],
    passphrase: str,
    now: datetime,
) -> None:
    with make_study() as study:
        folder = study.folder
        old = connect(study)
        for statement in (
            "DROP TRIGGER wish_gone_with_consent",
            "DROP TRIGGER wish_gone_with_recording",
            "DROP TABLE wish",
            "DELETE FROM _sqlite_migrations WHERE name = 'm003_wishes'",
            "PRAGMA user_version = 2",
        ):
            old.execute(statement)
        old.close()
    with Study.open(folder, passphrase, now) as again:
        assert again.wishes.list() == ()
        assert again.check() == ()


def test_who_reads_once_more_does_not_keep_anybody_from_conducting_a_session(study: Study) -> None:
    with study.another() as other, other.lock_for_reading():
        assert not study.conducted
        study.lock_for_session().release()
        with pytest.raises(Exception, match="reading a session of this study once more"):
            study.lock_for_reading()


def test_a_study_is_conducted_while_anybody_holds_it_here_or_elsewhere(study: Study) -> None:
    with study.another() as other, other.lock_for_session():
        assert (study.conducted, other.conducted) == (True, True)
    assert not study.conducted


def test_a_withdrawal_destroys_the_key_only_when_whoever_reads_has_let_it_go(
    study: Study, recorded: str, connect: Callable[[Study], dbapi2.Connection], now: datetime
) -> None:
    study.wishes.add(recorded, "base", now)
    reads, keys_at_the_end = threading.Event(), []

    def reader() -> None:
        with study.another() as other, other.lock_for_reading():
            reads.set()
            while other.wishes.get(recorded) is not None:
                time.sleep(0.01)
            beside = connect(other)
            keys_at_the_end.append(
                beside.execute("SELECT count(*) FROM recording_key WHERE session = ?", (recorded,)).fetchone()[0]
            )
            beside.close()

    thread = threading.Thread(target=reader)
    thread.start()
    reads.wait()
    receipt = study.withdraw_audio(recorded, transcript=False, recorded_by="ME", now=now)
    thread.join()
    assert keys_at_the_end == [1]
    assert "the key of the recording" in receipt.destroyed
