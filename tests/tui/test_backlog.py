"""What can't be written now is written later: in order, once, and said once."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import NotNow, StateError
from tui.backlog import REFUSED_S, Backlog


class Disk:
    """Takes numbers as long as it is not full."""

    def __init__(self) -> None:
        self.full = False
        self.held: list[int] = []

    def write(self, number: int) -> None:
        if self.full:
            raise NotNow("The disk is full: free some space and go on.")
        self.held.append(number)


@given(st.lists(st.booleans(), max_size=30))
def test_everything_is_written_once_and_in_order_whenever_the_disk_is_full(full: list[bool]) -> None:
    said: list[str] = []
    disk = Disk()
    backlog = Backlog(said.append)
    for number, now_full in enumerate(full):
        disk.full = now_full
        backlog.do(partial(disk.write, number))
    disk.full = False
    backlog.catch_up()

    assert disk.held == list(range(len(full)))
    assert len(said) == sum(now and not before for before, now in zip([False, *full], full, strict=False))


def test_what_has_to_stay_is_raised_where_it_has_to_be_written_now() -> None:
    disk = Disk()
    backlog = Backlog(lambda _: None)
    disk.full = True
    backlog.do(lambda: disk.write(1))

    with pytest.raises(NotNow):
        backlog.catch_up()
    disk.full = False
    backlog.catch_up()
    assert disk.held == [1]


def test_what_is_refused_for_good_is_raised_and_holds_nothing_up() -> None:
    disk = Disk()
    backlog = Backlog(lambda _: None)

    def refused() -> None:
        raise StateError("This session has ended.")

    with pytest.raises(StateError):
        backlog.do(refused)
    backlog.do(lambda: disk.write(1))
    assert disk.held == [1]


def test_an_attempt_is_not_kept_and_overtakes_nothing() -> None:
    said: list[str] = []
    disk = Disk()
    backlog = Backlog(said.append)
    disk.full = True
    backlog.do(lambda: disk.write(1))
    backlog.attempt(lambda: disk.write(2))
    disk.full = False
    backlog.attempt(lambda: disk.write(3))
    assert disk.held == []
    backlog.catch_up()
    backlog.attempt(lambda: disk.write(4))

    assert disk.held == [1, 4]
    assert len(said) == 1


def test_how_much_waits_is_told_whenever_it_changes() -> None:
    told: list[int] = []
    disk = Disk()
    backlog = Backlog(lambda _: None, moved=told.append)
    backlog.do(lambda: disk.write(0))
    disk.full = True
    backlog.do(lambda: disk.write(1))
    backlog.do(lambda: disk.write(2))
    disk.full = False
    backlog.catch_up()
    assert told == [1, 2, 0]


def test_what_is_refused_for_good_later_is_said_and_holds_nothing_up() -> None:
    said: list[str] = []
    disk = Disk()
    backlog = Backlog(said.append)

    def refused() -> None:
        disk.write(1)
        raise StateError("This session has ended.")

    disk.full = True
    backlog.do(refused)
    backlog.do(lambda: disk.write(2))
    disk.full = False
    backlog.catch_up()
    assert disk.held == [1, 2]
    assert said[-1] == "This session has ended."


def test_of_what_waits_only_sound_is_dropped() -> None:
    disk = Disk()
    backlog = Backlog(lambda _: None)
    disk.full = True
    backlog.do(lambda: disk.write(1), of_sound=True)
    backlog.do(lambda: disk.write(2))
    backlog.drop_sound()
    disk.full = False
    backlog.catch_up()
    assert disk.held == [2]


@pytest.mark.asyncio
async def test_it_tries_again_by_itself_and_whoever_waits_hears_when_it_is_done() -> None:
    disk = Disk()
    backlog = Backlog(lambda _: None)
    disk.full = True
    first = backlog.do(lambda: disk.write(1))
    waiting = asyncio.create_task(backlog.done(lambda: len(disk.held)))
    await asyncio.sleep(0)
    disk.full = False
    async with asyncio.timeout(10):
        assert await waiting == 1
    assert not first
    assert disk.held == [1]


@pytest.mark.asyncio
async def test_whoever_waits_is_refused_after_a_while_and_what_he_wanted_is_dropped() -> None:
    disk = Disk()
    backlog = Backlog(lambda _: None)
    disk.full = True
    backlog.do(lambda: disk.write(1))
    async with asyncio.timeout(20):
        with pytest.raises(NotNow, match="full"):
            await backlog.done(lambda: disk.write(2))
    disk.full = False
    await backlog.empty()
    assert disk.held == [1]


@pytest.mark.asyncio
async def test_the_patient_wait_for_as_long_as_it_takes() -> None:
    disk = Disk()
    backlog = Backlog(lambda _: None)
    disk.full = True
    waiting = asyncio.create_task(backlog.done(lambda: disk.write(1), patient=True))
    await asyncio.sleep(REFUSED_S * 1.5)
    assert not waiting.done()
    disk.full = False
    async with asyncio.timeout(10):
        await waiting
    assert disk.held == [1]
