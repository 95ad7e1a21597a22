"""What a recorder that is gone has missed, by the clock."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.due import FORGIVEN, Due

LAG_MS = 120.0


def followed(due: Due, until_ms: int, began_ms: float = 0.0, slower: float = 0.0) -> None:
    """Reports every 100 ms, each on its way for a while; a sound card may be slower than the clock."""
    for at_ms in range(100, until_ms + 1, 100):
        due.heard(at_ms, began_ms + at_ms * (1 + slower) + LAG_MS)


def test_nothing_is_missed_before_anything_was_recorded() -> None:
    assert Due().missed_ms(5_000.0) == 0


@given(at_s=st.integers(1, 600), away_ms=st.integers(0, 600_000))
def test_what_passed_since_the_last_sound_is_missed(at_s: int, away_ms: int) -> None:
    due = Due()
    followed(due, at_s * 1000)
    assert due.missed_ms(at_s * 1000 + LAG_MS + away_ms) == away_ms


@given(asleep_ms=st.integers(500, 600_000))
def test_a_report_that_an_app_was_too_late_to_read_takes_nothing_away(asleep_ms: int) -> None:
    due = Due()
    followed(due, 5_000)
    due.heard(5_100, 5_100 + LAG_MS + asleep_ms)  # was there at once, and is read after the sleep
    assert abs(due.missed_ms(5_100 + LAG_MS + asleep_ms) - asleep_ms) <= asleep_ms * FORGIVEN + 1


@given(slower=st.floats(0, FORGIVEN / 2))
def test_a_slow_sound_card_is_no_loss_after_an_hour(slower: float) -> None:
    due = Due()
    followed(due, 3_600_000, slower=slower)
    assert due.missed_ms(3_600_000 * (1 + slower) + LAG_MS) <= 1


def test_a_report_that_says_nothing_new_does_not_count() -> None:
    due = Due()
    followed(due, 2_000)
    for clock_ms in (3_000.0, 5_000.0):
        due.heard(2_000, clock_ms)
    assert due.missed_ms(6_000 + LAG_MS) == 4_000


def test_off_the_record_recording_time_stands_still() -> None:
    due = Due()
    followed(due, 2_000)
    due.reset()
    assert due.missed_ms(60_000.0) == 0
    followed(due, 3_000, began_ms=60_000.0)
    assert due.missed_ms(64_000 + LAG_MS) == 1_000
