"""Speech for which Whisper wrote no word is heard once more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcribe import packing
from transcribe.decoding import Hearing
from transcribe.holes import LEAST_MS, Hole, filled, holes
from transcribe.hypotheses import plain
from transcribe.packing import Stretch
from transcribe.whisper import Engine
from transcribe.wire import Word


def said(text: str, start_ms: int = 0, each_ms: int = 300) -> Hearing:
    """Words of so many ms, one right after the other."""
    words = [
        Word(start_ms + at * each_ms, start_ms + (at + 1) * each_ms, word, 0.9) for at, word in enumerate(text.split())
    ]
    return Hearing(text, tuple(words), mean_logprob=-0.2, no_speech=0.1)


def test_words_close_together_leave_no_hole() -> None:
    assert not list(holes(said("all of it was heard", 256).words, 0, 256 + 5 * 300 + 256))


def test_words_that_stop_early_leave_one_and_so_do_words_that_begin_late() -> None:
    words = said("one two", 5_000).words
    assert list(holes(words, 0, 9_000)) == [Hole(256, 5_000, 0), Hole(5_600, 8_744, 2)]


@given(
    st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 800)), min_size=1, max_size=20),
    st.integers(0, 4_000),
)
def test_every_hole_is_without_a_word_and_as_long_as_it_must_be(steps: list[tuple[int, int]], rest_ms: int) -> None:
    words, at_ms = [], 0
    for gap_ms, length_ms in steps:
        words.append(Word(at_ms + gap_ms, at_ms + gap_ms + length_ms, "word", 0.9))
        at_ms += gap_ms + length_ms
    for hole in holes(words, 0, at_ms + rest_ms):
        assert hole.end_ms - hole.start_ms > LEAST_MS
        assert all(word.end_ms <= hole.start_ms for word in words[: hole.at])
        assert all(word.start_ms >= hole.end_ms for word in words[hole.at :])


def test_what_is_found_stands_where_it_was_said_and_the_rest_stays_letter_for_letter() -> None:
    heard = said("I went,  home then")
    got = filled(heard, [(Hole(1_200, 4_000, 2), said("to my sister's", 1_500))])
    assert got.text == "I went,  to my sister's home then"
    assert [word.text for word in got.words] == ["I", "went,", "to", "my", "sister's", "home", "then"]


def test_a_word_at_the_edge_is_not_said_twice() -> None:
    got = filled(said("It began at school"), [(Hole(1_200, 4_000, 4), said("School, and then", 1_100))])
    assert got.text == "It began at school and then"


@pytest.mark.parametrize("unsure", [Hearing("Thank you.", said("Thank you.").words, mean_logprob=-0.7), Hearing()])
def test_what_is_found_without_being_sure_is_left_out(unsure: Hearing) -> None:
    heard = said("It was late")
    assert filled(heard, [(Hole(900, 4_000, 3), unsure)]) == heard


class StopsEarly:
    """The engine, but of a sound of this length it writes three words and no more, as Whisper may."""

    def __init__(self, engine: Engine, whole_length: int) -> None:
        self._engine, self._whole_length = engine, whole_length

    def hear(self, windows: Sequence[Any], *, beam: int = 5) -> tuple[Hearing, ...]:
        whole = self._engine.hear(windows, beam=beam)
        return tuple(
            Hearing(" ".join(word.text for word in one.words[:3]), one.words[:3], mean_logprob=-0.1)
            if len(window) == self._whole_length
            else one
            for window, one in zip(windows, whole, strict=True)
        )


def test_a_stretch_of_which_the_end_was_lost_is_heard_to_its_end(engine: Engine, engine_interview: Any) -> None:
    spoken = engine_interview[5]
    stretch = Stretch(spoken.start_ms, spoken.sound)
    (whole,) = packing.hear(engine, [stretch], beam=5, packed=False)
    (got,) = packing.hear(StopsEarly(engine, len(spoken.sound)), [stretch], beam=5, packed=False)  # type: ignore[arg-type]
    assert len(got.words) >= len(whole.words) - 2
    assert plain(got.words[-1].text) == plain(whole.words[-1].text)
    assert all(one.end_ms <= other.start_ms for one, other in zip(got.words, got.words[1:], strict=False))
