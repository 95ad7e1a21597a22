"""What ``check`` finds, and the audit log it stands on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from sqlcipher3 import dbapi2

from store import Session, Study
from transcribe import recording

Begin = Callable[..., Session]
Connect = Callable[[Study], dbapi2.Connection]


@pytest.fixture
def recorded(
    make_study: Callable[[], Study], begin: Begin, record: Callable[..., Path], say: Callable[..., str], now: datetime
) -> tuple[Study, Session]:
    study = make_study()
    session = begin(study)
    record(study, session.id)
    say(study, session.id, "a pelican in the lift")
    study.sessions.interrupt(session.id, now)
    return study, session


def codes(study: Study) -> list[str]:
    return [finding.code for finding in study.check()]


def test_a_sound_study_has_no_findings_though_a_session_is_interrupted(recorded: tuple[Study, Session]) -> None:
    assert recorded[0].check() == ()


def test_a_missing_recording_is_found(recorded: tuple[Study, Session]) -> None:
    study, session = recorded
    recording.destroy(study.permit_listening(session.id).path)
    assert codes(study) == ["missing-recording"]


def test_a_recording_shorter_than_its_receipt_is_found(recorded: tuple[Study, Session]) -> None:
    study, session = recorded
    permit = study.permit_listening(session.id)
    recording.destroy(permit.path)
    writer = recording.create(permit.path, permit.key)
    writer.append(np.ones(100, dtype=np.int16))
    writer.close()
    assert codes(study) == ["recording"]


def test_a_file_that_belongs_to_no_recording_is_found(recorded: tuple[Study, Session]) -> None:
    study, _ = recorded
    (study.folder / "recordings" / "50099-w1-1.db").write_bytes(b"x")
    assert codes(study) == ["orphan-recording"]


def test_a_lost_safeguard_is_found(recorded: tuple[Study, Session], connect: Connect) -> None:
    connect(recorded[0]).execute("DROP TRIGGER recording_key_needs_consent")
    assert codes(recorded[0]) == ["trigger"]


def test_an_index_that_lacks_words_is_found(recorded: tuple[Study, Session], connect: Connect) -> None:
    connect(recorded[0]).execute("DELETE FROM passage")
    assert codes(recorded[0]) == ["search-index"]


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET subject = 'somebody else' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 3",
        "UPDATE audit SET at = '2020-01-01T00:00:00.000000+00:00' WHERE seq = 4",
    ],
)
def test_a_changed_audit_log_is_found(recorded: tuple[Study, Session], connect: Connect, tampering: str) -> None:
    study, _ = recorded
    connection = connect(study)
    for event in ("update", "delete"):
        connection.execute(f"DROP TRIGGER audit_no_{event}")
    connection.execute(tampering)
    assert codes(study) == ["trigger", "trigger", "audit-chain"]


def test_pages_changed_from_outside_are_found(recorded: tuple[Study, Session], passphrase: str, now: datetime) -> None:
    study, _ = recorded
    for number in range(200):
        study.participants.add(f"extra-{number}", {"note": "x" * 500}, now)
    study.close()
    path = study.folder / "study.db"
    raw = bytearray(path.read_bytes())
    raw[-4096 + 100] ^= 0xFF
    path.write_bytes(bytes(raw))
    with Study.open(study.folder, passphrase, now) as opened:
        assert {"pages"} <= set(codes(opened))


def test_the_audit_log_holds_no_words(recorded: tuple[Study, Session], now: datetime) -> None:
    study, session = recorded
    study.log.jot(session.id, at_ms=1, text="a pelican again", now=now)
    study.memos.save(study.memos.open(session.id, "pelican", now).id, "pelican memo", now)
    lines = " ".join(f"{entry.action} {entry.subject}" for entry in study.audit.entries())
    assert session.id in lines
    assert "pelican" not in lines
    assert study.audit.verify() == ()
    assert study.audit.head() == study.audit.entries()[-1].hash
