"""Silences and doubt: what a transcript says beside its words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import GapRow, SpokenWord, Utterance
from store.noted import DOUBTFUL_BELOW, LEAST_SILENCE_MS, doubtful, silences


def said(start_ms: int, end_ms: int, *, words: tuple[SpokenWord, ...] = ()) -> Utterance:
    return Utterance(f"u{start_ms}", "s", start_ms, end_ms, 1, None, "words", words, None)


def word(start_ms: int, end_ms: int, probability: float = 0.9) -> SpokenWord:
    return SpokenWord(start_ms, end_ms, "word", probability)


def test_a_silence_is_as_long_as_nobody_spoke_by_the_words() -> None:
    before = said(0, 2_000, words=(word(300, 1_800),))
    after = said(5_000, 6_000, words=(word(5_600, 5_900),))
    (silence,) = silences([before, after], [])
    assert (silence.start_ms, silence.end_ms, silence.text) == (1_800, 5_600, "(4 s)")


@pytest.mark.parametrize(("gap", "noted"), [((2_500, 4_000), False), ((6_500, 7_000), True)])
def test_what_was_not_captured_is_no_silence(gap: tuple[int, int], noted: bool) -> None:
    utterances = [said(0, 2_000), said(6_000, 7_000)]
    assert bool(silences(utterances, [GapRow(*gap, "strike")])) is noted


times = st.lists(st.tuples(st.integers(0, 9_000), st.integers(200, 9_000)), max_size=12)


@given(times)
def test_silences_are_long_and_between_utterances(spoken: list[tuple[int, int]]) -> None:
    utterances, at_ms = [], 0
    for quiet_ms, length_ms in spoken:
        utterances.append(said(at_ms + quiet_ms, at_ms + quiet_ms + length_ms))
        at_ms += quiet_ms + length_ms
    found = silences(utterances, [])
    assert all(one.end_ms - one.start_ms >= LEAST_SILENCE_MS for one in found)
    assert len(found) == sum(quiet_ms >= LEAST_SILENCE_MS for quiet_ms, _ in spoken[1:])


@given(st.lists(st.floats(0, 1), max_size=8))
def test_the_words_below_the_threshold_are_doubtful(chances: list[float]) -> None:
    utterance = said(0, 1_000, words=tuple(word(0, 1, chance) for chance in chances))
    assert [one.probability for one in doubtful(utterance)] == [one for one in chances if one < DOUBTFUL_BELOW]
