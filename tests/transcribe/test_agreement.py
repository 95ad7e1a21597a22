"""Words on which two readings agree stay where they are; only the tail moves."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from transcribe.agreement import Agreement

texts = st.lists(st.sampled_from(["so", "they", "tell", "me", "um", "that", "I", "was", "fine"]), max_size=12).map(
    " ".join
)


def shown(readings: list[tuple[int, str]]) -> list[tuple[str, str]]:
    agreement = Agreement()
    return [agreement.take(start_ms, text) for start_ms, text in readings]


def test_one_reading_confirms_nothing() -> None:
    assert shown([(0, "so then they tell me")]) == [("", "so then they tell me")]


def test_what_two_readings_begin_with_is_confirmed_but_for_case_and_punctuation() -> None:
    *_, last = shown([(0, "So then they, um"), (0, "so then they tell me")])
    assert last == ("so then they", "tell me")


def test_the_tail_may_change_and_what_is_confirmed_may_not() -> None:
    readings = [
        (0, "I was fine"),
        (0, "I was fine then"),
        (0, "I was find. So I told"),
        (0, "I was find. So I told"),
    ]
    steps = shown(readings)
    assert [confirmed for confirmed, _ in steps][1:3] == ["I was fine", "I was fine"]
    assert steps[-1] == ("I was fine So I told", "")


def test_a_window_that_moves_on_keeps_what_it_no_longer_hears() -> None:
    first = "it hangs there like a coat that somebody has left"
    *_, last = shown([(0, first), (0, first), (5_000, "like a coat that somebody has left with me")])
    assert last == (first, "with me")


@given(st.lists(st.tuples(st.integers(0, 3).map(lambda step: step * 5_000), texts), max_size=12))
def test_confirmed_words_are_only_ever_added_to(readings: list[tuple[int, str]]) -> None:
    steps = [confirmed.split() for confirmed, _ in shown(readings)]
    for before, after in pairwise(steps):
        assert after[: len(before)] == before


@given(texts.filter(bool))
def test_a_reading_that_is_repeated_is_confirmed_whole(text: str) -> None:
    *_, last = shown([(0, text), (0, text)])
    assert last == (text, "")


@given(texts, texts)
def test_no_word_of_the_newest_reading_of_the_same_sound_is_lost(first: str, second: str) -> None:
    *_, (confirmed, tail) = shown([(0, first), (0, second)])
    assert f"{confirmed} {tail}".split() == second.split()
