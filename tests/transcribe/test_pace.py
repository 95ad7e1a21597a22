from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcribe import pace
from transcribe.wire import Timing

ms = st.floats(0.01, 5_000)
ways = st.sampled_from([("cpu", "int8", 1), ("cpu", "int8", 2), ("cuda", "float16", 1), ("cuda", "int8_float16", 1)])
timings = st.lists(
    st.builds(
        lambda model, way, *figures: Timing(model, *way, *figures),
        st.sampled_from(["tiny.en", "base", "small"]),
        ways,
        ms,
        ms,
        ms,
    ),
    max_size=12,
).map(lambda some: sorted(some, key=lambda one: ["tiny.en", "base", "small"].index(one.model)))


def test_the_formula_is_that_of_the_docstring() -> None:
    one = Timing("tiny.en", "cpu", "int8", 2, encode_ms=150, caption_token_ms=4, final_token_ms=8)

    assert pace.work(one, captions=False) == pytest.approx((1.5 * 0.150 + 25 * 0.008) / 5)
    assert pace.work(one, captions=True) == pytest.approx((1.5 * 0.150 + 25 * 0.008) / 5 + 0.6 * 0.150 + 13 * 0.004)


def test_where_windows_grow_a_final_is_read_in_a_full_one_with_others() -> None:
    one = Timing("base", "cpu", "int8", 2, encode_ms=150, caption_token_ms=4, final_token_ms=8)

    assert pace.work(one, captions=False) == pytest.approx((8.0 * 0.150 + 75 * 0.008) / 5)
    assert pace.work(one, captions=True) == pytest.approx((8.0 * 0.150 + 75 * 0.008) / 5 + 0.6 * 0.150 + 13 * 0.004)


def test_windows_do_not_grow_where_the_machine_could_not_keep_up() -> None:
    slow = Timing("base", "cpu", "int8", 2, encode_ms=250, caption_token_ms=8, final_token_ms=20)
    fast = Timing("base", "cpu", "int8", 2, encode_ms=50, caption_token_ms=2, final_token_ms=4)

    frugal, full = pace.pick([slow]), pace.pick([fast])

    assert (frugal and frugal.frugal, frugal and frugal.captions) == (True, True)
    assert (full and full.frugal) is False
    assert pace.work(slow, captions=False, frugal=True) == pytest.approx((1.5 * 0.250 + 25 * 0.020) / 5)


def test_nothing_is_picked_from_nothing() -> None:
    assert pace.pick([]) is None


@given(timings)
def test_the_biggest_model_that_keeps_up_is_picked_at_its_fastest(some: list[Timing]) -> None:
    picked = pace.pick(some)

    if picked is None:
        assert some == []
        return
    best = pace.fastest(some)
    assert [one.model for one in best] == list(dict.fromkeys(one.model for one in some))
    able = [one for one in best if pace.work(one, captions=True, frugal=True) <= pace.ENOUGH]
    assert picked.timing == (able[-1] if able else best[0])


@given(timings)
def test_no_way_with_as_few_threads_is_faster_than_the_fastest_and_more_threads_are_worth_it(
    some: list[Timing],
) -> None:
    for best in pace.fastest(some):
        for one in (other for other in some if other.model == best.model):
            load, least = pace.work(one, captions=True), pace.work(best, captions=True)
            if one.threads == best.threads:
                assert least <= load
            elif one.threads < best.threads:
                assert least * 1.15 <= load * (1 + 1e-9)
            else:
                assert least <= load * 1.15 * (1 + 1e-9)


@given(timings)
def test_captions_run_unless_even_the_picked_model_can_not_keep_up(some: list[Timing]) -> None:
    picked = pace.pick(some)

    if picked is not None:
        too_slow = pace.work(picked.timing, captions=True) > pace.ENOUGH
        assert picked.frugal == (too_slow and picked.timing.model != "tiny.en")
        load = pace.work(picked.timing, captions=True, frugal=picked.frugal)
        assert picked.captions == (load <= pace.MOST_WITH_CAPTIONS)


@given(timings.filter(bool), st.floats(1, 50))
def test_a_bigger_model_is_supposed_to_cost_as_much_more(some: list[Timing], times: float) -> None:
    one = pace.supposed("huge", times, some[0])

    known = replace(some[0], model="huge")
    assert pace.work(one, captions=True) == pytest.approx(times * pace.work(known, captions=True))
    assert replace(one, model=some[0].model, encode_ms=0, caption_token_ms=0, final_token_ms=0) == replace(
        some[0], encode_ms=0, caption_token_ms=0, final_token_ms=0
    )
