"""What was taken back is gone from every page on the disk: what was found before is found no more."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from store import Cause, Decision, Kind, NotNow, ReceiptOwed, State, Study
from tests.store import pages
from tests.store.lived import EACH_MS, NOW, PASSPHRASE, Held, Lived
from transcribe import recording

MakeStudy = Callable[[], Study]
HELD = (3, 120)
EVERYTHING = {"words", "key", "sound", "notes", "memo", "form"}
BY: dict[str, Any] = {"recorded_by": "ME", "now": NOW}


@pytest.fixture
def taken_back(lived: Lived) -> Held:
    """The session in the middle, of which everything is still there."""
    middle = lived.sessions[1]
    assert set(lived.left_of(middle)) == EVERYTHING
    return middle


def test_the_pages_of_a_study_are_read_as_they_lie_there(lived: Lived, taken_back: Held) -> None:
    read = lived.on_disk()
    assert b"CREATE TABLE utterance" in read["study.db"]
    assert read["study.db"].startswith(b"\x10\x00\x02\x02")  # pages of 4096 bytes, a log: the header past its salt
    words = pages.traces_of_words(taken_back.said)
    assert pages.found(read, words)["study.db"] > len(taken_back.said) * 0.9
    sound = pages.traces_of_sound(b"".join(taken_back.sound))
    assert pages.found(read, sound) == {f"recordings/{taken_back.id}.db": pytest.approx(len(sound), rel=0.1)}
    assert set(read) >= {"keys.json", "ballast", "study.db"}


def test_pages_are_not_read_with_a_wrong_key(lived: Lived) -> None:
    with pytest.raises(AssertionError, match="wrong key"):
        pages.on_disk(lived.folder, {"study.db": bytes(32)})


def test_a_log_is_read_with_its_database(lived: Lived) -> None:
    lived.study.log.jot(lived.hold(1, open_still=True).id, at_ms=1, text="Quaggawhistler", now=NOW)
    assert (lived.folder / "study.db-wal").stat().st_size > 0
    assert b"Quaggawhistler" in lived.on_disk()["study.db"]


def test_nothing_is_left_of_a_withdrawn_recording_and_its_words(lived: Lived, taken_back: Held) -> None:
    receipt = lived.study.withdraw_audio(taken_back.id, transcript=True, **BY)
    assert receipt.destroyed == ("the key of the recording", "the words of 120 utterances", "the recording")
    assert set(lived.left_of(taken_back)) == {"notes", "memo", "form"}
    assert set(lived.left_of(lived.sessions[0])) == EVERYTHING
    lived.study.close()
    assert set(lived.left_of(taken_back)) == {"notes", "memo", "form"}


def test_the_words_stay_where_only_the_recording_was_withdrawn(lived: Lived, taken_back: Held) -> None:
    lived.study.withdraw_audio(taken_back.id, transcript=False, **BY)
    assert set(lived.left_of(taken_back)) == {"words", "notes", "memo", "form"}


def test_nothing_is_left_of_somebody_who_no_longer_takes_part(lived: Lived, taken_back: Held) -> None:
    receipt = lived.study.withdraw_taking_part(taken_back.id, notes=True, **BY)
    assert receipt.destroyed == (
        "the key of the recording",
        "the words of 120 utterances",
        "2 jottings",
        "the words of 1 mark",
        "the words of 1 follow-up question",
        "the memo",
        "the recording",
    )
    assert set(lived.left_of(taken_back)) == {"form"}
    assert set(lived.left_of(lived.sessions[2])) == EVERYTHING
    assert lived.study.check() == ()


def test_nothing_is_left_of_struck_words(lived: Lived, taken_back: Held) -> None:
    for number in range(0, 120, 30):
        receipt = lived.study.strike(taken_back.id, number * EACH_MS, (number + 2) * EACH_MS - 200, NOW)
        assert receipt.destroyed[0] == "the words of 2 utterances"
    struck = [word for number, word in enumerate(taken_back.said) if number % 30 < 2]
    assert pages.found(lived.on_disk(), pages.traces_of_words(struck)) == {}
    assert pages.found(lived.on_disk(), pages.traces_of_words(set(taken_back.said) - set(struck)))


def test_sound_struck_while_it_is_recorded_and_read_is_gone_at_once(lived: Lived) -> None:
    held = lived.hold(1, open_still=True)
    path = lived.folder / "recordings" / f"{held.id}.db"
    writer, reader = recording.append_to(path, held.key), recording.open_reader(path, held.key)
    noise = np.random.default_rng(1).integers(-9000, 9000, 2 * recording.RATE_HZ, dtype=np.int16)
    writer.append(noise)
    struck = pages.traces_of_sound(noise.tobytes()) | pages.traces_of_sound(held.sound[-1])
    assert pages.found(lived.on_disk(), struck)
    writer.strike(5000, 8000)
    assert pages.found(lived.on_disk(), struck) == {}
    assert pages.found(lived.on_disk(), pages.traces_of_sound(held.sound[0]))
    reader.close()
    writer.close()


def test_what_another_program_holds_up_is_said_and_done_at_the_next_opening(lived: Lived, taken_back: Held) -> None:
    other = lived.study.another()
    other._database.run("BEGIN")
    other.transcript.utterances(taken_back.id)
    with pytest.raises(ReceiptOwed, match="nothing shows it any more"):
        lived.study.withdraw_audio(taken_back.id, transcript=True, **BY)
    with pytest.raises(NotNow, match="Another program is using the study"):
        lived.study.erase(NOW)
    assert lived.study.receipts.list(taken_back.id) == ()
    other._database.run("COMMIT")
    other.close()
    lived.study.close()
    assert set(lived.left_of(taken_back)) == {"notes", "memo", "form"}
    with Study.open(lived.folder, PASSPHRASE, NOW) as study:
        (receipt,) = study.receipts.list(taken_back.id)
        assert receipt.destroyed == ("the key of the recording", "the words of 120 utterances", "the recording")
        assert not study.erasing_owed


def test_copies_that_were_left_in_unused_space_are_gone_once_the_study_is_closed(make_study: MakeStudy) -> None:
    """Where rows move from page to page, SQLite leaves copies of them; with this seed some are of what is struck."""
    chance = random.Random(5)
    with make_study() as study:
        lived = Lived(study, chance)
        struck = [
            word for held in [lived.hold(150, open_still=True) for _ in range(2)] for word in struck_in(lived, held)
        ]
        left = pages.found(lived.on_disk(), pages.traces_of_words(struck))
        assert left, "no copy was left: take another seed"
    assert pages.found(lived.on_disk(), pages.traces_of_words(struck)) == {}


def struck_in(lived: Lived, held: Held) -> list[str]:
    struck: list[str] = []
    for number in range(0, len(held.said), 7):
        count = lived.chance.choice([1, 1, 2, 5])
        receipt = lived.study.strike(held.id, number * EACH_MS, (number + count) * EACH_MS - 200, NOW, sound=False)
        assert "until the study is next closed or opened" in receipt.out_of_reach[0]
        struck += held.said[number : number + count]
    return struck


def test_struck_sound_is_gone_from_the_pages_of_its_recording(lived: Lived, taken_back: Held) -> None:
    lived.study.strike(taken_back.id, 2000, 4000, NOW)
    read = lived.on_disk()
    found = [bool(pages.found(read, pages.traces_of_sound(second))) for second in taken_back.sound]
    assert found == [True, True, False, False, True, True]


def test_what_is_withdrawn_in_an_interview_is_gone_at_once(lived: Lived) -> None:
    held = lived.hold(open_still=True)
    decide(lived.study, held, Kind.AUDIO)
    lived.study.destroy_recording(held.id, True, NOW)
    assert not {"key", "sound"} & set(lived.left_of(held))
    lived.study.close()
    assert set(lived.left_of(held)) == {"notes", "form"}


def decide(study: Study, held: Held, kind: Kind) -> None:
    study.consent.decide(held.id, kind, Decision.WITHDRAWN, form_version="1", recorded_by="ME", now=NOW)


# Opens a study, withdraws, and is killed on the way into one of its own steps.
_KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from importlib import import_module
from store import Study

folder, session, step = sys.argv[1:]
now = datetime.fromisoformat("2026-03-02T10:00:00+00:00")
study = Study.open(Path(folder), sys.stdin.readline().strip(), now)
module, name, method = step.split(":")
owner = getattr(import_module(module), name) if name else import_module(module)
setattr(owner, method, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
study.withdraw_audio(session, transcript=True, recorded_by="ME", now=now)
"""
STEPS = {
    "between decision and destruction": "store.withdrawal:Withdrawal:destroy",
    "before the log is emptied": "store.database:Database:truncate_log",
    "before the file is removed": "transcribe.recording::destroy",
    "before unused space is written over": "store.destruction:Destruction:clean",
    "before the copy takes its place": "store.database:Database:become",
    "before the receipt is kept": "store.kept_receipts:Receipts:keep",
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_withdrawal_that_was_killed_is_finished_at_the_next_opening(
    lived: Lived, taken_back: Held, step: str
) -> None:
    lived.study.close()
    command = [sys.executable, "-c", _KILLED, str(lived.folder), taken_back.id, step]
    killed = subprocess.run(command, input=PASSPHRASE, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL
    with Study.open(lived.folder, PASSPHRASE, NOW) as study:
        assert study.sessions.get(taken_back.id).state is State.WITHDRAWN
        if study.erasing_owed:
            study.erase(NOW)
        assert set(lived.left_of(taken_back)) == {"notes", "memo", "form"}
        (receipt,) = study.receipts.list(taken_back.id)
        assert {"the key of the recording", "the words of 120 utterances"} <= set(receipt.destroyed)
        assert receipt.cause is Cause.WITHDRAWAL
        assert study.check() == ()
