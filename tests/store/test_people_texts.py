"""The mark before a text is no part of a passphrase, and one accent typed two ways is one."""

import json
import unicodedata
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from guides import Guide
from guides.texts import MARK
from store import BadInput, Session, SpokenWord, Study, WrongPassphrase, keys

WORDS = "quiet garden lamp"
NFC, NFD = "caf\xe9 Soci\xe9t\xe9", "cafe\u0301 Socie\u0301te\u0301"


@pytest.mark.parametrize("made", [WORDS, MARK + WORDS])
@pytest.mark.parametrize("typed", [WORDS, MARK + WORDS])
def test_a_study_opens_with_and_without_the_mark(
    tmp_path: Path, guide: Guide, now: datetime, made: str, typed: str
) -> None:
    Study.create(tmp_path / "s", made, name="Peers", guide=guide, now=now)[0].close()

    Study.open(tmp_path / "s", typed, now).close()
    with pytest.raises(WrongPassphrase):
        Study.open(tmp_path / "s", f"{typed}s", now)


@pytest.fixture
def marked(tmp_path: Path, guide: Guide, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study as earlier versions made it: the mark is the first letter of its passphrase."""
    with monkeypatch.context() as patch:
        patch.setattr(keys, "_plain", lambda by, secret, _: unicodedata.normalize("NFKC", secret).encode())
        Study.create(tmp_path / "s", MARK + WORDS, name="Peers", guide=guide, now=now)[0].close()
    return tmp_path / "s"


@pytest.mark.parametrize("typed", [WORDS, MARK + WORDS])
def test_a_study_of_an_earlier_version_opens_and_gets_rid_of_the_mark(marked: Path, now: datetime, typed: str) -> None:
    with Study.open(marked, typed, now) as study:
        study.rekey(typed, "another evening", now)

    Study.open(marked, "another evening", now).close()


def test_a_mark_alone_is_no_passphrase(tmp_path: Path, guide: Guide, now: datetime) -> None:
    with pytest.raises(BadInput, match="passphrase is empty"):
        Study.create(tmp_path / "s", f"{MARK} ", name="Peers", guide=guide, now=now)


def test_a_passphrase_of_bytes_that_are_no_text_is_refused_and_nothing_is_called_broken(
    marked: Path, now: datetime
) -> None:
    with pytest.raises(BadInput, match="not UTF-8 text"):
        Study.open(marked, b"caf\xe9".decode("utf-8", "surrogateescape"), now)


@pytest.mark.parametrize(("added", "removed"), [(NFC, NFD), (NFD, NFC)])
def test_a_term_is_one_however_its_accent_is_typed(
    make_study: Callable[[], Study], now: datetime, added: str, removed: str
) -> None:
    with make_study() as study:
        assert study.glossary.add([added], now) == 1
        assert study.glossary.add([removed, f"{MARK}{removed}"], now) == 0
        assert study.glossary.terms == (NFC,)
        assert study.glossary.put([added, removed], now) == 1
        assert study.glossary.remove([removed], now) == 1
        assert study.glossary.terms == ()


def test_a_term_that_an_earlier_version_kept_twice_is_one(make_study: Callable[[], Study], now: datetime) -> None:
    with make_study() as study:
        study._settings.set("glossary", json.dumps([NFC, "wrap", NFD]), now)

        assert study.glossary.terms == (NFC, "wrap")
        assert study.glossary.remove([NFD], now) == 1
        assert study.glossary.terms == ("wrap",)


@pytest.fixture
def spoken(study: Study, begin: Callable[..., Session], now: datetime) -> str:
    """Words in five alphabets, each written in both ways."""
    session = begin(study)
    for at, word in enumerate(("Société", "Ώρα", "Ёлка", "한국어", "ガール")):
        for step, form in enumerate(("NFC", "NFD")):
            at_ms = 1_000 + 2_000 * at + 1_000 * step
            key = study.transcript.add_utterance(session.id, at_ms, at_ms + 900, now)
            text = unicodedata.normalize(form, f"so {word} then")  # type: ignore[arg-type]
            words = [SpokenWord(at_ms, at_ms + 900, text, 1.0)]
            study.transcript.set_text(key, text, words, speaker=None, reading="live", model="m", now=now)
    return session.id


@pytest.mark.parametrize("word", ["Société", "Ώρα", "Ёлка", "한국어", "ガール"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_word_is_found_however_its_accents_were_typed(study: Study, spoken: str, word: str, form: str) -> None:
    typed = unicodedata.normalize(form, word)  # type: ignore[arg-type]

    assert len([hit for hit in study.search(typed) if hit.session == spoken]) == 2
    assert len([hit for hit in study.search(f"{typed} then") if hit.session == spoken]) == 2
