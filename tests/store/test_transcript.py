"""What was said, version by version, and what happened beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import (
    BadInput,
    ConsentRequired,
    Decision,
    GapRow,
    Kind,
    Move,
    NotFound,
    Session,
    SpokenWord,
    StateError,
    Study,
)
from store.transcript import BY_HAND

Say = Callable[..., str]


def test_a_stretch_of_speech_is_a_row_before_it_has_words(study: Study, session: Session, now: datetime) -> None:
    utterance = study.transcript.add_utterance(session.id, 500, 2000, now)
    (pending,) = study.transcript.pending(session.id)
    assert (pending.id, pending.version, pending.text, pending.words) == (utterance, 0, None, ())
    assert study.transcript.utterances(session.id) == ()
    assert study.transcript.utterances(session.id, heard_only=False) == (pending,)
    assert study.transcript.end_ms(session.id) == 2000


def test_words_come_as_versions_and_nothing_is_overwritten(
    study: Study, session: Session, say: Say, now: datetime
) -> None:
    utterance = say(study, session.id, "I was covering up")
    words = [SpokenWord(0, 400, "I", 0.5), SpokenWord(400, 900, "was,", 0.25)]
    version = study.transcript.set_text(
        utterance, "I was, um, covering up", words, speaker=None, reading="second", model="base", now=now
    )
    newest = study.transcript.get(utterance)
    assert (version, newest.version, newest.text, newest.words) == (2, 2, "I was, um, covering up", tuple(words))
    assert [kept.text for kept in study.transcript.history(utterance)] == ["I was covering up", newest.text]
    readings = [(r.version, r.reading, r.model, r.utterances) for r in study.transcript.versions(session.id)]
    assert readings == [(1, "live", "tiny.en", 1), (2, "second", "base", 1)]


def test_a_speaker_is_a_version_with_the_same_words(study: Study, session: Session, say: Say, now: datetime) -> None:
    utterance = say(study, session.id, "well yes")
    assert study.transcript.set_speaker(utterance, "participant", now=now) == 2
    assert study.transcript.set_speaker(utterance, "participant", now=now) == 2
    first, second = study.transcript.history(utterance)
    assert (second.speaker, second.text, second.words, second.model) == (
        "participant",
        first.text,
        first.words,
        first.model,
    )


def test_utterances_stand_in_time_order_without_those_where_nothing_was_heard(
    study: Study, session: Session, say: Say
) -> None:
    late, silent, early = (say(study, session.id, text, at) for text, at in (("b", 5000), ("", 3000), ("a", 1000)))
    assert [u.id for u in study.transcript.utterances(session.id)] == [early, late]
    everything = study.transcript.utterances(session.id, heard_only=False)
    assert [u.id for u in everything] == [early, silent, late]


def test_an_utterance_belongs_to_the_last_question_that_was_asked(
    study: Study, session: Session, say: Say, now: datetime
) -> None:
    moves = (
        ("one", Move.ASK, 1000),
        ("two", Move.SKIP, 3000),
        ("three", Move.ASK, 5000),
        (None, Move.FOLLOW, 7000),
        ("one", Move.BACK, 9000),
    )
    for question, move, at_ms in moves:
        study.log.cue(session.id, question=question, move=move, at_ms=at_ms, now=now)
    for at_ms in (0, 1000, 4000, 5500, 8000, 9500):
        say(study, session.id, "words", at_ms)
    found = [utterance.question for utterance in study.transcript.utterances(session.id)]
    assert found == [None, "one", "one", "three", "three", "one"]


@pytest.mark.parametrize(("start_ms", "end_ms"), [(5, 5), (9, 2), (-1, 4)])
def test_a_stretch_that_is_none_is_refused(
    study: Study, session: Session, now: datetime, start_ms: int, end_ms: int
) -> None:
    with pytest.raises(BadInput):
        study.transcript.add_utterance(session.id, start_ms, end_ms, now)


@pytest.mark.parametrize("wrong", ["u999999", "17", "m1", "u", "u-1", "u²", ""])
def test_an_unknown_utterance_is_not_found(study: Study, now: datetime, wrong: str) -> None:
    with pytest.raises(NotFound):
        study.transcript.set_text(wrong, "x", [], speaker=None, reading="live", model="m", now=now)
    with pytest.raises(NotFound):
        study.transcript.get(wrong)


def test_what_happens_in_a_session_is_logged_with_its_time(study: Study, session: Session, now: datetime) -> None:
    cue = study.log.cue(session.id, question="one", move=Move.ASK, at_ms=10, text=None, now=now)
    mark = study.log.mark(session.id, at_ms=20, text="loud", now=now)
    jotting = study.log.jot(session.id, at_ms=30, text="looked away", now=now)
    gap = study.log.gap(session.id, 40, 50, "stall", now)
    assert study.log.cues(session.id) == (cue,)
    assert study.log.marks(session.id) == (mark,)
    assert study.log.jottings(session.id) == (jotting,)
    assert study.log.gaps(session.id) == (gap,) == (GapRow(40, 50, "stall"),)


def test_off_the_record_begins_once_and_ends_once(study: Study, session: Session, now: datetime) -> None:
    study.log.pause(session.id, 1000, now)
    with pytest.raises(StateError):
        study.log.pause(session.id, 1000, now)
    study.log.resume(session.id, now + timedelta(minutes=2))
    with pytest.raises(StateError):
        study.log.resume(session.id, now)
    (pause,) = study.log.pauses(session.id)
    assert (pause.at_ms, pause.resumed_at) == (1000, now + timedelta(minutes=2))


def test_nothing_is_noted_about_somebody_who_refused_to_take_part(
    study: Study, begin: Callable[..., Session], now: datetime
) -> None:
    session = begin(study, granted=())
    study.consent.decide(session.id, Kind.TAKING_PART, Decision.DECLINED, form_version="1", recorded_by="ME", now=now)
    with pytest.raises(ConsentRequired):
        study.log.jot(session.id, at_ms=0, text="a note", now=now)
    assert study._database.rows("SELECT * FROM jotting WHERE session = ?", (session.id,)) == []


# --- words by hand, and machines that come later ----------------------------------------------------------------------


def read_again(study: Study, utterance: str, text: str, now: datetime) -> int:
    return study.transcript.set_text(utterance, text, (), speaker=None, reading="again", model="base", now=now)


def correct(study: Study, utterance: str, text: str, now: datetime) -> int:
    return study.transcript.set_text(utterance, text, (), speaker=None, reading=BY_HAND, model="", now=now)


def test_words_corrected_by_hand_are_replaced_by_no_machine(
    study: Study, session: Session, say: Say, now: datetime
) -> None:
    utterance = say(study, session.id, "I was covering up")
    assert correct(study, utterance, "I was cowering, up there", now) == 2
    assert read_again(study, utterance, "I was covering it up", now) == 2
    assert study.transcript.get(utterance).text == "I was cowering, up there"
    assert correct(study, utterance, "I was cowering", now) == 3


def test_words_corrected_by_hand_are_not_to_be_read_again(
    study: Study, session: Session, say: Say, now: datetime
) -> None:
    corrected, labelled = say(study, session.id, "I was covering up"), say(study, session.id, "well yes", 1000)
    correct(study, corrected, "I was cowering", now)
    study.transcript.set_speaker(labelled, "participant", now=now)
    assert [row.id for row in study.transcript.not_read(session.id, "again", "base")] == [labelled]
    assert study.transcript.progress(session.id, "again", "base") == (0, 1)
    read_again(study, labelled, "well, yes", now)
    assert study.transcript.progress(session.id, "again", "base") == (1, 1)
    assert study.transcript.not_read(session.id, "again", "base") == ()


def test_words_typed_where_a_machine_heard_none_are_by_hand_too(study: Study, session: Session, now: datetime) -> None:
    utterance = study.transcript.add_utterance(session.id, 0, 900, now)
    correct(study, utterance, "mm, quite", now)
    assert read_again(study, utterance, "Thank you.", now) == 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["hand", "machine", "label"]), st.text("ab", max_size=2)), max_size=8))
def test_whatever_comes_in_whatever_order_the_last_words_by_hand_hold(
    study: Study, begin: Callable[..., Session], say: Say, now: datetime, moves: list[tuple[str, str]]
) -> None:
    utterance = say(study, begin(study).id, "heard first")
    expected, by_hand = "heard first", False
    for move, text in moves:
        if move == "hand":
            by_hand = by_hand or text != expected
            expected = text
            correct(study, utterance, text, now)
        elif move == "label":
            study.transcript.set_speaker(utterance, text or None, now=now)
        else:
            expected = expected if by_hand else text
            read_again(study, utterance, text, now)
        assert study.transcript.get(utterance).text == expected


def test_no_machine_adds_words_where_somebody_no_longer_takes_part(
    study: Study, session: Session, say: Say, now: datetime
) -> None:
    utterance = say(study, session.id, "I was covering up")
    gone = Decision.WITHDRAWN
    study.consent.decide(session.id, Kind.TAKING_PART, gone, form_version="1", recorded_by="ME", now=now)
    assert read_again(study, utterance, "I was covering it up", now) == 1
    with pytest.raises(ConsentRequired):
        correct(study, utterance, "I was cowering", now)


def test_no_machine_adds_words_once_the_recording_was_withdrawn(
    study: Study, session: Session, say: Say, now: datetime
) -> None:
    utterance = say(study, session.id, "I was covering up")
    study.consent.decide(session.id, Kind.AUDIO, Decision.WITHDRAWN, form_version="1", recorded_by="ME", now=now)
    assert read_again(study, utterance, "I was covering it up", now) == 1
    assert study.transcript.get(utterance).text == "I was covering up"
    assert correct(study, utterance, "I was cowering", now) == 2


def test_what_is_parted_at_the_end_of_a_second_reading_counts_as_read(
    study: Study, session: Session, say: Say, now: datetime
) -> None:
    utterance = say(study, session.id, "how was it good")
    words = [SpokenWord(at * 200, at * 200 + 200, word, 0.9) for at, word in enumerate(["how", "was", "it", "good"])]
    text = "how was it good"
    study.transcript.set_text(utterance, text, words, speaker=None, reading="again", model="base", now=now)
    assert study.speakers.split(utterance, 600, now) is not None
    assert study.transcript.progress(session.id, "again", "base") == (2, 2)
    assert len(study.transcript.not_read(session.id, "again", "small.en")) == 2
