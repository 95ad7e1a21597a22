import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcribe.speakers.naming import INTERVIEWER, LEAST_CONFIDENCE, PARTICIPANT, Spoken, by_asking, by_print


def talk(*lines: tuple[int, str], length_ms: int = 4_000) -> list[Spoken]:
    """(voice, words) one after the other."""
    return [Spoken(5_000 * at, length_ms, voice, text) for at, (voice, text) in enumerate(lines)]


def test_the_voice_nearer_the_enrolled_one_is_the_interviewers() -> None:
    named = by_print((0.2, 0.8))

    assert (named.speaker(0), named.speaker(1)) == (PARTICIPANT, INTERVIEWER)
    assert named.confidence > 0.95


def test_an_enrolled_print_as_near_to_both_names_no_one_surely() -> None:
    assert by_print((0.41, 0.40)).confidence < 0.1


def test_who_asks_is_the_interviewer_even_if_the_other_spoke_first() -> None:
    said = talk((0, "Shall I sit here?"), *[(1, "What changed?"), (0, "A lot.")] * 10)

    named = by_asking(said)

    assert named.interviewer == 1
    assert 0.4 < named.confidence <= 0.9


def test_who_begins_is_the_interviewer_where_nothing_else_tells() -> None:
    named = by_asking(talk(*[(0, ""), (1, "")] * 5))

    assert named.interviewer == 0
    assert LEAST_CONFIDENCE < named.confidence < 0.5


def test_who_speaks_when_the_guide_moves_on_is_the_interviewer() -> None:
    said = talk((0, ""), *[(1, ""), (0, "")] * 4)

    assert by_asking(said, cues_ms=[4_900, 14_900, 24_900]).interviewer == 1


def test_who_says_less_is_the_interviewer() -> None:
    said = [Spoken(0, 20_000, 0), Spoken(21_000, 2_000, 1), Spoken(24_000, 40_000, 0), Spoken(65_000, 1_000, 1)]

    assert by_asking(said).interviewer == 1


def test_one_voice_alone_is_not_named() -> None:
    assert by_asking(talk((0, "Who are you?"))).confidence == 0


@given(
    said=st.lists(st.tuples(st.integers(0, 1), st.sampled_from(["", "Yes.", "Why?"])), min_size=2, max_size=20),
    cues_ms=st.lists(st.integers(0, 100_000), max_size=5),
)
def test_signs_of_manner_never_make_certain_and_see_voices_alike(
    said: list[tuple[int, str]], cues_ms: list[int]
) -> None:
    named = by_asking(talk(*said), cues_ms)
    turned = by_asking(talk(*((1 - voice, text) for voice, text in said)), cues_ms)

    assert 0 <= named.confidence <= 0.9
    assert named.confidence == pytest.approx(turned.confidence)
    assert named.confidence < 1e-9 or named.interviewer == 1 - turned.interviewer
