"""Taking back: nothing of what was struck or withdrawn is left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from store import BadInput, ConsentRequired, Decision, Kind, Mode, Session, State, Study
from store.handover.wording import legend
from transcribe import recording

Begin = Callable[..., Session]
Say = Callable[..., str]
Record = Callable[..., Path]


def stop(study: Study, session: Session, now: datetime) -> None:
    study.sessions.stop(session.id, now, recording_ms=2000, captured_ms=2000, dropped_frames=0)


def refuse(study: Study, session: Session, kind: Kind, now: datetime) -> None:
    study.consent.decide(session.id, kind, Decision.WITHDRAWN, form_version="1", recorded_by="ME", now=now)


def test_a_withdrawal_leaves_neither_key_nor_sound_nor_words(
    make_study: Callable[[], Study],
    begin: Begin,
    say: Say,
    record: Record,
    decrypted_pages: Callable[[Path], bytes],
    passphrase: str,
    now: datetime,
) -> None:
    with make_study() as study:
        session, other = begin(study), begin(study)
        path = record(study, session.id)
        key, kept_key = study.permit_listening(session.id).key, study.permit_recording(other.id, now).key
        for number in range(40):
            say(study, session.id, f"quagga{number} in the garden", number * 1000)
            say(study, other.id, f"okapi{number} in the house", number * 1000)
        stop(study, session, now)
        receipt = study.withdraw_audio(session.id, transcript=True, recorded_by="ME", now=now)
        assert receipt.destroyed == ("the key of the recording", "the words of 40 utterances", "the recording")
        assert receipt.audit_head == study.audit.head()
        assert list(path.parent.iterdir()) == []
        assert (study.folder / "study.db-wal").stat().st_size == 0
        assert study.search("quagga7") == ()
        assert study.sessions.get(session.id).state is State.WITHDRAWN
        assert study.check() == ()
    pages = decrypted_pages(study.folder)
    assert (b"quagga" in pages, key in pages) == (False, False)
    assert (b"okapi" in pages, kept_key in pages) == (True, True)


def test_words_are_kept_where_only_the_sound_was_taken_back(
    study: Study, session: Session, say: Say, record: Record, now: datetime
) -> None:
    record(study, session.id)
    say(study, session.id, "these words may stay")
    stop(study, session, now)
    receipt = study.withdraw_audio(session.id, transcript=False, recorded_by="ME", now=now)
    assert receipt.destroyed == ("the key of the recording", "the recording")
    assert [utterance.text for utterance in study.transcript.utterances(session.id)] == ["these words may stay"]
    with pytest.raises(ConsentRequired):
        study.permit_listening(session.id)


def test_withdrawing_twice_is_no_fault_and_may_take_the_words_too(
    study: Study, session: Session, say: Say, record: Record, now: datetime
) -> None:
    record(study, session.id)
    say(study, session.id, "at first these stay")
    stop(study, session, now)
    study.withdraw_audio(session.id, transcript=False, recorded_by="ME", now=now)
    second = study.withdraw_audio(session.id, transcript=True, recorded_by="ME", now=now)
    third = study.withdraw_audio(session.id, transcript=True, recorded_by="ME", now=now)
    assert (second.destroyed, third.destroyed) == (("the words of 1 utterance",), ())
    history = [entry.decision for entry in study.consent.history(session.id) if entry.kind is Kind.AUDIO]
    assert history == [Decision.GRANTED, Decision.WITHDRAWN]


def test_a_running_interview_goes_on_in_notes(study: Study, session: Session, record: Record, now: datetime) -> None:
    record(study, session.id)
    refuse(study, session, Kind.AUDIO, now)
    study.destroy_recording(session.id, False, now)
    running = study.sessions.get(session.id)
    assert (running.state, running.mode) == (State.OPEN, Mode.NOTES)
    study.log.jot(session.id, at_ms=3000, text="went on in notes", now=now)
    stop(study, session, now)
    assert study.sessions.complete(session.id, now, ready_after_stop_ms=0).state is State.COMPLETE


def test_leaving_the_study_ends_a_running_interview(study: Study, session: Session, now: datetime) -> None:
    refuse(study, session, Kind.TAKING_PART, now)
    study.destroy_recording(session.id, True, now)
    assert study.sessions.get(session.id).state is State.WITHDRAWN
    with pytest.raises(ConsentRequired, match="nothing can be added"):
        study.log.mark(session.id, at_ms=1, now=now)


def test_nothing_is_destroyed_before_a_decision(study: Study, session: Session, record: Record, now: datetime) -> None:
    path = record(study, session.id)
    with pytest.raises(ConsentRequired):
        study.destroy_recording(session.id, True, now)
    assert path.exists()
    assert study.permit_listening(session.id).path == path


def test_a_withdrawal_cut_short_by_a_crash_is_finished_at_the_next_opening(
    make_study: Callable[[], Study], begin: Begin, record: Record, passphrase: str, now: datetime
) -> None:
    with make_study() as study:
        session = begin(study)
        path = record(study, session.id)
        refuse(study, session, Kind.AUDIO, now)
    with Study.open(study.folder, passphrase, now) as later:
        assert not path.exists()
        assert later.sessions.get(session.id).state is State.WITHDRAWN
        assert later.check() == ()


def test_late_words_of_a_withdrawn_transcript_are_dropped(
    study: Study, session: Session, say: Say, record: Record, now: datetime
) -> None:
    record(study, session.id)
    utterance = study.transcript.add_utterance(session.id, 0, 900, now)
    study.withdraw_audio(session.id, transcript=True, recorded_by="ME", now=now)
    version = study.transcript.set_text(
        utterance, "too late", [], speaker=None, reading="live", model="tiny.en", now=now
    )
    assert version == 0
    assert study.transcript.pending(session.id) == ()
    assert study.search("late") == ()


def test_a_strike_takes_words_in_all_versions_and_the_sound(
    study: Study, session: Session, say: Say, record: Record, now: datetime
) -> None:
    path = record(study, session.id, 3)
    before, within, after = (say(study, session.id, f"axolotl{at}", at) for at in (0, 1000, 2000))
    study.transcript.set_text(within, "axolotl again", [], speaker=None, reading="second", model="base", now=now)
    receipt = study.strike(session.id, 1000, 2000, now)
    assert receipt.destroyed == ("the words of 1 utterance", "the sound from 1000 to 2000 ms")
    assert [version.text for version in study.transcript.history(within)] == ["", ""]
    assert {hit.ref for hit in study.search("axolotl")} == {before, after}
    assert [(gap.start_ms, gap.end_ms, gap.reason) for gap in study.log.gaps(session.id)] == [(1000, 2000, "strike")]
    reader = recording.open_reader(path, study.permit_listening(session.id).key)
    sound = reader.read(0, 3000)
    reader.close()
    assert [bool(second.any()) for second in np.split(sound, 3)] == [True, False, True]


def test_a_strike_leaves_the_sound_to_a_recorder_that_lives(
    study: Study, session: Session, record: Record, say: Say, now: datetime
) -> None:
    record(study, session.id)
    say(study, session.id, "words", 0)
    assert study.strike(session.id, 0, 1000, now, sound=False).destroyed == ("the words of 1 utterance",)


def test_a_receipt_says_what_a_recorder_struck_itself_and_could_not_reach(
    study: Study, session: Session, record: Record, say: Say, now: datetime
) -> None:
    record(study, session.id)
    say(study, session.id, "words", 0)
    receipt = study.strike(session.id, 0, 1000, now, sound=False, traces=("Traces stay.",))
    assert receipt.destroyed == ("the words of 1 utterance", "the sound from 0 to 1000 ms")
    assert "Traces stay." in receipt.out_of_reach


def test_words_of_a_struck_stretch_never_come_back(study: Study, session: Session, now: datetime) -> None:
    waiting = study.transcript.add_utterance(session.id, 1000, 1900, now)
    study.strike(session.id, 0, 5000, now, sound=False)
    late = study.transcript.add_utterance(session.id, 2000, 3000, now)
    for utterance in (waiting, late):
        study.transcript.set_text(utterance, "heard", [], speaker=None, reading="live", model="tiny.en", now=now)
        assert study.transcript.get(utterance).struck
    assert study.transcript.utterances(session.id) == study.transcript.pending(session.id) == ()


def test_a_strike_of_nothing_is_refused(study: Study, session: Session, now: datetime) -> None:
    with pytest.raises(BadInput):
        study.strike(session.id, 500, 500, now)


@pytest.mark.parametrize("kind", [Kind.QUOTING, Kind.CONTACT])
def test_quoting_and_contact_are_taken_back_and_nothing_is_destroyed(
    study: Study, session: Session, say: Callable[..., str], now: datetime, kind: Kind
) -> None:
    say(study, session.id, "sloe gin")
    study.withdraw_use(session.id, kind, recorded_by="ME", now=now)
    study.withdraw_use(session.id, kind, recorded_by="ME", now=now)
    held = [one for one in study.consent.history(session.id) if one.kind is kind]
    assert [one.decision for one in held] == [Decision.GRANTED, Decision.WITHDRAWN]
    assert study.search("sloe gin")
    assert study.sessions.get(session.id).state is State.OPEN
    if kind is Kind.QUOTING:
        assert any(line.startswith("Quoting was withdrawn") for line in legend(study.dossier(session.id)))


def test_what_was_never_granted_can_not_be_taken_back(
    study: Study, begin: Callable[..., Session], now: datetime
) -> None:
    session = begin(study, granted=(Kind.TAKING_PART,))
    with pytest.raises(ConsentRequired, match="Quoting was not decided on"):
        study.withdraw_use(session.id, Kind.QUOTING, recorded_by="ME", now=now)
    with pytest.raises(BadInput):
        study.withdraw_use(session.id, Kind.AUDIO, recorded_by="ME", now=now)


def test_a_receipt_names_the_other_sessions_of_this_person_and_the_files_handed_over(
    study: Study, session: Session, begin: Callable[..., Session], tmp_path: Path, now: datetime
) -> None:
    begin(study)
    other = study.sessions.begin(
        session.participant, 2, guide_sha256=session.guide_sha256, setting="", others_present="", now=now
    )
    for name in ("x.md", "x.txt", "x.md"):
        study.handed_over.note(session.id, tmp_path / name, "0" * 64, now)
    study.handed_over.note(other.id, tmp_path / "other.md", "0" * 64, now)
    receipt = study.withdraw_audio(session.id, transcript=False, recorded_by="ME", now=now)
    said = [line for line in receipt.out_of_reach if "Other sessions" in line or "Handed over" in line]
    assert said == [
        f"Other sessions of participant {session.participant} stay as they are: {other.id} (open).",
        f"Handed over on 2026-03-02: {tmp_path / 'x.txt'}",
        f"Handed over on 2026-03-02: {tmp_path / 'x.md'}",
    ]
    assert study.receipts.list(session.id)[-1] == receipt


def test_which_other_sessions_grant_something_still(study: Study, session: Session, now: datetime) -> None:
    second, third, fourth = (
        study.sessions.begin(
            session.participant, wave, guide_sha256=session.guide_sha256, setting="", others_present="", now=now
        )
        for wave in (2, 2, 3)
    )
    for one, decision in ((second, Decision.DECLINED), (third, Decision.GRANTED), (fourth, Decision.GRANTED)):
        study.consent.decide(one.id, Kind.QUOTING, decision, form_version="1", recorded_by="ME", now=now)
    study.sessions.stop(fourth.id, now, recording_ms=0, captured_ms=0, dropped_frames=0)
    study.annulment.annul(fourth.id, "held twice", now)
    granted = study.consent.still_granted(session.participant, Kind.QUOTING, but=third.id)
    assert [one.id for one in granted] == [session.id]
    assert [one.id for one in study.consent.still_granted(session.participant, Kind.QUOTING)] == [session.id, third.id]
