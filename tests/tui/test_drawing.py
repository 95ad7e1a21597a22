"""What is drawn on a terminal that stands still, and takes it all up again, or never."""

from __future__ import annotations

import os
from collections.abc import Iterator
from threading import Event

import pytest

from tui.terminal import Screen

FRAME, FRAMES = "x" * 20_000, 200
LAST = "the last"
PATIENCE_S = 30.0


@pytest.fixture
def ends() -> Iterator[tuple[Screen, int]]:
    """A screen, and the end at which it is read."""
    read, write = os.pipe()
    with os.fdopen(write, "w", encoding="utf-8") as stream:
        screen = Screen(stream)
        yield screen, read
        os.close(read)
        screen.leave()


def read_until(end: int, words: bytes) -> bytes:
    read = b""
    while words not in read:
        read += os.read(end, 65_536)
    return read


def test_nobody_waits_for_who_reads_and_all_is_drawn_anew_once_somebody_does(ends: tuple[Screen, int]) -> None:
    screen, end = ends
    missed = Event()
    screen.missed = missed.set
    for _ in range(FRAMES):  # far more than a pipe holds: who waited would wait for ever
        assert screen.write(FRAME) == len(FRAME)
    screen.write(LAST)
    assert not missed.is_set()  # what is drawn anew before somebody reads is left out, too
    drawn = read_until(end, LAST.encode())
    assert drawn.count(b"x") % len(FRAME) == 0  # whole frames
    assert 0 < drawn.count(b"x") < FRAMES * len(FRAME)
    screen.write(FRAME)
    assert missed.wait(PATIENCE_S)


def test_what_is_drawn_and_read_is_whole_and_no_reason_to_draw_anew(ends: tuple[Screen, int]) -> None:
    screen, end = ends
    missed = Event()
    screen.missed = missed.set
    for number in range(FRAMES):
        screen.write(f"{number} é")
    read_until(end, f"{FRAMES - 1} é".encode())
    screen.leave()
    screen.write(LAST)
    assert os.read(end, 100) == LAST.encode()
    assert not missed.is_set()


def test_a_terminal_that_is_settled_has_all_that_was_drawn(ends: tuple[Screen, int]) -> None:
    screen, end = ends
    for _ in range(FRAMES):
        screen.write(LAST)
    screen.settle()
    assert os.read(end, 65_536) == LAST.encode() * FRAMES


def test_a_terminal_that_was_closed_takes_everything_without_a_fault() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w", encoding="utf-8") as stream:
        screen = Screen(stream)
        for _ in range(FRAMES):
            screen.write(FRAME)
        screen.leave()
        assert screen.write(LAST) == len(LAST)
