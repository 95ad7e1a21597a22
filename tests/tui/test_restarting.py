"""When a recorder is started again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from transcribe import wire
from transcribe.errors import NotStartedError
from tui import restarting
from tui.restarting import DISK_FULL, GONE, TRIES, TRIES_TO_START, Restarting

NO_MICROPHONE = wire.Failed("source", "The microphone is not there.")


def failed(code: wire.Failed, *, microphone: bool = True) -> Restarting:
    return Restarting(microphone, failed=code)


def lives(one: Restarting, *, ever: bool) -> list[bool]:
    return [one.died(recorded=False, ever=ever) for _ in range(TRIES + 3)]


def test_a_microphone_that_never_gave_a_sound_is_given_up() -> None:
    assert lives(failed(NO_MICROPHONE), ever=False) == [True] * (TRIES - 1) + [False] * 4


def test_in_an_interview_that_is_being_recorded_a_microphone_is_never_given_up() -> None:
    assert all(lives(failed(NO_MICROPHONE), ever=True))


def test_a_file_that_can_no_more_be_read_is_given_up() -> None:
    assert lives(failed(NO_MICROPHONE, microphone=False), ever=True)[-1] is False


def test_a_recorder_that_can_not_be_started_is_waited_for_in_a_room_without_an_end_and_for_a_file_long() -> None:
    room, file = (Restarting(may_wait, not_started=NotStartedError("no memory")) for may_wait in (True, False))
    assert all(room.died(recorded=False, ever=False) for _ in range(2 * TRIES_TO_START))
    assert [file.died(recorded=False, ever=True) for _ in range(TRIES_TO_START)].index(False) == TRIES_TO_START - 1


def test_what_is_missing_for_a_start_is_said() -> None:
    one = Restarting(may_wait=True, not_started=NotStartedError("no memory"))
    assert one.missing == "no memory"
    one.begin()
    assert one.missing == ""  # it left without a word
    one.came_up = True
    assert one.missing is None


@pytest.mark.parametrize("code", [DISK_FULL, GONE])
def test_a_disk_that_may_come_back_is_waited_for(code: str) -> None:
    assert all(lives(failed(wire.Failed(code, "Wait."), microphone=False), ever=False))


def test_what_is_wrong_is_said_once_until_it_works_again() -> None:
    one = failed(NO_MICROPHONE)
    assert [one.first_time("source"), one.first_time("source"), one.first_time("lost")] == [True, False, True]
    one.works()
    assert one.first_time("source")


@pytest.mark.asyncio
async def test_a_recording_that_was_taken_away_is_waited_for_until_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restarting, "LOOK_AGAIN_S", 0.01)
    path = tmp_path / "recording.db"
    waiting = asyncio.create_task(Restarting(may_wait=True, failed=wire.Failed(GONE, "Gone.")).wait(path))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    path.touch()
    await asyncio.wait_for(waiting, 5)
