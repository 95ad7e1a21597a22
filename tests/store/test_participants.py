"""The people of a study: numbers, never names, and one who was typed by mistake goes or gets another number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import BadInput, NotFound, Session, StateError, Study
from store.participants import number_fault

NO_NUMBER = r"is no number|may be a name"


@pytest.mark.parametrize("typed", ["Anna", "anna-lena", "", "-5", "5 0", "5" * 33, "50001\n", "Zoë1", "a b", "../x"])
def test_a_name_is_no_number(study: Study, now: datetime, typed: str) -> None:
    before = len(study.audit.entries())
    with pytest.raises(BadInput, match=NO_NUMBER):
        study.participants.add(typed, {}, now)
    study.participants.add(f"7{len(study.participants.list()):04}", {}, now)
    with pytest.raises(BadInput, match=NO_NUMBER):
        study.participants.rename(study.participants.list()[0].number, typed, now)
    assert len(study.audit.entries()) == before + 1


@given(st.text(max_size=34))
def test_what_is_taken_as_a_number_is_short_plain_and_has_a_digit(typed: str) -> None:
    plain = typed.isascii() and typed.replace("-", "").isalnum() and not typed.startswith("-") and len(typed) <= 32
    assert (number_fault(typed) == "") is (plain and any(letter.isdigit() for letter in typed))


def test_somebody_without_a_session_can_be_removed_to_the_last_copy(
    make_study: Callable[[], Study], decrypted_pages: Callable[[Path], bytes], passphrase: str, now: datetime
) -> None:
    with make_study() as study:
        folder = study.folder
        for number in ("50001", "Quincejelly7", "50003"):
            study.participants.add(number, {"remark": f"about {number}"}, now)
        gone = study.participants.get("Quincejelly7").id
        study.participants.remove("quincejelly7", now)
        assert [one.number for one in study.participants.list()] == ["50001", "50003"]
        with pytest.raises(NotFound):
            study.participants.get("Quincejelly7")
        newest = study.audit.entries()[-1]
        assert (newest.action, newest.subject) == ("participant removed", gone)
        assert study._destruction.owed  # copies that SQLite left as it moved rows are written over as it is closed
        assert study.participants.add("50004", {}, now).id != gone
    assert b"Quincejelly7" not in decrypted_pages(folder)
    with Study.open(folder, passphrase, now) as again:
        assert again.check() == ()


def test_somebody_with_a_session_is_not_removed(study: Study, session: Session, now: datetime) -> None:
    with pytest.raises(StateError, match="has a session"):
        study.participants.remove(session.participant, now)
    assert study.participants.get(session.participant)


def test_a_number_is_mended_and_the_sessions_stay_theirs(
    study: Study, begin: Callable[..., Session], say: Callable[..., str], record: Callable[..., Path], now: datetime
) -> None:
    session = begin(study)
    say(study, session.id, "medlar cheese")
    path = record(study, session.id)
    before = study.participants.get(session.participant)
    new = f"R{session.participant}"
    renamed = study.participants.rename(session.participant, new, now)
    assert (renamed.number, renamed.id, renamed.attributes) == (new, before.id, before.attributes)
    after = study.sessions.get(session.id)
    assert (after.id, after.participant) == (session.id, new)
    assert path.exists()
    assert study.search("medlar cheese")[0].participant == new
    assert study.check() == ()
    newest = study.audit.entries()[-1]
    assert (newest.action, newest.subject) == ("participant renamed", before.id)


def test_an_id_of_before_is_given_to_nobody_else(study: Study, begin: Callable[..., Session], now: datetime) -> None:
    session = begin(study)
    study.participants.rename(session.participant, f"S{session.participant}", now)
    study.participants.add(session.participant, {}, now)
    other = study.sessions.begin(
        session.participant, 1, guide_sha256=session.guide_sha256, setting="", others_present="", now=now
    )
    assert other.id == f"{session.participant}-w1-2"


def test_nobody_gets_a_number_that_is_taken_but_may_get_their_own_in_other_letters(study: Study, now: datetime) -> None:
    for number in ("80001a", "80002"):
        study.participants.add(number, {}, now)
    with pytest.raises(BadInput, match="80001a already"):
        study.participants.rename("80002", "80001A", now)
    assert study.participants.rename("80001a", "80001A", now).number == "80001A"
    with pytest.raises(NotFound):
        study.participants.rename("nobody", "80003", now)


def test_lines_of_the_audit_log_that_hold_an_old_number_are_counted(
    study: Study, session: Session, now: datetime
) -> None:
    number = session.participant
    assert study.participants.lines_with(number) == 5  # the session, and four decisions; none names the person
    study.audit.add("participant added", number, now)  # as it was written before
    study.audit.add("participant added", f"{number}9", now)
    assert study.participants.lines_with(number) == 6
