"""What strict verbatim takes of a second hypothesis, and that it leaves the first as it is."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from transcribe.verbatim import CLEAN, STRICT, kind, merged
from transcribe.wire import Word

SPOKEN = ["I", "was", "was,", "covering", "up.", "um,", "Um", "hmm", "mm-hmm", "uh", "the", "I'm", "--well"]


def said(text: str, from_ms: int = 0, each_ms: int = 300) -> tuple[Word, ...]:
    """Words of equal length, one after the other."""
    return tuple(
        Word(from_ms + each_ms * at, from_ms + each_ms * (at + 1), word, 0.9) for at, word in enumerate(text.split())
    )


def strictly(
    first: tuple[Word, ...], second: tuple[Word, ...], length_ms: int = 60_000
) -> tuple[str, tuple[Word, ...]]:
    text = " ".join(word.text for word in first)
    return merged(text, first, second, length_ms)


def laid_out(words: list[tuple[str, int, int, float]]) -> tuple[Word, ...]:
    """Words of (text, ms of pause before it, ms that it lasts, probability), one after the other."""
    found: list[Word] = []
    for text, pause_ms, length_ms, probability in words:
        start_ms = (found[-1].end_ms if found else 0) + pause_ms
        found.append(Word(start_ms, start_ms + length_ms, text, probability))
    return tuple(found)


lengths = st.sampled_from([0, 20, 150, 400])
readings = st.lists(
    st.tuples(st.sampled_from(SPOKEN), lengths, lengths, st.sampled_from([0.1, 0.5, 0.9])), max_size=12
).map(laid_out)


@given(readings, readings)
def test_without_what_was_taken_the_first_hypothesis_is_left_letter_for_letter(
    first: tuple[Word, ...], second: tuple[Word, ...]
) -> None:
    text, words = strictly(first, second, 10_000)

    left = [word for word in words if not word.strict]
    assert [(word.text, word.probability) for word in left] == [(word.text, word.probability) for word in first]
    assert text.split() == [word.text for word in words]


@given(readings, readings)
def test_words_stay_in_order_and_inside_the_sound(first: tuple[Word, ...], second: tuple[Word, ...]) -> None:
    _, words = strictly(first, second, 10_000)

    edges = [edge for word in words for edge in (word.start_ms, word.end_ms)]
    assert edges == sorted(edges)
    assert not edges or (edges[0] >= 0 and edges[-1] <= 10_000)


@given(readings, readings)
def test_only_words_of_the_second_hypothesis_are_taken(first: tuple[Word, ...], second: tuple[Word, ...]) -> None:
    _, words = strictly(first, second, 10_000)

    taken = [(word.text, word.probability) for word in words if word.strict]
    assert all(one in [(word.text, word.probability) for word in second] for one in taken)


def test_a_filler_and_a_repeat_are_put_where_they_were_said() -> None:
    first = (*said("two days a week, and", each_ms=200), *said("I was covering up.", from_ms=2_200))
    second = (
        *said("two days a week, and", each_ms=200),
        *said("I was, um, I was covering up.", from_ms=1_000, each_ms=400),
    )

    text, words = strictly(first, second)

    assert text == "two days a week, and I was um, I was covering up."
    assert [word.text for word in words if word.strict] == ["um,", "I", "was"]


def test_other_words_of_the_second_hypothesis_are_left_there() -> None:
    text, _ = strictly(said("I was tired"), said("I was, you know, really very tired"))

    assert text == "I was tired"


def test_what_takes_the_place_of_another_word_is_not_taken() -> None:
    text, _ = strictly(said("I was a bear"), said("I was um bear"))

    assert text == "I was a bear"


def test_a_filler_for_which_there_is_no_time_is_not_taken() -> None:
    first = said("yes it was", each_ms=100)
    second = (*said("yes", each_ms=100), *said("um", from_ms=100, each_ms=0), *said("it was", from_ms=100))

    assert strictly(first, second) == ("yes it was", first)


def test_a_filler_of_which_the_model_is_unsure_is_not_taken() -> None:
    unsure = tuple(replace(word, probability=0.05) if word.text == "um" else word for word in said("yes um it was"))

    assert strictly(said("yes it was", each_ms=400), unsure)[0] == "yes it was"


def test_the_same_filler_in_another_spelling_is_there_already() -> None:
    assert strictly(said("Yes, uh, it was"), said("Yes, um, it was"))[0] == "Yes, uh, it was"


def test_only_english_is_read_strictly() -> None:
    assert [kind(True, "en"), kind(True, "de"), kind(False, "en")] == [STRICT, CLEAN, CLEAN]
