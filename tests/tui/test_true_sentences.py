"""What commands and screens say of sessions, consent, machine and study is so, and can't be read otherwise."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from guides import bundled_guide
from store import Decision, Kind, Session, Study
from tui import machine
from tui.cli import vivavoce
from tui.widgets.board_detail import consent_words

PASSPHRASE = "a quiet room with a window"
EVENING_BEFORE = datetime(2026, 11, 30, 20, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_auckland(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "NZDT-13")
    monkeypatch.setenv("VIVAVOCE_PASSPHRASE", PASSPHRASE)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    guide = bundled_guide("peer-specialist-fidelity")
    made, _ = Study.create(tmp_path / "study", PASSPHRASE, name="Peers", guide=guide, now=EVENING_BEFORE)
    with made:
        yield made


def sitting(study: Study, number: str, **decided: Decision) -> Session:
    study.participants.add(number, {}, EVENING_BEFORE)
    guide = study.guides.current().sha256
    session = study.sessions.begin(number, 1, guide_sha256=guide, setting="", others_present="", now=EVENING_BEFORE)
    for kind, decision in ({"taking_part": Decision.GRANTED, "audio": Decision.GRANTED} | decided).items():
        study.consent.decide(session.id, Kind(kind), decision, form_version="1", recorded_by="ME", now=EVENING_BEFORE)
    return study.sessions.stop(session.id, EVENING_BEFORE, recording_ms=61_000, captured_ms=61_000, dropped_frames=0)


def printed(study: Study, *words: str) -> list[str]:
    study.close()
    done = CliRunner().invoke(vivavoce, [*words, "--study", str(study.folder)])
    assert done.exit_code == 0, done.output
    return done.stdout.splitlines()


def test_the_list_says_where_and_when_each_was_held_and_what_a_refusal_was(study: Study) -> None:
    sitting(study, "50001")
    sitting(study, "50002", taking_part=Decision.DECLINED)
    sitting(study, "50003", audio=Decision.DECLINED)
    study.withdraw_audio(sitting(study, "50004").id, transcript=True, recorded_by="ME", now=EVENING_BEFORE)
    study.withdraw_taking_part(sitting(study, "50005").id, notes=True, recorded_by="ME", now=EVENING_BEFORE)
    assert printed(study, "sessions", "list") == [
        "50001-w1-1  wave 1  2026-12-01 09:30 +13:00  00:01:01  audio  stopped",
        "50002-w1-1  wave 1  2026-12-01 09:30 +13:00  declined to take part",
        "50003-w1-1  wave 1  2026-12-01 09:30 +13:00  00:01:01  notes  stopped, audio declined",
        "50004-w1-1  wave 1  2026-12-01 09:30 +13:00  00:01:01  audio  audio withdrawn",
        "50005-w1-1  wave 1  2026-12-01 09:30 +13:00  no longer takes part",
    ]


def test_a_study_is_described_in_words(study: Study) -> None:
    sitting(study, "50001")
    lines = printed(study, "study", "info")
    assert {
        "name: Peers",
        "made: 2026-12-01 09:30 +13:00",
        "participants: 1",
        "sessions: 1 stopped",
        "recorded: 00:01:01 of sound",
        "glossary: 0 terms",
        "sessions are kept: forever",
    } <= set(lines)
    assert not any(line.startswith(("schema", "recorded ms", "left out", "invented")) for line in lines)


def test_consent_on_the_board_says_first_what_was_refused() -> None:
    granted = dict.fromkeys(Kind, Decision.GRANTED)
    assert consent_words(granted) == "granted: taking part, audio, quoting, contact"
    assert consent_words({**granted, Kind.AUDIO: Decision.DECLINED}) == (
        "declined: audio · granted: taking part, quoting, contact"
    )
    assert consent_words({**dict.fromkeys(Kind, Decision.DECLINED), Kind.AUDIO: Decision.WITHDRAWN}) == (
        "withdrawn: audio · declined: taking part, quoting, contact"
    )
    assert consent_words({}) == "not taken"


@pytest.mark.parametrize("there", [True, False])
def test_no_word_of_a_card_where_there_can_be_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, there: bool
) -> None:
    driver = tmp_path / "version"
    if there:
        driver.touch()
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(machine, "CARD_DRIVER", driver)
    monkeypatch.setattr(machine, "CARD_OF_WINDOWS", tmp_path / "none")
    assert ("graphics card" in machine.device_words("auto")) is there
