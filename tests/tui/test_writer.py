"""Lines for a reader that stops or goes: nobody waits, little is kept, and what was not read is counted."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from threading import Event

import pytest

from tui import writer
from tui.writer import Worth, Writer

PATIENCE_S = 20.0


class Reader:
    """The end of a pipe; what is read is kept in ``read``."""

    def __init__(self) -> None:
        self.fd, there = os.pipe()
        self.place = os.fdopen(there, "wb", buffering=0)
        self.read = b""

    def until(self, words: bytes) -> bytes:
        patience = time.monotonic() + PATIENCE_S
        while words not in self.read:
            assert time.monotonic() < patience, self.read[-200:]
            self.read += os.read(self.fd, 1 << 16)
        return self.read

    def go(self) -> None:
        os.close(self.fd)
        self.fd = -1

    def close(self) -> None:
        self.place.close()
        if self.fd >= 0:
            self.go()


@pytest.fixture
def reader() -> Iterator[Reader]:
    one = Reader()
    yield one
    one.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "NEXT_S", 0.3)


def left_out(count: int) -> bytes:
    return b"(%d)\n" % count


def never(error: OSError) -> None:
    raise AssertionError(error)


def test_lines_come_in_their_order(reader: Reader) -> None:
    one = Writer(reader.place, left_out, never)
    lines = [b"%d\n" % number for number in range(3000)]
    for number, line in enumerate(lines):
        one.put(line, (Worth.PASSING, Worth.KEPT, Worth.SAID_ONCE)[number % 3])
    reader.until(b"\n2999\n")

    kept = [line for number, line in enumerate(lines) if number % 3]
    assert [line for line in reader.read.splitlines(keepends=True) if line in kept] == kept
    assert one.drain() == 0


def test_where_nobody_reads_captions_go_first_and_what_else_is_missing_is_counted_in_its_place(reader: Reader) -> None:
    one, line = Writer(reader.place, left_out, never), b"%07d\n"
    for number in range(200_000):
        one.put(line % number, Worth.PASSING)
    one.put(b"an utterance\n", Worth.KEPT)
    for number in range(200_000):
        one.put(line % number, Worth.KEPT)
    one.put(b"a notice\n", Worth.SAID_ONCE)
    told = reader.until(b"a notice\n")

    assert len(told) < (1 << 21)
    assert told.index(b"an utterance\n") < (1 << 14) + (1 << 17)  # behind few captions, and what the pipe has taken
    _, *after, missing, notice = told[told.index(b"an utterance\n") :].splitlines()
    counted = [int(row.strip(b"()")) for row in (*after, missing) if row.startswith(b"(")]
    assert sum(counted) + sum(row.isdigit() for row in after) == 200_000
    assert (missing.startswith(b"("), notice) == (True, b"a notice")


def test_what_is_missing_is_said_as_soon_as_there_is_room(reader: Reader) -> None:
    one = Writer(reader.place, left_out, never)
    for _ in range(20):
        one.put(b"x" * 99_999 + b"\n", Worth.KEPT)

    assert reader.until(b")\n").endswith(b"\n(10)\n")


def test_a_line_longer_than_all_that_may_wait_is_written(reader: Reader) -> None:
    one = Writer(reader.place, left_out, never)
    one.put(b"n" * 3_000_000 + b"\n", Worth.SAID_ONCE)

    assert len(reader.until(b"\n")) == 3_000_001


@pytest.mark.usefixtures("impatient")
def test_the_end_waits_for_a_slow_reader_and_not_for_one_that_stands_still(reader: Reader) -> None:
    one = Writer(reader.place, left_out, never)
    for number in range(30):
        one.put(b"%09999d\n" % number, Worth.SAID_ONCE)

    began = time.monotonic()
    unread = one.drain()
    assert 0 < unread < 30
    assert time.monotonic() - began < PATIENCE_S
    reader.until(b"29\n")
    assert one.drain() == 0


def test_a_reader_that_goes_away_is_told_once_and_holds_up_nothing(reader: Reader) -> None:
    told, broken = [], Event()

    def broke(error: OSError) -> None:
        told.append(error)
        broken.set()

    one = Writer(reader.place, left_out, broke)
    reader.go()
    one.put(b"a line\n", Worth.SAID_ONCE)
    assert broken.wait(PATIENCE_S)
    one.put(b"another\n", Worth.SAID_ONCE)

    assert one.drain() == 0
    assert [type(error) for error in told] == [BrokenPipeError]


def test_a_place_that_takes_little_at_a_time_or_nothing_just_now_gets_it_all() -> None:
    class Place:
        def __init__(self) -> None:
            self.taken, self.asked = b"", 0

        def write(self, block: bytes, /) -> int | None:
            self.asked += 1
            if self.asked % 3 == 0:
                return None
            self.taken += block[:2]
            return len(block[:2])

    place = Place()
    one = Writer(place, left_out, never)
    one.put(b"letter by letter\n", Worth.SAID_ONCE)

    assert one.drain() == 0
    assert place.taken == b"letter by letter\n"
