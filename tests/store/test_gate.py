"""Where somebody does not take part, no door opens; where only audio was taken back, all but one stay open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from store import (
    Cause,
    ConsentRequired,
    Decision,
    Kind,
    Move,
    NotFound,
    Receipt,
    Session,
    State,
    StateError,
    StoreError,
    Study,
)
from store.handover import export, ready
from store.handover.as_json import as_dict, remains_dict

Begin = Callable[..., Session]
Doors = dict[str, Callable[[], object]]
SAID = "pangolins in the corridor"
BY = {"recorded_by": "ME"}


@pytest.fixture
def whole(study: Study, begin: Begin, record: Callable[..., Path], say: Callable[..., str], now: datetime) -> Session:
    """A session with something behind every door."""
    session = begin(study)
    record(study, session.id)
    say(study, session.id, SAID)
    log = study.log
    log.jot(session.id, at_ms=1, text="pangolins again", now=now)
    log.mark(session.id, at_ms=2, text="pangolins", now=now)
    log.cue(session.id, question=None, move=Move.FOLLOW, at_ms=3, text="which pangolins?", now=now)
    study.sessions.stop(session.id, now, recording_ms=2000, captured_ms=2000, dropped_frames=0)
    study.sessions.complete(session.id, now, ready_after_stop_ms=0)
    memo = study.memos.open(session.id, "of pangolins", now)
    study.memos.keep_version(memo.id, now)
    return study.sessions.get(session.id)


def doors(study: Study, session: Session, now: datetime, to: Path) -> Doors:
    """Every way to a word of this session, by what it is called."""
    words, log, memos, key = study.transcript, study.log, study.memos, session.id
    utterance = study.transcript.utterances(key)[0].id
    memo = study.memos.list()[-1].id
    return {
        "dossier": lambda: study.dossier(key),
        "utterances": lambda: words.utterances(key),
        "all utterances": lambda: words.utterances(key, heard_only=False),
        "lines": lambda: words.lines(key),
        "pending": lambda: words.pending(key),
        "not read": lambda: words.not_read(key, "again"),
        "unreadable": lambda: study.unreadable.list(key),
        "progress": lambda: words.progress(key, "again", "m"),
        "versions": lambda: words.versions(key),
        "utterance": lambda: words.get(utterance),
        "history": lambda: words.history(utterance),
        "speaker by hand": lambda: words.set_speaker(utterance, "participant", now=now),
        "words by hand": lambda: words.set_text(
            utterance, SAID, [], speaker=None, reading="by hand", model="", now=now
        ),
        "voices": lambda: study.speakers.name(key, 1, "interviewer", now),
        "named voices": lambda: study.speakers.named(key),
        "cues": lambda: log.cues(key),
        "marks": lambda: log.marks(key),
        "jottings": lambda: log.jottings(key),
        "gaps": lambda: log.gaps(key),
        "pauses": lambda: log.pauses(key),
        "interruptions": lambda: log.interruptions(key),
        "memo": lambda: memos.get(memo),
        "memo of the session": lambda: memos.for_session(key),
        "memo begun": lambda: memos.open(key, "", now),
        "memo saved": lambda: memos.save(memo, "more", now),
        "memo kept": lambda: memos.keep_version(memo, now),
        "history of the memo": lambda: memos.history(memo),
        "listening": lambda: study.permit_listening(key),
        "second reading": lambda: study.wishes.add(key, "base", now),
        "hand-over": lambda: export(study, [key], to, ["json"], unmask=False, now=now),
    }


@pytest.mark.parametrize("decision", [Decision.DECLINED, Decision.WITHDRAWN])
def test_no_door_opens_where_taking_part_was_refused(
    study: Study, whole: Session, now: datetime, tmp_path: Path, decision: Decision
) -> None:
    shut = doors(study, whole, now, tmp_path)
    for door in shut.values():
        door()
    study.consent.decide(whole.id, Kind.TAKING_PART, decision, form_version="1", now=now, **BY)
    for name, door in shut.items():
        with pytest.raises(ConsentRequired, match=f"taking part was {decision}"):
            pytest.fail(f"{name}: {door()}")
    assert study.search("pangolins") == ()
    assert whole.id not in {memo.session for memo in study.memos.list()}
    assert whole.id not in ready(study)


def test_only_the_recording_is_shut_where_only_audio_was_taken_back(
    study: Study, whole: Session, now: datetime, tmp_path: Path
) -> None:
    ways = doors(study, whole, now, tmp_path)
    study.withdraw_audio(whole.id, transcript=False, now=now, **BY)
    shut = []
    for name, door in ways.items():
        try:
            door()
        except StoreError:
            shut.append(name)
    assert shut == ["listening", "second reading"]
    assert {hit.kind for hit in study.search("pangolins")} >= {"utterance", "jotting"}


def test_leaving_destroys_recording_and_words_and_shuts_the_notes_away(
    study: Study, whole: Session, now: datetime
) -> None:
    receipt = study.withdraw_taking_part(whole.id, notes=False, now=now, **BY)
    assert receipt.destroyed == ("the key of the recording", "the words of 1 utterance", "the recording")
    assert "are shut away" in receipt.out_of_reach[0]
    assert f"vivavoce withdraw {whole.id} --taking-part --notes" in receipt.out_of_reach[0]
    assert study.sessions.get(whole.id).state is State.WITHDRAWN
    then = study.withdraw_taking_part(whole.id, notes=True, now=now, **BY)
    assert then.destroyed[:2] == ("1 jotting", "the words of 1 mark")
    assert not any("shut away" in line for line in then.out_of_reach)
    assert not [finding for finding in study.check() if whole.id in finding.text]


def test_a_signed_form_stays_and_the_receipt_says_so(study: Study, whole: Session, now: datetime) -> None:
    study.attachments.add(whole.id, "signed form", "form.pdf", b"%PDF", now)
    receipt = study.withdraw_taking_part(whole.id, notes=True, now=now, **BY)
    assert "A signed form stays, as evidence of what was agreed." in receipt.out_of_reach
    assert len(study.attachments.list(whole.id)) == 1


def test_what_is_told_of_a_shut_session_is_state_consent_and_receipts(
    study: Study, whole: Session, now: datetime
) -> None:
    lists = {name for name, value in as_dict(study.dossier(whole.id)).items() if isinstance(value, list)}
    receipt = study.withdraw_taking_part(whole.id, notes=False, now=now, **BY)
    told = remains_dict(study.remains(whole.id))
    assert (told["state"], told["consent_now"]["taking_part"]) == ("withdrawn", "withdrawn")
    assert [one["audit_head"] for one in told["receipts"]] == [receipt.audit_head]
    empty = lists - {"consent", "receipts"}
    assert {"jottings", "utterances", "not_transcribed"} < empty
    assert {name: told[name] for name in empty} == {name: [] for name in empty}
    assert "pangolins" not in str(told)


def test_receipts_are_kept_in_order_and_say_what_nobody_can_reach(study: Study, whole: Session, now: datetime) -> None:
    struck = study.strike(whole.id, 0, 500, now)
    withdrawn = study.withdraw_audio(whole.id, transcript=False, now=now, **BY)
    again = study.withdraw_audio(whole.id, transcript=False, now=now, **BY)
    kept: tuple[Receipt, ...] = study.receipts.list(whole.id)
    assert kept == (struck, withdrawn)
    assert again.destroyed == ()
    assert [one.cause for one in kept] == [Cause.STRIKE, Cause.WITHDRAWAL]
    heads = [entry.hash for entry in study.audit.entries()]
    for one in kept:
        said = " ".join(one.out_of_reach)
        assert all(word in said for word in ("Backups", "hand-overs", "SSD", "wear levelling", "swap", "by hand"))
        assert one.audit_head in heads
        assert "pangolins" not in str(one)


def test_a_kept_receipt_can_be_neither_changed_nor_removed(study: Study, whole: Session, now: datetime) -> None:
    study.strike(whole.id, 0, 500, now)
    for sql in ("UPDATE receipt SET destroyed = '[]'", "DELETE FROM receipt"):
        with pytest.raises(StateError, match="list of receipts"):
            study._database.run(sql)


def test_the_gate_of_an_unknown_session_says_that_there_is_none(study: Study) -> None:
    with pytest.raises(NotFound):
        study.gate.session("50099-w9-9")
