"""Pieces of sound come out where their times say, and a clock that is wrong moves nothing."""

from collections.abc import Sequence, Set
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcribe.timeline import JITTER_S, Piece, Timeline

LENGTH_S = 0.02


def placed(times_s: Sequence[float | None], *, broken: Set[int] = frozenset(), limit_s: float = 1e9) -> list[float]:
    pieces = [Piece(at, time_s, LENGTH_S, at in broken) for at, time_s in enumerate(times_s)]
    return [round(one.at_s, 6) for one in Timeline[int](limit_s).place(pieces)]


def steady(count: int, from_s: float = 0.0) -> list[float]:
    return [from_s + at * LENGTH_S for at in range(count)]


@given(st.lists(st.floats(-JITTER_S / 2, JITTER_S / 2), min_size=40, max_size=60))
def test_rounded_times_move_nothing(rounding: list[float]) -> None:
    times = [at + by for at, by in zip(steady(len(rounding)), rounding, strict=True)]

    assert placed(list(times)) == pytest.approx(steady(len(rounding)))


@given(
    st.integers(20, 60),
    st.integers(20, 60),
    st.floats(0.03, 30),
    st.lists(st.floats(0, 0.005), min_size=120, max_size=120),
)
def test_what_comes_after_a_pause_is_where_its_times_say(
    before: int, after: int, pause_s: float, rounding: list[float]
) -> None:
    times = steady(before) + steady(after, before * LENGTH_S + pause_s)
    found = placed([at + by for at, by in zip(times, rounding, strict=False)])

    assert found == pytest.approx(times, abs=JITTER_S + 0.005)


@given(st.integers(5, 40), st.floats(-20, 20))
def test_a_single_wild_time_moves_nothing(at: int, by_s: float) -> None:
    times: list[float | None] = list(steady(60))
    times[at] = steady(60)[at] + by_s

    assert placed(times) == pytest.approx(steady(60), abs=1e-6)


def test_an_overlap_is_as_long_as_the_clock_says() -> None:
    found = placed([*steady(20), *steady(20, 0.2)])

    assert found == pytest.approx([*steady(20), *steady(20, 0.2)])


@given(st.integers(60, 90))
def test_a_clock_that_begins_anew_loses_nothing(again: int) -> None:
    found = placed([*steady(100), *steady(again), *steady(30)])

    assert found == pytest.approx(steady(130 + again))


def test_a_time_beyond_all_limits_is_not_believed() -> None:
    found = placed([*steady(20), *steady(20, 90_000.0)], limit_s=60.0)

    assert found == pytest.approx(steady(40))


def test_a_pause_soon_after_damage_moves_nothing_before_it() -> None:
    times = [*steady(20), *steady(60, 4.0), *steady(60, 7.5)]

    assert placed(list(times), broken={20}) == pytest.approx(times)


@given(st.lists(st.none() | st.floats(-1e6, 1e6), max_size=80), st.sets(st.integers(0, 79)))
def test_whatever_the_clock_says_pieces_come_in_order_and_few_are_dropped(
    times: list[float | None], broken: set[int]
) -> None:
    found = placed(times, broken=broken)

    assert len(found) == len(times)
    assert all(after - before >= LENGTH_S - 1.0 - 1e-6 for before, after in pairwise(found))
