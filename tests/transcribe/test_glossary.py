"""Terms of a study, taken only where something that sounds like them was heard."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from transcribe.glossary import like, spelled
from transcribe.hypotheses import edited
from transcribe.wire import Word

TERMS = ("Ravenscombe", "quetiapine", "Tamsin Vereker")


def said(text: str, probability: float = 0.5) -> tuple[Word, ...]:
    return tuple(Word(300 * at, 300 * at + 300, word, probability) for at, word in enumerate(text.split()))


def with_terms(first: tuple[Word, ...], second: tuple[Word, ...]) -> str:
    return edited(" ".join(word.text for word in first), first, spelled(first, second, TERMS))[0]


def test_terms_that_sound_like_what_was_not_sure_are_tried() -> None:
    assert like(said("She lives near Ravens Comb."), TERMS) == ("Ravenscombe",)
    assert like(said("Then Thompson Varicor came in."), TERMS) == ("Tamsin Vereker",)


def test_where_nothing_sounds_like_a_term_or_all_is_sure_there_is_nothing_to_try() -> None:
    assert like(said("I left out the hospital."), TERMS) == ()
    assert like(said("She lives near Ravens Comb.", 0.99), TERMS) == ()
    assert like((), TERMS) == ()


def test_a_term_takes_the_place_of_what_sounds_like_it_and_the_stop_stays() -> None:
    found = with_terms(said("She lives near Ravens Comb. Yes"), said("she lives near Ravenscombe, yes"))

    assert found == "She lives near Ravenscombe. Yes"


def test_all_other_words_of_the_second_hypothesis_are_left_there() -> None:
    assert with_terms(said("The sea is calm"), said("Ravenscombe is calm")) == "The sea is calm"
    assert with_terms(said("She lives near the sea"), said("He lived by the sea")) == "She lives near the sea"
    assert with_terms(said("near the sea"), said("near the sea Ravenscombe")) == "near the sea"


words = st.lists(
    st.sampled_from(["near", "Ravens", "Comb.", "Ravenscombe,", "the", "sea", "Vereker", "Tamsin"]), max_size=9
)


@given(words, words)
def test_words_stay_in_order_and_every_word_is_in_the_text(one: list[str], other: list[str]) -> None:
    first, second = said(" ".join(one)), said(" ".join(other))

    text, found = edited(" ".join(one), first, spelled(first, second, TERMS))

    edges = [edge for word in found for edge in (word.start_ms, word.end_ms)]
    assert edges == sorted(edges)
    assert text.split() == [word.text for word in found]


@given(words)
def test_two_hypotheses_that_agree_change_nothing(one: list[str]) -> None:
    first = said(" ".join(one))

    assert spelled(first, tuple(replace(word, probability=0.9) for word in first), TERMS) == []
