"""Windows are cut by the sound alone: whole, in order, and never longer than Whisper's own."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from transcribe import wire
from transcribe.windows import (
    LIVE_MS,
    QUIET_MS,
    SURE,
    WINDOW_MS,
    Windows,
    touches,
    without,
    worth_reading_together,
)


@st.composite
def speech(draw: st.DrawFn) -> list[wire.Hear]:
    """Closed stretches in the order of time, as a segmenter gives them."""
    stretches, at_ms = [], 0
    for number, (quiet_ms, length_ms) in enumerate(
        draw(st.lists(st.tuples(st.integers(0, 20_000), st.integers(160, 28_000)), max_size=30))
    ):
        start_ms = at_ms + quiet_ms
        at_ms = start_ms + length_ms
        stretches.append(wire.Hear(str(number), start_ms, at_ms))
    return stretches


def cut(stretches: list[wire.Hear], longest_ms: int = WINDOW_MS, quiet_ms: int = 0) -> list[tuple[wire.Hear, ...]]:
    windows = Windows(longest_ms, quiet_ms)
    found = [window for one in stretches if (window := windows.add(one))]
    last = windows.close()
    return [*found, last] if last else found


def length_ms(window: tuple[wire.Hear, ...]) -> int:
    """How much of the recording is read."""
    return sum(one.before_ms + one.end_ms - one.start_ms + one.after_ms for one in window)


@given(speech())
def test_every_stretch_is_in_one_window_and_in_order(stretches: list[wire.Hear]) -> None:
    assert [one for window in cut(stretches) for one in window] == stretches
    with_more = [one for window in cut(stretches, LIVE_MS, QUIET_MS) for one in window]
    assert [replace(one, before_ms=0, after_ms=0) for one in with_more] == stretches


@given(speech())
def test_no_window_is_longer_than_whisper_takes_and_none_could_hold_the_next_stretch(
    stretches: list[wire.Hear],
) -> None:
    windows = cut(stretches)
    assert all(length_ms(window) <= WINDOW_MS for window in windows)
    assert all(length_ms((*one, other[0])) > WINDOW_MS for one, other in pairwise(windows))


@given(speech())
def test_in_a_session_only_a_stretch_by_itself_makes_a_longer_window(stretches: list[wire.Hear]) -> None:
    for window in cut(stretches, LIVE_MS, QUIET_MS):
        assert len(window) == 1 or length_ms(window) <= LIVE_MS


@given(speech())
def test_neighbours_share_the_quiet_between_them_and_take_none_beyond_their_window(stretches: list[wire.Hear]) -> None:
    for window in cut(stretches, LIVE_MS, QUIET_MS):
        assert window[0].before_ms == window[-1].after_ms == 0
        for one, other in pairwise(window):
            quiet_ms = other.start_ms - one.end_ms
            assert one.after_ms == other.before_ms == min(quiet_ms // 2, QUIET_MS)


@given(speech(), st.integers(0, 200_000), st.integers(1, 60_000))
def test_what_is_forgotten_is_in_no_window(stretches: list[wire.Hear], start_ms: int, length_ms: int) -> None:
    windows = Windows()
    for one in stretches:
        windows.add(one)
    windows.forget(start_ms, start_ms + length_ms)
    assert not any(touches(one, start_ms, start_ms + length_ms) for one in windows.close())
    assert windows.close() == ()


def test_what_stood_around_a_struck_stretch_shares_no_quiet() -> None:
    windows = Windows(LIVE_MS, QUIET_MS)
    before, struck, after = wire.Hear("1", 0, 2_000), wire.Hear("2", 2_100, 3_000), wire.Hear("3", 3_100, 9_000)
    for one in (before, struck):
        windows.add(one)
    windows.forget(2_500, 3_000)  # what is left of it is an utterance of its own
    windows.add(after)
    assert windows.close() == (after,)


def test_a_stretch_that_comes_late_does_not_stand_among_later_ones() -> None:
    windows = Windows()
    later, late = wire.Hear("later", 60_000, 62_000), wire.Hear("late", 1_000, 3_000)
    assert windows.add(later) == ()
    assert windows.add(late) == (later,)
    assert windows.close() == (late,)


@given(speech(), st.integers(0, 200_000), st.integers(1, 60_000))
def test_a_window_without_a_stretch_of_time_keeps_all_the_others(
    stretches: list[wire.Hear], start_ms: int, length_ms: int
) -> None:
    left = without(tuple(stretches), start_ms, start_ms + length_ms)
    gone = [one for one in stretches if one not in left]
    assert not any(touches(one, start_ms, start_ms + length_ms) for one in left)
    assert all(touches(one, start_ms, start_ms + length_ms) for one in gone)


@given(st.lists(st.floats(0, 1), min_size=1))
def test_neighbours_are_read_together_where_their_words_were_hard_to_hear(chances: list[float]) -> None:
    assert worth_reading_together(chances) is (sum(chances) / len(chances) < SURE)


def test_where_nothing_was_heard_there_is_nothing_to_read_together() -> None:
    assert not worth_reading_together([])
