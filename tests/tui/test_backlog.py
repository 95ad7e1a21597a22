"""What can't be written now is written later: in order, once, and said once."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import NotNow, StateError
from tui.backlog import Backlog


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


def test_an_attempt_is_not_kept_and_brings_on_what_was() -> None:
    said: list[str] = []
    disk = Disk()
    backlog = Backlog(said.append)
    disk.full = True
    backlog.do(lambda: disk.write(1))
    backlog.attempt(lambda: disk.write(2))
    disk.full = False
    backlog.attempt(lambda: disk.write(3))

    assert disk.held == [3, 1]
    assert len(said) == 1
