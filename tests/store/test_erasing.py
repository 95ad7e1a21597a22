"""Unused space is erased behind everything else: it gives way to whoever writes, and a kill leaves it to be done."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest
from sqlcipher3 import dbapi2

from store import NotNow, ReceiptOwed, State, Study, StudyLocked, foreign_log
from store.database import BUSY_MS
from store.erasing import COPY_FILE, COPY_FILES, ERASING_FILE, Eraser
from store.opening import DATABASE_FILE
from tests.store import pages
from tests.store.lived import NOW, PASSPHRASE, Held, Lived

MakeStudy = Callable[[], Study]
Connect = Callable[[Study], dbapi2.Connection]
HELD = (2, 120)
BY: dict[str, Any] = {"recorded_by": "ME", "now": NOW}
STAYS = {"notes", "memo", "form"}
PATIENCE_S = 60.0


@pytest.fixture
def taken_back(lived: Lived) -> Held:
    """A session of which everything is destroyed, but for what may lie in unused space."""
    lived.study.erase_later()
    with pytest.raises(ReceiptOwed):
        lived.study.withdraw_audio(lived.sessions[0].id, transcript=True, **BY)
    return lived.sessions[0]


def is_held(study: Study, connect: Connect) -> bool:
    """Whether nobody else can write just now."""
    other = connect(study)
    try:
        other.execute("PRAGMA busy_timeout = 0")
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    except dbapi2.OperationalError:
        return True
    finally:
        other.close()
    return False


class Moments:
    """Does something once, in the midst of erasing: while the copy is made, or while it takes its place."""

    def __init__(self, study: Study, connect: Connect, held: bool, what: Callable[[], None]) -> None:
        self.study, self.connect, self.held, self.what = study, connect, held, what
        self.done = False

    def __call__(self) -> bool:
        if not self.done and is_held(self.study, self.connect) is self.held:
            self.done = True
            self.what()
        return True


def until_called(study: Study) -> Callable[[], None]:
    """To be called later: waits until somebody has said that they want to write."""
    file = study.folder / ERASING_FILE
    before = file.stat().st_mtime_ns

    def wait() -> None:
        end = time.monotonic() + PATIENCE_S
        while file.stat().st_mtime_ns == before:
            assert time.monotonic() < end, "nobody called"
            time.sleep(0.001)

    return wait


def test_until_it_is_erased_the_receipt_is_owed_and_everything_is_out_of_reach(lived: Lived, taken_back: Held) -> None:
    study = lived.study
    assert study.erasing_owed
    assert study.receipt_owed(taken_back.id)
    assert study.receipts.list(taken_back.id) == ()
    assert not {"key", "sound"} & set(lived.left_of(taken_back))
    assert study.search(taken_back.said[0]) == ()
    assert study.sessions.get(taken_back.id).state is State.WITHDRAWN

    assert study.erase(NOW) == (taken_back.id,)

    assert set(lived.left_of(taken_back)) == STAYS
    assert not study.erasing_owed
    (receipt,) = study.receipts.list(taken_back.id)
    assert receipt.destroyed == ("the key of the recording", "the words of 120 utterances", "the recording")
    assert study.check() == ()
    assert study.erase(NOW) == ()


def test_nothing_of_what_stays_is_changed_by_it(lived: Lived, taken_back: Held, connect: Connect) -> None:
    def everything() -> list[Any]:
        rows = connect(lived.study)
        named = rows.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'passage%' ORDER BY 1"
        )
        tables = [name for (name,) in named.fetchall() if name not in ("leftover", "destruction", "receipt")]
        return [(table, rows.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()) for table in tables]

    before = everything()
    lived.study._eraser.erase()
    assert everything() == before
    assert len(lived.study.search(lived.sessions[1].said[5])) == 1
    assert lived.study.check() == ()


def test_it_is_never_done_while_a_session_is_conducted(lived: Lived, taken_back: Held) -> None:
    with Study.open(lived.folder, PASSPHRASE, NOW) as other:
        with other.lock_for_session():
            with pytest.raises(NotNow, match="While an interview runs"):
                lived.study.erase(NOW)
            lived.study.another().close()
        assert lived.study.receipt_owed(taken_back.id)
        assert lived.study.erase(NOW) == (taken_back.id,)


_BEGINS = """
import sys
from datetime import datetime
from pathlib import Path
from store import Kind, Decision, Study

now = datetime.fromisoformat("2026-03-02T10:00:00+00:00")
with Study.open(Path(sys.argv[1]), sys.stdin.readline().strip(), now) as study:
    sys.stdin.readline()
    with study.lock_for_session():
        study.participants.add("70001", {}, now)
        session = study.sessions.begin(
            "70001", 1, guide_sha256=study.guides.current().sha256, setting="", others_present="", now=now
        )
        for kind in Kind:
            study.consent.decide(session.id, kind, Decision.GRANTED, form_version="1", recorded_by="ME", now=now)
        study.permit_recording(session.id, now)
        print("begun", flush=True)
        sys.stdin.readline()
        study.sessions.stop(session.id, now, recording_ms=0, captured_ms=0, dropped_frames=0)
"""


def begin(study: Study, program: IO[str] | None) -> None:
    """Has that program begin a session, and waits until it has said so."""
    assert program is not None
    called = until_called(study)
    program.write("\n")
    program.flush()
    called()


@pytest.mark.parametrize("held", [False, True], ids=["while the copy is made", "while it takes its place"])
def test_a_session_that_begins_in_another_program_interrupts_it(
    lived: Lived, taken_back: Held, connect: Connect, held: bool
) -> None:
    command = [sys.executable, "-c", _BEGINS, str(lived.folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        other.stdin.write(f"{PASSPHRASE}\n")
        other.stdin.flush()

        moments = Moments(lived.study, connect, held, lambda: begin(lived.study, other.stdin))
        with pytest.raises(NotNow):
            lived.study.erase(NOW, moments)
        assert moments.done
        assert other.stdout.readline() == "begun\n"
        with pytest.raises(NotNow, match="While an interview runs"):
            lived.study.erase(NOW)
        assert not any((lived.folder / name).exists() for name in COPY_FILES)
        other.stdin.write("\n")
        other.stdin.flush()
        assert other.wait(PATIENCE_S) == 0
    assert lived.study.sessions.get("70001-w1-1").state is State.STOPPED
    assert lived.study.erase(NOW) == (taken_back.id,)
    assert set(lived.left_of(taken_back)) == STAYS
    assert lived.study.check() == ()


def test_who_writes_while_the_copy_takes_its_place_waits_for_a_moment_only_and_is_not_lost(
    lived: Lived, taken_back: Held, connect: Connect
) -> None:
    written: list[str] = []

    def write() -> None:
        with lived.study.another() as other:
            other.participants.add("80001", {}, NOW)
            written.append("80001")

    thread = threading.Thread(target=write)

    def begin() -> None:
        called = until_called(lived.study)
        thread.start()
        called()

    with pytest.raises(NotNow):
        lived.study.erase(NOW, Moments(lived.study, connect, True, begin))
    thread.join(PATIENCE_S)
    assert written == ["80001"]
    assert "80001" in [one.number for one in lived.study.participants.list()]
    assert lived.study.erase(NOW) == (taken_back.id,)
    assert "80001" in [one.number for one in lived.study.participants.list()]


def test_what_is_written_without_a_word_since_the_copy_was_begun_is_not_lost(
    lived: Lived, taken_back: Held, connect: Connect
) -> None:
    def write() -> None:
        connect(lived.study).execute("INSERT INTO setting VALUES ('odd', 'kept', '2026')")

    with pytest.raises(NotNow):
        lived.study.erase(NOW, Moments(lived.study, connect, False, write))
    assert lived.study.setting("odd") == "kept"
    assert lived.study.receipt_owed(taken_back.id)
    lived.study.erase(NOW)
    assert lived.study.setting("odd") == "kept"


def test_who_does_not_wish_for_it_any_more_is_obeyed(lived: Lived, taken_back: Held) -> None:
    with pytest.raises(NotNow):
        lived.study.erase(NOW, lambda: False)
    assert not any((lived.folder / name).exists() for name in COPY_FILES)
    assert lived.study.receipt_owed(taken_back.id)


def test_two_programs_do_not_erase_at_once(lived: Lived, taken_back: Held, connect: Connect) -> None:
    said: list[str] = []

    def also() -> None:
        with lived.study.another() as other, pytest.raises(NotNow) as refused:
            other.erase(NOW)
        said.append(str(refused.value))

    assert lived.study.erase(NOW, Moments(lived.study, connect, False, also)) == (taken_back.id,)
    assert said[0].startswith("Another program is erasing")


_KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from store import Study
from store.database import Database

def then_killed(*given, become=Database.become):
    become(*given)
    os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[2] == "0":
    Database.become = then_killed

class Kill:
    times = int(sys.argv[2])
    def __call__(self):
        self.times -= 1
        if not self.times:
            os.kill(os.getpid(), signal.SIGKILL)
        return True

now = datetime.fromisoformat("2026-03-02T10:00:00+00:00")
study = Study.open(Path(sys.argv[1]), sys.stdin.readline().strip(), now)
study.erase(now, Kill())
"""


@pytest.mark.parametrize("times", [1, 0, 1_000_000])
def test_killed_in_the_midst_it_is_done_at_the_next_opening_and_the_receipt_is_given(
    lived: Lived, taken_back: Held, times: int
) -> None:
    lived.study.close()
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(lived.folder), str(times)], input=PASSPHRASE, text=True, check=False
    )
    assert killed.returncode == (0 if times == 1_000_000 else -signal.SIGKILL)
    if killed.returncode:
        assert (lived.folder / COPY_FILE).exists()
    with Study.open(lived.folder, PASSPHRASE, NOW) as study:
        assert study.check() == ()
        assert not any((lived.folder / name).exists() for name in COPY_FILES)
        if times == 1:  # before the copy took its place; after that only the receipt was owed
            assert study.erase(NOW) == (taken_back.id,)
        assert set(lived.left_of(taken_back)) == STAYS
        assert len(study.receipts.list(taken_back.id)) == 1


def test_a_check_beside_it_finds_nothing_wrong(lived: Lived, taken_back: Held, connect: Connect) -> None:
    found: list[object] = []

    def check() -> None:
        with lived.study.another() as other:
            found.extend(other.check())

    assert lived.study.erase(NOW, Moments(lived.study, connect, False, check)) == (taken_back.id,)
    assert found == []


def test_who_does_not_wait_for_others_does_not_after_the_log_was_emptied(lived: Lived, connect: Connect) -> None:
    lived.study.wait_for_others(1)
    lived.study._database.truncate_log()
    other = connect(lived.study)
    other.execute("BEGIN IMMEDIATE")
    try:
        began = time.monotonic()
        with pytest.raises(StudyLocked):
            lived.study.log.jot(lived.sessions[0].id, at_ms=0, text="late", now=NOW)
        assert time.monotonic() - began < BUSY_MS / 2000
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_power_that_fails_while_the_new_pages_take_their_place_leaves_no_damage(
    lived: Lived, taken_back: Held, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, emptied = tmp_path / "kept", Eraser._put_through_the_log

    def keep_and_empty(eraser: Eraser) -> None:
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(lived.folder, kept)
        emptied(eraser)

    monkeypatch.setattr(Eraser, "_put_through_the_log", keep_and_empty)
    lived.study.erase(NOW)
    path, key = kept / DATABASE_FILE, bytes(lived.study._key)
    old, new = path.read_bytes(), pages.frames(path)
    assert len(new) > 50
    for upto in range(1, max(new) + 1):  # SQLite moves them in the order of their numbers
        if upto in new:
            path.write_bytes(with_pages(old, {number: page for number, page in new.items() if number <= upto}))
            foreign_log.refuse(path, key)
    with Study.open(kept, PASSPHRASE, NOW) as study:
        assert study.check() == ()


def with_pages(file: bytes, taken: dict[int, bytes]) -> bytes:
    """The file with these pages in their places."""
    changed = bytearray(file)
    for number, page in taken.items():
        changed[(number - 1) * pages.PAGE : number * pages.PAGE] = page
    return bytes(changed)
