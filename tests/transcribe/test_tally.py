"""Lost sound is found by the clock, and only what is lost for certain counts."""

import numpy as np
import pytest

from transcribe.level import Watch, peak_db, rms_db
from transcribe.tally import CATCH_UP_MS, Tally

BLOCK_MS, BLOCK = 50, 800


def steady(tally: Tally, start_ms: float, blocks: int, drift: float = 1.0) -> tuple[int, float]:
    """Blocks at their time; ``drift`` is how much slower than the clock they come."""
    lost, now_ms = 0, start_ms
    for _ in range(blocks):
        now_ms += BLOCK_MS * drift
        lost += tally.heard(BLOCK, now_ms)
    return lost, now_ms


def test_sound_in_time_loses_nothing() -> None:
    assert steady(Tally(), 1_000.0, 2_000)[0] == 0


def test_a_stall_counts_after_two_seconds_without_catching_up() -> None:
    tally = Tally()
    _, now_ms = steady(tally, 0.0, 100)

    soon, now_ms = steady(tally, now_ms + 3_000, int(CATCH_UP_MS) // BLOCK_MS - 2)
    later, _ = steady(tally, now_ms, 200)

    assert soon == 0
    assert later == pytest.approx(3_000, abs=20)


def test_what_arrives_late_but_arrives_is_not_lost() -> None:
    tally = Tally()
    _, now_ms = steady(tally, 0.0, 100)
    now_ms += 3_000
    late = sum(tally.heard(BLOCK, now_ms + index) for index in range(3_000 // BLOCK_MS))

    assert late + steady(tally, now_ms, 400)[0] == 0


def test_a_sound_card_whose_clock_drifts_loses_nothing_in_two_hours() -> None:
    assert steady(Tally(), 0.0, 2 * 3_600 * 1_000 // BLOCK_MS, drift=1.0002)[0] == 0
    assert steady(Tally(), 0.0, 2 * 3_600 * 1_000 // BLOCK_MS, drift=0.9998)[0] == 0


def test_a_new_stream_has_lost_what_passed_since_the_old_one_at_once() -> None:
    tally = Tally()
    _, now_ms = steady(tally, 0.0, 100)

    assert tally.heard(BLOCK, now_ms + 8_000, fresh=True) == 8_000 - BLOCK_MS


def test_what_passes_while_paused_is_not_lost() -> None:
    tally = Tally()
    _, now_ms = steady(tally, 0.0, 100)

    assert tally.rest(now_ms + 20) == 0
    assert steady(tally, now_ms + 60_000, 100)[0] == 0


def test_a_stall_that_a_stop_ends_is_lost() -> None:
    tally = Tally()
    _, now_ms = steady(tally, 0.0, 100)

    assert tally.rest(now_ms + 4_000) == pytest.approx(4_000, abs=5)


def test_loudness_is_in_decibels_below_full_scale() -> None:
    wave = (16_384 * np.sin(np.arange(16_000) / 10)).astype(np.int16)

    assert rms_db(wave) == pytest.approx(-9.0, abs=0.1)
    assert peak_db(wave) == pytest.approx(-6.0, abs=0.1)
    assert peak_db(np.array([-32_768], np.int16)) == 0.0
    assert rms_db(np.zeros(10, np.int16)) == peak_db(np.zeros(0, np.int16)) == -100.0


def test_three_seconds_of_exact_zeros_are_silence_and_quiet_is_not() -> None:
    watch = Watch()
    zeros, quiet = np.zeros(8_000, np.int16), np.full(8_000, 1, np.int16)

    assert [watch.state(zeros) for _ in range(6)] == ["ok"] * 5 + ["silent"]
    assert watch.state(quiet) == "ok"


def test_clipping_is_seen_and_passes() -> None:
    watch = Watch()
    loud, fine = np.full(8_000, 32_767, np.int16), np.full(8_000, 20_000, np.int16)

    assert [watch.state(each) for each in (fine, loud, fine, fine)] == ["ok", "clipping", "clipping", "ok"]
