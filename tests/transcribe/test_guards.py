import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transcribe import guards

words = st.lists(st.sampled_from(["and", "so", "then", "he", "said"]), max_size=60)


def kept(text: str) -> str:
    pieces = text.split()
    return " ".join(pieces[at] for at in guards.without_loops(pieces))


def test_a_phrase_of_four_words_three_times_running_is_kept_once() -> None:
    assert kept("Well, I don't know that, I don't know that. I don't know that") == "Well, I don't know that,"


def test_what_follows_a_loop_is_kept() -> None:
    assert kept("so " * 20 + "it ended well") == "so it ended well"


def test_a_person_may_say_a_word_three_times() -> None:
    assert kept("no, no, no, I would not do that") == "no, no, no, I would not do that"


@given(words)
def test_nothing_is_added_or_turned_round(said: list[str]) -> None:
    keep = guards.without_loops(said)

    assert keep == sorted(set(keep))
    assert all(0 <= at < len(said) for at in keep)
    assert bool(keep) == bool(said)


@given(words)
def test_no_loop_is_left(said: list[str]) -> None:
    left = [said[at] for at in guards.without_loops(said)]

    for at in range(len(left) - 11):
        assert left[at : at + 4] != left[at + 4 : at + 8] or left[at : at + 4] != left[at + 8 : at + 12]


def test_looped_text_is_compressed_far() -> None:
    assert guards.compression("I was there. " * 30) > guards.MAX_COMPRESSION
    assert guards.compression("On a bad morning I came in and said to everybody that I was fine.") < 2


def test_words_that_whisper_writes_into_silence_are_inventions_when_the_model_doubts() -> None:
    assert guards.is_invention(" Thank you.", 0.7, -0.5)
    assert guards.is_invention(" ...", 0.0, -0.1)
    assert guards.is_invention(" The whole sentence is made up.", 0.9, -1.4)


def test_the_same_words_are_believed_when_the_model_is_sure() -> None:
    assert not guards.is_invention(" Thank you.", 0.1, -0.3)
    assert not guards.is_invention(" I was covering up.", 0.5, -0.6)


def test_silence_is_what_no_voice_is_as_quiet_as() -> None:
    quiet = np.random.default_rng(1).normal(0, 1e-4, 16_000).astype(np.float32)
    late = np.concatenate([quiet, np.full(1_600, 0.02, np.float32)])

    assert guards.is_silent(quiet)
    assert guards.is_silent(np.zeros(0, np.float32))
    assert not guards.is_silent(late)
