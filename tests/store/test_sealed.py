"""What a participant decided is carried out, also where the database could not be written, and shuts until then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from store import (
    Act,
    ConsentRequired,
    Decision,
    Kind,
    NotNow,
    SealedDecision,
    State,
    StateError,
    Study,
    StudyLocked,
    encrypt_anew,
)
from store.database import Database
from store.opening import DATABASE_FILE
from store.sealed import SEALED, SealedDecisions
from tests.store.lived import NOW, PASSPHRASE, Held, Lived

HELD = (2, 20)
MakeStudy = Callable[[], Study]


@pytest.fixture
def held(lived: Lived) -> Held:
    return lived.sessions[0]


@contextmanager
def written_to(study: Study) -> Iterator[None]:
    """Another program is writing to the study."""
    study.wait_for_others(10)
    other = Database(study.folder / DATABASE_FILE, bytes(study._key))
    try:
        with other.write():
            yield
    finally:
        other.close()


def opened_anew(lived: Lived) -> Study:
    lived.study.close()
    lived.study = Study.open(lived.folder, PASSPHRASE, NOW)
    return lived.study


def withdrawal(session: str, kind: Kind, **more: Any) -> SealedDecision:
    return SealedDecision(Act.WITHDRAW, session, NOW, kind, recorded_by="ME", **more)


def test_nothing_that_was_decided_lies_there_in_clear(lived: Lived, held: Held) -> None:
    laid = lived.study.seal(withdrawal(held.id, Kind.TAKING_PART))
    content = laid.read_bytes()
    assert held.id.encode() not in content
    assert b"taking" not in content
    assert laid.stat().st_mode & 0o777 == 0o600
    assert laid.parent.stat().st_mode & 0o777 == 0o700


def test_what_is_carried_out_leaves_nothing_behind(lived: Lived, held: Held) -> None:
    lived.study.unseal(lived.study.seal(withdrawal(held.id, Kind.AUDIO)))
    assert not (lived.folder / SEALED).exists()
    assert lived.study.check() == ()
    lived.study.withdraw_audio(held.id, transcript=True, recorded_by="ME", now=NOW)
    assert not (lived.folder / SEALED).exists()


@pytest.mark.parametrize("kind", [Kind.AUDIO, Kind.TAKING_PART])
def test_a_withdrawal_that_could_not_be_written_is_carried_out_at_the_next_opening(
    lived: Lived, held: Held, kind: Kind
) -> None:
    more = {"transcript": True} if kind is Kind.AUDIO else {"notes": False}
    withdraw: Any = lived.study.withdraw_audio if kind is Kind.AUDIO else lived.study.withdraw_taking_part
    with written_to(lived.study), pytest.raises(StudyLocked, match="destroyed when the study is next opened"):
        withdraw(held.id, recorded_by="ME", now=NOW, **more)

    study = opened_anew(lived)
    study.erase(NOW)
    assert study.consent.newest(held.id)[kind] is Decision.WITHDRAWN
    assert study.sessions.get(held.id).state is State.WITHDRAWN
    assert {"words", "key", "sound"}.isdisjoint(lived.left_of(held))
    assert study.receipts.list(held.id)[-1].destroyed[:1] == ("the key of the recording",)
    assert not (lived.folder / SEALED).exists()
    assert study.check() == ()
    assert set(lived.left_of(lived.sessions[1])) >= {"words", "key", "sound"}


def test_until_then_nothing_of_somebody_who_no_longer_takes_part_is_shown_or_found(lived: Lived, held: Held) -> None:
    study, said = lived.study, held.said[0]
    assert {hit.session for hit in study.search(said)} == {held.id}
    laid = study.seal(withdrawal(held.id, Kind.TAKING_PART))
    for read in (study.dossier, study.transcript.utterances, study.log.typed, study.permit_listening):
        with pytest.raises(ConsentRequired):
            read(held.id)
    assert study.search(said) == ()
    study.unseal(laid)
    assert study.search(said) != ()


def test_until_then_nothing_is_recorded_of_that_person_in_any_session(lived: Lived) -> None:
    study, first = lived.study, lived.hold(1, open_still=True)
    number, guide = study.sessions.get(first.id).participant, study.guides.current()
    second = study.sessions.begin(number, 1, guide_sha256=guide.sha256, setting="", others_present="", now=NOW)
    for kind in Kind:
        study.consent.decide(second.id, kind, Decision.GRANTED, form_version="1", recorded_by="ME", now=NOW)
    study.seal(withdrawal(first.id, Kind.AUDIO))
    for session in (first.id, second.id):
        with pytest.raises(ConsentRequired, match=f"Audio was withdrawn in session {first.id}"):
            study.permit_recording(session, NOW)
    with pytest.raises(ConsentRequired):
        study.permit_listening(first.id)


def test_a_strike_that_was_cut_short_is_carried_out_once(lived: Lived, held: Held) -> None:
    struck = SealedDecision(Act.STRIKE, held.id, NOW, start_ms=0, end_ms=4_000, notes=True)
    lived.study.seal(struck)
    lived.study.strike(held.id, 0, 4_000, NOW)  # it was killed before it could take the decision away
    gaps = lived.study.log.gaps(held.id)
    study = opened_anew(lived)

    assert study.log.gaps(held.id) == gaps
    assert study.check() == ()
    assert study.search(held.said[0]) == ()
    assert study.search(held.said[1]) != ()
    assert len(study.receipts.list(held.id)) == 2


def test_a_note_that_was_to_be_struck_is_struck(lived: Lived, held: Held) -> None:
    note = lived.study.log.typed(held.id)[0]
    lived.study.seal(SealedDecision(Act.STRIKE_NOTE, held.id, NOW, note=note.id))
    study = opened_anew(lived)
    assert note not in study.log.typed(held.id)
    assert not (lived.folder / SEALED).exists()


def test_quoting_taken_back_is_taken_back(lived: Lived, held: Held) -> None:
    lived.study.seal(withdrawal(held.id, Kind.QUOTING))
    assert opened_anew(lived).consent.newest(held.id)[Kind.QUOTING] is Decision.WITHDRAWN


def test_a_copy_is_not_made_while_something_is_to_be_carried_out(
    lived: Lived, held: Held, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SealedDecisions.refuse_any, "__defaults__", (0.1,))
    lived.study.seal(withdrawal(held.id, Kind.AUDIO))
    with pytest.raises(NotNow, match="not carried out yet"):
        lived.study.back_up(tmp_path / "copy.vivavoce", NOW)
    assert list(tmp_path.glob("copy*")) == []
    lived.study.close()
    with pytest.raises(NotNow, match="not carried out yet"):
        encrypt_anew(lived.folder, PASSPHRASE, "another one, with words", NOW)


def test_what_can_not_be_carried_out_stays_and_is_named(lived: Lived, held: Held) -> None:
    lived.study.seal(SealedDecision(Act.STRIKE_NOTE, held.id, NOW, note="j999999"))
    torn = lived.study.seal(withdrawal(held.id, Kind.AUDIO))
    torn.write_bytes(torn.read_bytes()[:-1])
    study = opened_anew(lived)
    named = [finding.text for finding in study.check() if finding.code == "sealed"]
    assert len(named) == 2
    assert any(held.id in text for text in named)
    assert any(torn.name in text for text in named)


def test_a_decision_of_another_study_is_none_here(lived: Lived, held: Held, make_study: MakeStudy) -> None:
    with make_study() as other:
        foreign = other.seal(withdrawal(held.id, Kind.AUDIO))
        lived.study.unseal(lived.study.seal(withdrawal(held.id, Kind.AUDIO)))
        (lived.folder / SEALED).mkdir()
        (lived.folder / SEALED / foreign.name).write_bytes(foreign.read_bytes())
    study = opened_anew(lived)
    assert study.consent.newest(held.id)[Kind.AUDIO] is Decision.GRANTED
    assert [finding.code for finding in study.check()] == ["sealed"]


def test_where_not_even_that_can_be_written_it_is_said(lived: Lived, held: Held) -> None:
    (lived.folder / SEALED).write_text("in the way")
    with pytest.raises(NotNow):
        lived.study.seal(withdrawal(held.id, Kind.AUDIO))
    (lived.folder / SEALED).unlink()


def test_a_session_that_goes_on_is_not_reopened_against_it(lived: Lived) -> None:
    going = lived.hold(1, open_still=True)
    lived.study.seal(withdrawal(going.id, Kind.AUDIO))
    study = opened_anew(lived)
    assert study.sessions.get(going.id).state is State.WITHDRAWN
    with pytest.raises(StateError):
        study.sessions.reopen(going.id, NOW, at_ms=0)
