from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transcribe.speakers.conftest import Speak, direction
from transcribe.speakers.apart import Pair
from transcribe.speakers.turns import Turn, leaning, leans
from transcribe.speakers.voiceprints import Print, Vector, unit


def turns(prints: Sequence[Print], start_ms: int, end_ms: int, voices: Pair) -> tuple[Turn, ...]:
    return leaning(leans(prints, voices), start_ms, end_ms)


@pytest.fixture
def voices(anna: Vector, ben: Vector) -> Pair:
    return Pair(anna, ben)


def test_an_utterance_in_one_voice_is_one_turn(speak: Speak, voices: Pair, ben: Vector) -> None:
    prints = [speak(ben, 1_250), speak(ben, 3_250)]

    (turn,) = turns(prints, 1_000, 5_000, voices)
    assert replace(turn, confidence=0.0) == Turn(1_000, 5_000, 1, 0.0)
    assert turn.confidence == pytest.approx(1, abs=0.02)


def test_a_change_inside_an_utterance_is_found_where_it_is(
    speak: Speak, voices: Pair, anna: Vector, ben: Vector
) -> None:
    between = Print(1_250, 2_750, unit(anna + ben))

    first, second = turns([speak(anna, 250), between, speak(ben, 2_250)], 0, 4_000, voices)

    assert (first.voice, second.voice) == (0, 1)
    assert first.end_ms == second.start_ms == pytest.approx(2_000, abs=300)


def test_one_vague_print_makes_no_turn(speak: Speak, voices: Pair, anna: Vector, ben: Vector) -> None:
    vague = Print(2_250, 3_750, unit(anna + 1.2 * ben))

    (only,) = turns([speak(anna, 250), vague, speak(anna, 4_250)], 0, 6_000, voices)

    assert only.voice == 0


def test_a_print_of_neither_voice_is_not_trusted(speak: Speak, voices: Pair) -> None:
    (only,) = turns([speak(direction(5), 250)], 0, 2_000, voices)

    assert only.confidence < 0.6


def test_without_prints_there_are_no_turns(voices: Pair) -> None:
    assert turns([], 0, 200, voices) == ()


@given(leads=st.lists(st.floats(-1, 1), min_size=1, max_size=20))
def test_turns_cover_the_utterance_without_holes_and_take_turns(leads: list[float]) -> None:
    anna, ben = direction(1), direction(2)
    vectors = [unit(anna * max(lead, 0) + ben * max(-lead, 0) + 0.01 * direction(4)) for lead in leads]
    prints = [Print(250 + 1_000 * at, 1_750 + 1_000 * at, vector) for at, vector in enumerate(vectors)]
    end_ms = prints[-1].end_ms + 250

    found = turns(prints, 0, end_ms, Pair(anna, ben))

    edges = [edge for turn in found for edge in (turn.start_ms, turn.end_ms)]
    assert (edges[0], edges[-1]) == (0, end_ms)
    assert edges[1:-1:2] == edges[2::2]
    assert all(turn.length_ms > 0 and 0 <= turn.confidence <= 1 for turn in found)
    assert (np.diff([turn.voice for turn in found]) != 0).all()
