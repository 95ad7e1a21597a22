"""Terms that a study spells its own way, and the choice of how verbatim it reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from store import BadInput, Session, SpokenWord, Study, Verbatim
from store.glossary import LONGEST_TERM, MOST_TERMS

Say = Callable[..., str]


@pytest.fixture
def fresh(make_study: Callable[[], Study]) -> Study:
    return make_study()


def test_terms_are_kept_in_order_and_each_once(fresh: Study, now: datetime) -> None:
    assert fresh.glossary.terms == ()
    assert fresh.glossary.add(["Ravenscombe", "", "  Tamsin   Vereker "], now) == 2
    assert fresh.glossary.add(["Ravenscombe", "quetiapine"], now) == 1
    assert fresh.glossary.terms == ("Ravenscombe", "Tamsin Vereker", "quetiapine")


def test_another_spelling_takes_the_place_of_the_old(fresh: Study, now: datetime) -> None:
    fresh.glossary.add(["wrap", "Ravenscombe"], now)
    assert fresh.glossary.add(["WRAP"], now) == 1
    assert fresh.glossary.terms == ("WRAP", "Ravenscombe")


def test_terms_are_taken_out_however_they_are_written(fresh: Study, now: datetime) -> None:
    fresh.glossary.add(["Ravenscombe", "quetiapine"], now)
    assert fresh.glossary.remove(["RAVENSCOMBE", "unknown"], now) == 1
    assert fresh.glossary.terms == ("quetiapine",)


def test_the_audit_log_counts_terms_and_names_none(fresh: Study, now: datetime) -> None:
    fresh.glossary.add(["Ravenscombe"], now)
    last = fresh.audit.entries()[-1]
    assert (last.action, last.subject) == ("glossary changed", "1 terms")


@pytest.mark.parametrize("line", ["x" * (LONGEST_TERM + 1), "--- ...", "a\x07bell"])
def test_what_is_no_term_is_refused_by_its_line_and_nothing_is_kept(fresh: Study, now: datetime, line: str) -> None:
    with pytest.raises(BadInput, match="Line 2") as refusal:
        fresh.glossary.add(["Ravenscombe", line], now)
    assert line not in str(refusal.value)
    assert fresh.glossary.terms == ()


def test_a_glossary_has_an_end(fresh: Study, now: datetime) -> None:
    fresh.glossary.add([f"term {number}" for number in range(MOST_TERMS)], now)
    with pytest.raises(BadInput, match=str(MOST_TERMS)):
        fresh.glossary.add(["one more"], now)
    assert len(fresh.glossary.terms) == MOST_TERMS


def test_terms_lie_encrypted(fresh: Study, now: datetime, decrypted_pages: Callable[[Path], bytes]) -> None:
    fresh.glossary.add(["Ravenscombe"], now)
    fresh.close()
    assert b"Ravenscombe" in decrypted_pages(fresh.folder)
    assert not any(b"Ravenscombe" in path.read_bytes() for path in fresh.folder.rglob("*") if path.is_file())


def test_a_study_reads_clean_until_it_is_chosen_otherwise(fresh: Study, now: datetime) -> None:
    assert fresh.verbatim is Verbatim.CLEAN
    fresh.set_verbatim(Verbatim.STRICT, now)
    assert fresh.verbatim is Verbatim.STRICT
    assert fresh.info(now).verbatim == "strict"


def test_each_version_knows_how_verbatim_it_was_read(study: Study, session: Session, say: Say, now: datetime) -> None:
    utterance = say(study, session.id, "I was covering up")
    words = [SpokenWord(0, 100, "Um,", 0.6, strict=True), SpokenWord(100, 900, "yes", 0.9)]
    study.transcript.set_text(
        utterance, "Um, yes", words, speaker=None, reading="again", model="base", now=now, verbatim=Verbatim.STRICT
    )
    study.transcript.set_speaker(utterance, "participant", now=now)
    kinds = [version.verbatim for version in study.transcript.history(utterance)]
    assert kinds == [Verbatim.CLEAN, Verbatim.STRICT, Verbatim.STRICT]
    assert study.transcript.get(utterance).verbatim is Verbatim.STRICT
    assert [word.strict for word in study.transcript.get(utterance).words] == [True, False]
    assert study.transcript.not_read(session.id, "again", "base", Verbatim.STRICT) == ()
    assert [row.id for row in study.transcript.not_read(session.id, "again", "base", Verbatim.CLEAN)] == [utterance]


def test_both_parts_of_a_parted_utterance_are_as_verbatim_as_it_was(
    study: Study, session: Session, now: datetime
) -> None:
    key = study.transcript.add_utterance(session.id, 0, 2_000, now)
    words = [SpokenWord(0, 900, "Um,", 0.6, strict=True), SpokenWord(1_000, 1_900, "yes", 0.9)]
    study.transcript.set_text(
        key, "Um, yes", words, speaker=None, reading="live", model="tiny.en", now=now, verbatim=Verbatim.STRICT
    )
    assert study.speakers.split(key, 950, now) is not None
    assert {row.verbatim for row in study.transcript.utterances(session.id)} == {Verbatim.STRICT}
