"""Who does not let go of what is destroyed is named in the receipt: a reader that is suspended, a file that is open."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from store import Session, SessionLock, Study, lock
from store.errors import ReceiptOwed
from store.holders import STILL_HELD
from transcribe import recording

Record = Callable[..., Path]
READS = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from store import Study
from transcribe import recording
folder, session, opens, now = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "opens", datetime.now(UTC)
with Study.open(folder, input(), now) as study:
    permit = study.permit_listening(session)
    held = recording.open_reader(permit.path, permit.key) if opens else study.lock_for_reading()
    opens or study.note_reading(session, now)
    print("ready", flush=True)
    input()
"""


def _locked_to_read(study: Study, session_id: str, now: datetime) -> SessionLock:
    held = study.lock_for_reading()
    study.note_reading(session_id, now)
    return held


def recording_of(study: Study, session_id: str) -> Path:
    return study.folder / "recordings" / f"{session_id}.db"


@contextmanager
def suspended(study: Study, session_id: str, passphrase: str, how: str) -> Iterator[None]:
    """Another program that reads the session once more (or has its recording open), and stands still."""
    command = [sys.executable, "-c", READS, str(study.folder), session_id, how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        try:
            assert reader.stdin is not None
            assert reader.stdout is not None
            reader.stdin.write(f"{passphrase}\n")
            reader.stdin.flush()
            assert reader.stdout.readline() == "ready\n"
            os.kill(reader.pid, signal.SIGSTOP)
            yield
        finally:
            reader.kill()


@pytest.fixture
def recorded(study: Study, session: Session, record: Record, now: datetime) -> str:
    record(study, session.id)
    study.sessions.stop(session.id, now, recording_ms=2000, captured_ms=2000, dropped_frames=0)
    return session.id


@pytest.mark.parametrize("how", ["reads", "opens"])
def test_a_receipt_says_that_a_suspended_program_still_holds_the_sound(
    study: Study, recorded: str, passphrase: str, now: datetime, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "_UNTIL_LET_GO_S", 0.3)
    said = ""
    with suspended(study, recorded, passphrase, how):
        try:
            said = " ".join(study.withdraw_audio(recorded, transcript=True, recorded_by="ME", now=now).out_of_reach)
        except ReceiptOwed as owed:  # unused space is erased when nobody reads
            said = str(owed)
    assert STILL_HELD in said
    assert not recording_of(study, recorded).exists()


def test_who_reads_another_session_holds_nothing_of_this_one(
    study: Study, recorded: str, begin: Callable[..., Session], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "_UNTIL_LET_GO_S", 0.1)
    with study.another() as other, _locked_to_read(other, begin(study).id, now):
        try:
            said = " ".join(study.withdraw_audio(recorded, transcript=True, recorded_by="ME", now=now).out_of_reach)
        except ReceiptOwed as owed:
            said = str(owed)
    assert said
    assert STILL_HELD not in said


def test_who_has_read_it_and_let_go_holds_nothing(study: Study, recorded: str, now: datetime) -> None:
    with study.another() as other, _locked_to_read(other, recorded, now):
        permit = other.permit_listening(recorded)
        recording.open_reader(permit.path, permit.key).close()
    receipt = study.withdraw_audio(recorded, transcript=True, recorded_by="ME", now=now)
    assert STILL_HELD not in receipt.out_of_reach


def test_a_recording_that_is_not_there_is_held_by_nobody(tmp_path: Path) -> None:
    assert not recording.held_elsewhere(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []
