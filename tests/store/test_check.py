"""What ``check`` finds, and the audit log it stands on."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from sqlcipher3 import dbapi2

from store import Session, Study, StudyDamaged
from store.triggers import MANIFEST
from tests.store import whole
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


@pytest.mark.parametrize("suffix", ["-new", "-new-wal", "-new-shm"])
def test_what_was_left_of_beginning_a_recording_hurts_nobody_unless_nobody_knows_it(
    recorded: tuple[Study, Session], suffix: str
) -> None:
    study, session = recorded
    left = study.permit_listening(session.id).path.with_name(f"{session.id}.db{suffix}")
    left.write_bytes(b"")
    assert codes(study) == []
    left.rename(left.with_name(f"50099-w1-1.db{suffix}"))
    assert codes(study) == ["orphan-recording"]


def test_a_lost_safeguard_is_found(recorded: tuple[Study, Session], connect: Connect) -> None:
    connect(recorded[0]).execute("DROP TRIGGER recording_key_needs_consent")
    assert codes(recorded[0]) == ["trigger"]


def test_an_index_that_lacks_words_is_found(recorded: tuple[Study, Session], connect: Connect) -> None:
    connect(recorded[0]).execute("DELETE FROM passage")
    assert codes(recorded[0]) == ["search-index"]


def test_an_index_that_is_broken_in_itself_is_found(recorded: tuple[Study, Session], connect: Connect) -> None:
    connect(recorded[0]).execute("DELETE FROM passage_data WHERE id > 10")
    assert codes(recorded[0]) == ["search-index"]


def test_a_check_waits_for_no_writer_and_no_writer_for_it(
    recorded: tuple[Study, Session], connect: Connect, now: datetime
) -> None:
    study, session = recorded
    study.memos.save(study.memos.open(session.id, "", now).id, "Not indexed yet.", now)
    writer = connect(study)
    writer.execute("BEGIN IMMEDIATE")
    assert study.check() == ()
    writer.execute("ROLLBACK")


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET subject = 'somebody else' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 1",
        # two lines change places, their own hashes with them
        "UPDATE audit SET seq = CASE seq WHEN 3 THEN -4 WHEN 4 THEN -3 ELSE seq END;"
        "UPDATE audit SET seq = -seq WHERE seq < 0",
        # a line is put in again, and all that follow are moved on
        "UPDATE audit SET seq = -seq - 1 WHERE seq > 3; UPDATE audit SET seq = -seq WHERE seq < 0;"
        "INSERT INTO audit SELECT 4, at, action, subject, hash FROM audit WHERE seq = 3",
        "UPDATE audit SET at = '2020-01-01T00:00:00.000000+00:00' WHERE seq = 4",
    ],
)
def test_a_changed_audit_log_is_found(recorded: tuple[Study, Session], connect: Connect, tampering: str) -> None:
    study, _ = recorded
    connection = connect(study)
    for event in ("update", "delete"):
        connection.execute(f"DROP TRIGGER audit_no_{event}")
    connection.executescript(tampering)
    assert codes(study) == ["trigger", "trigger", "audit-chain"]
    for event in ("update", "delete"):  # and whoever did it would put the safeguards back
        connection.execute(MANIFEST[f"audit_no_{event}"])
    assert codes(study) == ["audit-chain"]


@pytest.mark.parametrize("table", ["audit", "decision", "receipt"])
@pytest.mark.parametrize("change", ["UPDATE {} SET rowid = rowid + 99", "DELETE FROM {}"])
def test_what_is_only_ever_added_to_refuses_any_change(
    recorded: tuple[Study, Session], connect: Connect, now: datetime, table: str, change: str
) -> None:
    study, session = recorded
    study.strike(session.id, 0, 500, now)
    with pytest.raises(dbapi2.Error, match="is only ever added to"):
        connect(study).execute(change.format(table))


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


def reopened(study: Study, passphrase: str, now: datetime) -> list[str]:
    """What is found in a study that was closed, after it is opened again."""
    study.close()
    with Study.open(study.folder, passphrase, now) as opened:
        return codes(opened)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE passage SET text = 'a pelikan in the lift' WHERE rowid % 4 = 0",
        "INSERT INTO passage (rowid, text) VALUES (4004, 'nobody said this')",
    ],
)
def test_an_index_that_says_something_else_is_found(
    recorded: tuple[Study, Session], connect: Connect, tampering: str
) -> None:
    connect(recorded[0]).execute(tampering)
    assert codes(recorded[0]) == ["search-index"]


def test_words_of_a_memo_that_the_index_holds_otherwise_are_found(
    recorded: tuple[Study, Session], connect: Connect, now: datetime
) -> None:
    study, session = recorded
    study.memos.save(study.memos.open(session.id, "", now).id, "On the pelican.", now)
    assert study.search("pelican")  # only now is it indexed
    assert codes(study) == []
    connect(study).execute("UPDATE passage SET text = 'On nothing.' WHERE rowid % 4 = 1")
    assert codes(study) == ["search-index"]


def test_a_trigger_from_outside_is_found(recorded: tuple[Study, Session], connect: Connect) -> None:
    connect(recorded[0]).execute("CREATE TRIGGER odd AFTER INSERT ON jotting BEGIN DELETE FROM mark; END")
    assert codes(recorded[0]) == ["trigger"]


def test_files_that_are_no_part_of_a_study_are_found(recorded: tuple[Study, Session]) -> None:
    study, _ = recorded
    (study.folder / "notes.txt").write_text("x")
    (study.folder / "keys.json.new").write_text("{}")
    (study.folder / ".DS_Store").write_text("x")
    assert codes(study) == ["leftover", "orphan-file"]


def test_an_audit_log_whose_end_was_taken_off_is_found_ever_after(
    recorded: tuple[Study, Session], connect: Connect, passphrase: str, now: datetime
) -> None:
    study, _ = recorded
    connection = connect(study)
    [(trigger,)] = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'audit_no_delete'")
    connection.execute("DROP TRIGGER audit_no_delete")
    connection.execute("DELETE FROM audit WHERE seq > (SELECT max(seq) - 2 FROM audit)")
    connection.execute(trigger)
    connection.close()
    assert reopened(study, passphrase, now) == ["audit-cut"]
    with Study.open(study.folder, passphrase, now) as again:
        again.participants.add("60009", {}, now)
        assert codes(again) == ["audit-cut"]


def test_an_older_copy_of_the_database_is_found_ever_after(
    recorded: tuple[Study, Session], passphrase: str, now: datetime
) -> None:
    study, session = recorded
    study.close()
    older = (study.folder / "study.db").read_bytes()
    with Study.open(study.folder, passphrase, now) as opened:
        opened.log.jot(session.id, at_ms=5, text="an egret", now=now)
        opened.log.jot(session.id, at_ms=6, text="a heron", now=now)
    (study.folder / "study.db").write_bytes(older)
    with Study.open(study.folder, passphrase, now) as opened:
        [finding] = opened.check()
        assert finding.code == "lost-writes"
        assert "the last 2 writes" in finding.text
        opened.participants.add("60010", {}, now)
        assert opened.check() == (finding,)
    assert reopened(study, passphrase, now) == ["lost-writes"]


def test_a_lost_count_is_found(recorded: tuple[Study, Session], passphrase: str, now: datetime) -> None:
    study, _ = recorded
    study.close()
    (study.folder / "count").unlink()
    assert reopened(study, passphrase, now) == ["count"]


def test_two_programs_that_write_by_turns_lose_nothing(
    recorded: tuple[Study, Session], passphrase: str, now: datetime
) -> None:
    study, session = recorded
    with Study.open(study.folder, passphrase, now) as other:
        for number in range(5):
            (study if number % 2 else other).log.jot(session.id, at_ms=number, text="x", now=now)
        assert codes(study) == codes(other) == []
    assert reopened(study, passphrase, now) == []


def test_what_another_program_has_written_since_is_no_finding(
    recorded: tuple[Study, Session], say: Callable[..., str], passphrase: str, now: datetime
) -> None:
    study, session = recorded
    assert codes(study) == []
    with Study.open(study.folder, passphrase, now) as other:
        for number in range(3):
            say(other, session.id, f"an egret {number}", start_ms=number)
        assert codes(study) == []
        other.memos.save(other.memos.open(session.id, "", now).id, "On the egret.", now)
        study.search("egret")
        other.memos.save(other.memos.open(session.id, "", now).id, "On the heron.", now)
        assert codes(study) == codes(other) == []


def test_a_damaged_wrap_of_the_recovery_key_is_found_though_the_passphrase_opens(
    recorded: tuple[Study, Session], passphrase: str, now: datetime
) -> None:
    study, _ = recorded
    path = study.folder / "keys.json"
    kept = json.loads(path.read_text())
    sealed = kept["wraps"]["recovery"]["sealed"]
    kept["wraps"]["recovery"]["sealed"] = ("A" if sealed[0] != "A" else "B") + sealed[1:]
    path.write_text(json.dumps(kept, indent=1))
    assert reopened(study, passphrase, now) == ["keys"]
    with Study.open(study.folder, passphrase, now) as opened:
        opened.rekey(passphrase, passphrase, now, recovery=True)
        opened.recovery_key_shown(now)
        assert codes(opened) == []


def test_a_damaged_wrap_of_the_passphrase_is_no_wrong_passphrase(
    recorded: tuple[Study, Session], passphrase: str, now: datetime
) -> None:
    study, _ = recorded
    study.close()
    path = study.folder / "keys.json"
    kept = json.loads(path.read_text())
    kept["wraps"]["passphrase"]["salt"] = kept["wraps"]["recovery"]["salt"]
    path.write_text(json.dumps(kept, indent=1))
    with pytest.raises(StudyDamaged, match="damaged"):
        Study.open(study.folder, passphrase, now)


def test_keys_of_an_earlier_version_get_their_sums_when_they_are_next_used(
    recorded: tuple[Study, Session], passphrase: str, now: datetime
) -> None:
    study, _ = recorded
    path = study.folder / "keys.json"
    kept = json.loads(path.read_text())
    path.write_text(json.dumps({"format": 1, "wraps": kept["wraps"]}, indent=1))
    assert codes(study) == ["keys"]
    assert reopened(study, passphrase, now) == []
    assert json.loads(path.read_text()) == kept


def test_a_ballast_that_changed_by_itself_is_found(recorded: tuple[Study, Session]) -> None:
    study, _ = recorded
    path = study.folder / "ballast"
    whole.flip(path, path.stat().st_size - 1, 1)
    assert codes(study) == ["ballast"]
    path.unlink()
    assert codes(study) == []


def test_less_sound_than_was_captured_is_found(recorded: tuple[Study, Session], now: datetime) -> None:
    study, session = recorded
    study.sessions.stop(session.id, now, recording_ms=9000, captured_ms=2500, dropped_frames=0)
    [finding] = study.check()
    assert finding.code == "recording"
    assert "0.5 s of sound" in finding.text


def test_words_past_the_end_of_the_recording_are_found(
    recorded: tuple[Study, Session], say: Callable[..., str]
) -> None:
    study, session = recorded
    say(study, session.id, "and out of it", start_ms=2000)
    assert codes(study) == []
    say(study, session.id, "a pelican at the door", start_ms=4000)
    assert codes(study) == ["recording"]
