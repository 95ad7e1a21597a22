import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transcribe.speakers.conftest import Speak, direction
from transcribe.speakers.apart import Pair, pair
from transcribe.speakers.voiceprints import Print, Vector, unit


def alternating(speak: Speak, voices: tuple[Vector, Vector], counts: tuple[int, int]) -> list[Print]:
    """The second voice comes in among the first one's prints."""
    order = [0] * counts[0] + [1] * counts[1]
    return [speak(voices[voice], 2_000 * at) for at, voice in enumerate(order)]


def found(prints: list[Print]) -> Pair:
    voices = pair(prints)
    assert voices is not None
    return voices


@pytest.mark.parametrize("counts", [(3, 3), (40, 2), (2, 40), (400, 8), (1_000, 1_000)])
def test_two_voices_are_found_however_little_one_of_them_says(
    speak: Speak, anna: Vector, ben: Vector, counts: tuple[int, int]
) -> None:
    voices = found(alternating(speak, (anna, ben), counts))

    assert voices.first @ anna > 0.8
    assert voices.other @ ben > 0.8


@pytest.mark.parametrize("count", [1, 2, 5, 20, 100, 1_000])
def test_one_voice_is_never_made_two(speak: Speak, anna: Vector, count: int) -> None:
    assert pair([speak(anna, 2_000 * at) for at in range(count)]) is None


def test_two_voices_that_resemble_each_other_are_two_once_enough_is_said(speak: Speak, anna: Vector) -> None:
    sister = unit(anna + 1.3 * direction(3))

    assert anna @ sister > 0.5
    assert pair(alternating(speak, (anna, sister), (2, 2))) is None
    assert found(alternating(speak, (anna, sister), (30, 15))).other @ sister > 0.8


def test_a_cough_is_no_second_voice(speak: Speak, anna: Vector) -> None:
    prints = [speak(anna, 2_000 * at) for at in range(30)]

    assert pair([*prints, speak(direction(9), 70_000)]) is None


def test_coughs_do_not_hide_a_voice_that_says_little(speak: Speak, anna: Vector, ben: Vector) -> None:
    coughs = [Print(200_000 + 2_000 * at, 201_000 + 2_000 * at, direction(20 + at)) for at in range(3)]

    voices = found([*alternating(speak, (anna, ben), (60, 3)), *coughs])

    assert voices.other @ ben > 0.7


def test_laughter_does_not_take_the_place_of_a_voice(speak: Speak, anna: Vector, ben: Vector) -> None:
    prints = alternating(speak, (anna, ben), (60, 20))
    laughter = [speak(direction(9), 200_000 + 2_000 * at) for at in range(3)]

    assert found([*prints, *laughter]).other @ ben > 0.8


def test_short_prints_do_not_say_how_many_voices_there_are(speak: Speak, anna: Vector, ben: Vector) -> None:
    prints = [speak(anna, 2_000 * at) for at in range(10)]
    short = [speak(ben, 30_000 + 2_000 * at, length_ms=500) for at in range(10)]

    assert pair([*prints, *short]) is None


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1_000), counts=st.tuples(st.integers(3, 12), st.integers(3, 12)))
def test_the_order_of_the_prints_makes_no_difference(seed: int, counts: tuple[int, int]) -> None:
    noise = np.random.default_rng(seed)
    voices = [direction(1)] * counts[0] + [direction(2)] * counts[1]
    vectors = [unit(voice + unit(noise.standard_normal(192))) for voice in voices]
    prints = [Print(2_000 * at, 2_000 * at + 1_500, vector) for at, vector in enumerate(vectors)]
    mixed = [prints[at] for at in noise.permutation(len(prints))]

    one, other = found(prints), found(mixed)

    np.testing.assert_array_equal(one.first, other.first)
    np.testing.assert_array_equal(one.other, other.other)
