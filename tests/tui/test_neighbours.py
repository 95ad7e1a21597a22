"""Which stretches are read in one window, and what is taken for what was said in them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from transcribe import wire
from transcribe.scope import FRUGAL, NARROW, WIDE, Scope
from transcribe.windows import QUIET_MS, Windows, touches
from tui.neighbours import Neighbours
from tui.owed import Owed


@st.composite
def speech(draw: st.DrawFn) -> list[wire.Hear]:
    """Closed stretches in the order of time, as a segmenter gives them in a session."""
    stretches, at_ms = [], 0
    lengths = st.lists(st.tuples(st.integers(0, 5_000), st.integers(160, 20_000)), min_size=1, max_size=30)
    for number, (quiet_ms, length_ms) in enumerate(draw(lengths)):
        start_ms = at_ms + quiet_ms
        at_ms = start_ms + length_ms
        stretches.append(wire.Hear(str(number), start_ms, at_ms))
    return stretches


def bare(one: wire.Hear) -> wire.Hear:
    return replace(one, before_ms=0, after_ms=0, earlier=())


def heard(job: wire.Hear) -> wire.Heard:
    """What a scribe answers, saying in each text which stretch it comes from and with which it was read last."""
    return wire.Heard(
        job.id, job.id, (), earlier=tuple(wire.Heard(one.id, f"with {job.id}", ()) for one in job.earlier)
    )


def conducted(neighbours: Neighbours, stretches: list[wire.Hear]) -> list[tuple[list[str], list[wire.Heard] | None]]:
    """All stretches placed, heard at once, and the whole windows as they come."""
    found = []
    for one in stretches:
        neighbours.take(heard(neighbours.place(one)))
        found += list(neighbours.whole(lambda _: False))
    neighbours.end()
    found += list(neighbours.whole(lambda _: False))
    return [([one.id for one in window], None if said is None else list(said)) for window, said in found]


def windows_of(scope: Scope, stretches: list[wire.Hear]) -> list[tuple[wire.Hear, ...]]:
    windows = Windows(scope.longest_ms, QUIET_MS)
    found = [window for one in stretches if (window := windows.add(one))]
    return [*found, windows.close()]


@given(speech())
def test_with_the_smallest_model_each_is_heard_by_itself_and_windows_are_read_later(
    stretches: list[wire.Hear],
) -> None:
    neighbours = Neighbours(NARROW)
    assert [neighbours.place(one) for one in stretches] == stretches
    expected = [[one.id for one in window] for window in windows_of(NARROW, stretches)[:-1] if len(window) > 1]
    assert conducted(Neighbours(NARROW), stretches) == [(window, None) for window in expected]


@given(speech())
def test_with_a_bigger_one_each_is_heard_in_one_window_with_those_before_it(stretches: list[wire.Hear]) -> None:
    neighbours = Neighbours(WIDE)
    for one in stretches:
        job = neighbours.place(one)
        (window,) = (window for window in windows_of(WIDE, stretches) if one in map(bare, window))
        before = [its for its in window if its.end_ms <= one.start_ms]
        assert bare(job) == one
        assert [bare(its) for its in job.earlier] == [bare(its) for its in before]
        read_ms = sum(its.before_ms + its.end_ms - its.start_ms + its.after_ms for its in (*job.earlier, job))
        assert read_ms <= WIDE.longest_ms


@given(speech())
def test_what_the_last_of_a_window_says_of_the_others_is_taken(stretches: list[wire.Hear]) -> None:
    whole = [[one.id for one in window] for window in windows_of(WIDE, stretches) if len(window) > 1]
    said = conducted(Neighbours(WIDE), stretches)
    assert [window for window, _ in said] == whole
    for window, texts in said:
        assert texts == [wire.Heard(key, f"with {window[-1]}", ()) for key in window[:-1]]


@given(speech())
def test_a_window_waits_for_all_that_is_owed_of_it(stretches: list[wire.Hear]) -> None:
    neighbours = Neighbours(WIDE)
    for one in stretches:
        neighbours.place(one)
    neighbours.end()
    assert list(neighbours.whole(lambda _: True)) == []
    assert [said for _, said in neighbours.whole(lambda _: False)] == [None] * sum(
        len(window) > 1 for window in windows_of(WIDE, stretches)
    )


@given(speech(), st.integers(0, 100_000), st.integers(1, 60_000), st.integers(0, 29))
def test_nothing_is_taken_that_was_read_with_what_was_struck(
    stretches: list[wire.Hear], start_ms: int, length_ms: int, when: int
) -> None:
    struck = {one.id for one in stretches if touches(one, start_ms, start_ms + length_ms)}
    neighbours, read_with = Neighbours(WIDE), {}
    for number, one in enumerate(stretches):
        if number == min(when, len(stretches) - 1):
            neighbours.forget(start_ms, start_ms + length_ms)
        job = neighbours.place(one)
        if one.id not in struck:
            read_with[one.id] = {its.id for its in job.earlier}
            neighbours.take(heard(job))
    neighbours.end()
    forgotten = {one.id for one in stretches[: min(when, len(stretches) - 1)]} & struck
    for window, said in neighbours.whole(lambda _: False):
        assert not forgotten & {one.id for one in window}
        if said:
            assert not forgotten & read_with[said[0].text.removeprefix("with ")]


@given(speech(), st.integers(0, 29), st.sampled_from([(WIDE, NARROW), (NARROW, WIDE), (WIDE, FRUGAL)]))
def test_when_another_model_reads_on_no_window_reaches_from_one_to_the_other(
    stretches: list[wire.Hear], when: int, scopes: tuple[Scope, Scope]
) -> None:
    before, after = scopes
    first, second = stretches[:when], stretches[when:]
    neighbours = Neighbours(before)
    for one in first:
        neighbours.take(heard(neighbours.place(one)))
    neighbours.go_on(after)
    whole = [[one.id for one in window] for window, _ in neighbours.whole(lambda _: False)]
    assert whole == [[one.id for one in window] for window in windows_of(before, first) if len(window) > 1]
    assert conducted(neighbours, second) == conducted(Neighbours(after), second)


@given(speech(), st.integers(0, 29))
def test_what_can_not_be_heard_is_in_no_window(stretches: list[wire.Hear], which: int) -> None:
    aside = stretches[which % len(stretches)].id
    neighbours = Neighbours(WIDE)
    for one in stretches:
        job = neighbours.place(one)
        if one.id == aside:
            neighbours.set_aside(aside)
        assert aside not in {its.id for its in job.earlier}
    neighbours.end()
    assert aside not in {one.id for window, _ in neighbours.whole(lambda _: False) for one in window}


def owed(*jobs: wire.Hear) -> Owed:
    owed = Owed()
    owed.finals = {job.id: job for job in jobs}
    return owed


def test_a_strike_drops_what_is_read_with_what_is_struck() -> None:
    first, second = wire.Hear("1", 0, 2_000), wire.Hear("2", 3_000, 4_000)
    later = replace(second, earlier=(first,))
    apart = wire.Hear("3", 5_000, 6_000)
    asked = owed(later, apart)
    assert asked.forget_finals(500, 1_000) == (later,)
    assert list(asked.finals.values()) == [apart]


def test_nothing_is_read_any_more_with_what_a_scribe_died_of() -> None:
    first = wire.Hear("1", 0, 2_000)
    second = wire.Hear("2", 3_000, 4_000, earlier=(first,))
    asked = owed(first, second)
    asked.set_aside("1")
    assert list(asked.again()) == [replace(second, earlier=())]
