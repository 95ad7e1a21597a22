"""Words on which two readings agree stay where they are; only the tail moves."""

from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from transcribe.agreement import Agreement
from transcribe.scribe import caption_start_ms

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


def test_a_word_that_is_heard_otherwise_each_time_costs_no_word_after_it() -> None:
    readings = [(0, f"so they tell me x{count} I was fine and the coat") for count in range(4)]
    moved = (4_000, "fine and the coat hangs there with the door")
    *_, (confirmed, tail) = shown([*readings, moved])
    assert f"{confirmed} {tail}" == "so they tell me x3 I was fine and the coat hangs there with the door"


def test_a_common_word_further_on_is_not_taken_for_the_last_confirmed_one() -> None:
    *_, last = shown([(0, "I saw the"), (0, "I saw the"), (0, "I saw her and I told the doctor")])
    assert last == ("I saw the", "and I told the doctor")


@settings(deadline=None, max_examples=40)
@given(st.randoms(use_true_random=False))
def test_a_long_stretch_loses_no_words_while_its_window_moves_on(chance: Random) -> None:
    agreement, said = Agreement(), [f"w{at}" for at in range(60)]
    for end_ms in range(600, 400 * len(said), 1_100):
        start_ms = caption_start_ms(0, end_ms)
        heard = sum(at * 400 + 200 <= end_ms for at in range(len(said)))
        reading = said[-(-start_ms // 400) : heard]
        if reading and chance.random() < 0.5:
            at = chance.randrange(len(reading))  # a word is misheard as itself each time, not as another was
            reading[at] = f"{reading[at]}x{chance.randrange(3)}"
        confirmed, tail = agreement.take(start_ms, " ".join(reading))
        assert abs(len(f"{confirmed} {tail}".split()) - heard) <= 1


@given(texts.filter(bool))
def test_a_reading_that_is_repeated_is_confirmed_whole(text: str) -> None:
    *_, last = shown([(0, text), (0, text)])
    assert last == (text, "")


@given(texts, texts)
def test_no_word_of_the_newest_reading_of_the_same_sound_is_lost(first: str, second: str) -> None:
    *_, (confirmed, tail) = shown([(0, first), (0, second)])
    assert f"{confirmed} {tail}".split() == second.split()
