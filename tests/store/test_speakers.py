"""Who speaks, as voices tell it: a hand has the last word, and an utterance with two voices is parted between words."""

from __future__ import annotations

from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import ConsentRequired, Decision, Kind, NotFound, Session, SpokenWord, Study
from store.transcript import BY_CHANNEL

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TEXT = "What changed? Quite a lot, actually."
WORDS = ("What", "changed?", "Quite", "a", "lot,", "actually.")


def heard(study: Study, session: Session, text: str = TEXT, start_ms: int = 1_000) -> str:
    words = tuple(
        SpokenWord(start_ms + 300 * place, start_ms + 300 * place + 250, word, 0.9)
        for place, word in enumerate(text.split())
    )
    key = study.transcript.add_utterance(session.id, start_ms, start_ms + 300 * len(words), NOW)
    study.transcript.set_text(key, text, words, speaker=None, reading="live", model="tiny.en", now=NOW)
    return key


def found(study: Study, session: Session) -> list[str]:
    return [hit.ref for hit in study.search("quite lot actually") if hit.session == session.id]


def test_a_label_is_a_version_with_the_same_words_and_its_confidence(study: Study, session: Session) -> None:
    key = heard(study, session)
    assert study.speakers.label(key, "interviewer", 0.8, NOW)
    row = study.transcript.get(key)
    assert (row.version, row.text, row.speaker, row.confidence) == (2, TEXT, "interviewer", 0.8)
    assert [word.text for word in row.words] == list(WORDS)


def test_the_same_label_again_is_no_new_version(study: Study, session: Session) -> None:
    key = heard(study, session)
    study.speakers.label(key, "interviewer", 0.8, NOW)
    assert not study.speakers.label(key, "interviewer", 0.9, NOW)
    assert study.speakers.label(key, None, 0.1, NOW)
    assert not study.speakers.label(key, None, 0.1, NOW)
    assert study.transcript.get(key).version == 3


def test_no_voice_is_told_of_somebody_who_no_longer_takes_part(study: Study, session: Session) -> None:
    key = heard(study, session)
    gone = Decision.WITHDRAWN
    study.consent.decide(session.id, Kind.TAKING_PART, gone, form_version="1", recorded_by="ME", now=NOW)
    assert not study.speakers.label(key, "interviewer", 0.8, NOW)
    with pytest.raises(ConsentRequired):
        study.speakers.split(key, 1_600, NOW)


def test_no_voice_is_told_any_more_once_audio_is_withdrawn(study: Study, session: Session) -> None:
    key = heard(study, session)
    study.consent.decide(session.id, Kind.AUDIO, Decision.WITHDRAWN, form_version="1", recorded_by="ME", now=NOW)
    assert not study.speakers.label(key, "interviewer", 0.8, NOW)
    assert study.speakers.split(key, 1_600, NOW) is None
    assert study.transcript.get(key).version == 1


def test_nobody_speaks_in_what_was_struck_or_in_what_was_not_heard_yet(study: Study, session: Session) -> None:
    struck = heard(study, session)
    study.strike(session.id, 0, 9_000, NOW, sound=False)
    unheard = study.transcript.add_utterance(session.id, 10_000, 11_000, NOW)
    assert not study.speakers.label(struck, "interviewer", 0.8, NOW)
    assert not study.speakers.label(unheard, "interviewer", 0.8, NOW)


def test_labels_that_go_together_are_kept_together_or_not_at_all(study: Study, session: Session) -> None:
    keys = [heard(study, session), heard(study, session, start_ms=5_000)]

    def labelled(*which: str) -> None:
        with study.speakers.all_at_once():
            for key in which:
                study.speakers.split(key, 0, NOW)
                study.speakers.label(key, "interviewer", 0.8, NOW)

    with pytest.raises(NotFound):
        labelled(keys[0], "u9999999")
    assert study.transcript.get(keys[0]).speaker is None

    labelled(*keys)
    assert [study.transcript.get(key).speaker for key in keys] == ["interviewer"] * 2


def test_the_lines_of_a_session_are_its_utterances_without_the_times_of_words(study: Study, session: Session) -> None:
    later, sooner = heard(study, session, start_ms=9_000), heard(study, session, "Go on.", 1)
    unread = study.transcript.add_utterance(session.id, 4_000, 5_000, NOW)
    study.speakers.label(later, "participant", 0.7, NOW, voice=2)
    lines = study.transcript.lines(session.id)
    assert [line.id for line in lines] == [sooner, later]
    assert unread not in {line.id for line in lines}
    for line, row in zip(lines, study.transcript.utterances(session.id), strict=True):
        assert astuple(line) == (row.id, row.start_ms, row.text, row.speaker, row.confidence, row.voice)


def test_no_voice_counts_against_a_channel(study: Study, session: Session) -> None:
    key = heard(study, session)
    second = study.speakers.split(key, 1_600, NOW, BY_CHANNEL)
    assert second is not None
    study.speakers.label(key, "interviewer", 0.9, NOW, BY_CHANNEL)
    study.speakers.label(second, "participant", 0.9, NOW, BY_CHANNEL)

    assert not study.speakers.label(key, "participant", 1.0, NOW)
    assert study.speakers.split(second, 2_000, NOW) is None
    assert study.speakers.label(second, None, 0.1, NOW, BY_CHANNEL)
    assert [row.speaker for row in study.transcript.utterances(session.id)] == ["interviewer", None]


@pytest.mark.parametrize("speaker", ["participant", None])
def test_a_hand_has_the_last_word(study: Study, session: Session, speaker: str | None) -> None:
    key = heard(study, session)
    study.speakers.label(key, "interviewer", 0.8, NOW)
    study.transcript.set_speaker(key, speaker, now=NOW)
    assert not study.speakers.label(key, "interviewer", 1.0, NOW)
    assert study.speakers.split(key, 1_600, NOW) is None
    row = study.transcript.get(key)
    assert (row.speaker, row.confidence) == (speaker, None)


def test_an_utterance_is_parted_between_words(study: Study, session: Session) -> None:
    first = heard(study, session)
    second = study.speakers.split(first, 1_580, NOW)
    assert second is not None
    rows = [row for row in study.transcript.utterances(session.id) if row.id in (first, second)]
    assert [(row.id, row.text) for row in rows] == [(first, "What changed?"), (second, "Quite a lot, actually.")]
    assert rows[0].start_ms == 1_000
    assert rows[0].end_ms == rows[1].start_ms
    assert rows[1].end_ms == 1_000 + 300 * len(WORDS)
    assert [version.text for version in study.transcript.history(first)] == [TEXT, "What changed?"]
    assert found(study, session) == [second]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(st.integers(0, 6_000))
def test_no_word_is_lost_wherever_it_is_parted(study: Study, session: Session, at_ms: int) -> None:
    key = heard(study, session)
    other = study.speakers.split(key, at_ms, NOW)
    parts = [study.transcript.get(part) for part in (key, other) if part is not None]
    assert " ".join(part.text or "" for part in parts) == TEXT
    assert all(part.start_ms < part.end_ms for part in parts)
    assert all(word.start_ms < part.end_ms and word.end_ms > part.start_ms for part in parts for word in part.words)


def test_a_strike_of_one_part_leaves_no_word_of_it_in_earlier_versions_of_the_other(
    study: Study, session: Session
) -> None:
    first = heard(study, session)
    second = study.speakers.split(first, 1_580, NOW)
    assert second is not None
    study.strike(session.id, 1_700, 9_000, NOW, sound=False)
    assert [version.text for version in study.transcript.history(first)] == ["", "What changed?"]
    assert [version.text for version in study.transcript.history(second)] == [""]
    assert found(study, session) == []
    assert study.check() == ()


@pytest.mark.parametrize("named", [1, 2])
def test_one_word_names_a_voice_everywhere_and_once_more_changes_it_back(
    study: Study, session: Session, named: int
) -> None:
    keys = [heard(study, session, start_ms=1_000 + 5_000 * place) for place in range(5)]
    for key, voice in zip(keys, (1, 2, 1, None, 2), strict=True):
        study.speakers.label(key, None, 0.8 if voice else 0.1, NOW, voice=voice)
    study.transcript.set_speaker(keys[4], "interviewer", now=NOW)

    def speakers() -> list[str | None]:
        return [study.transcript.get(key).speaker for key in keys]

    first, other = ("interviewer", "participant") if named == 1 else ("participant", "interviewer")
    assert study.speakers.name(session.id, named, "interviewer", NOW) == 3
    assert speakers() == [first, other, first, None, "interviewer"]
    assert study.speakers.name(session.id, named, "interviewer", NOW) == 0
    assert study.speakers.name(session.id, named, "participant", NOW) == 3
    assert speakers() == [other, first, other, None, "interviewer"]
    assert not study.speakers.label(keys[0], "interviewer", 1.0, NOW, voice=2)  # a hand has the last word
    assert [version.text for version in study.transcript.history(keys[0])] == [TEXT] * 4
    assert found(study, session) == keys
    assert study.check() == ()


def test_naming_a_voice_brings_back_no_struck_word(study: Study, session: Session) -> None:
    key = heard(study, session)
    study.speakers.label(key, None, 0.8, NOW, voice=1)
    study.strike(session.id, 0, 9_000, NOW, sound=False)
    assert study.speakers.name(session.id, 1, "interviewer", NOW) == 0
    assert study.transcript.get(key).struck


def test_whose_a_voice_is_is_remembered_but_not_what_was_put_right_in_one_utterance(
    study: Study, session: Session
) -> None:
    keys = [heard(study, session, start_ms=1_000 + 5_000 * place) for place in range(3)]
    for key, voice in zip(keys, (1, 2, 1), strict=True):
        study.speakers.label(key, None, 0.8, NOW, voice=voice)
    assert study.speakers.named(session.id) == {}
    study.transcript.set_speaker(keys[0], "participant", now=NOW)
    assert study.speakers.named(session.id) == {}
    study.speakers.name(session.id, 1, "interviewer", NOW)
    assert study.speakers.named(session.id) == {keys[1]: "participant", keys[2]: "interviewer"}


def test_a_study_of_the_first_release_gets_the_new_columns(study: Study, session: Session, passphrase: str) -> None:
    key = heard(study, session)
    folder: Path = study.folder
    with study.another() as raw:
        for statement in (
            "ALTER TABLE version DROP COLUMN confidence",
            "ALTER TABLE version DROP COLUMN voice",
            "ALTER TABLE utterance DROP COLUMN heard_end_ms",
            "ALTER TABLE session DROP COLUMN language",
            "DELETE FROM _sqlite_migrations WHERE name IN ('m002_speakers_by_voice', 'm005_voices', 'm006_language')",
            "PRAGMA user_version = 0",
        ):
            raw._database.run(statement)
    study.close()
    with Study.open(folder, passphrase, NOW) as later:
        assert later.speakers.label(key, None, 0.7, NOW, voice=2)
        assert later.speakers.name(session.id, 2, "participant", NOW) == 1
        assert later.sessions.get(session.id).language is None
        assert later.check() == ()
