"""The scores of the benchmarks, on texts and events small enough to count by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bench.scores.latency import final_lags, spread, word_lags, zero_s
from tests.bench.scores.memory import peak_mb, slope_mb_per_min
from tests.bench.scores.speakers import confusion, misnamed
from tests.bench.scores.times import TimedWord, word_times
from tests.bench.scores.verbatim import loops, repeated, verbatim
from tests.bench.scores.words import Errors, difference, errors, matches, pieces

SAID = "the quick brown fox jumps over the lazy dog"


# --- word errors ------------------------------------------------------------------------------------------------------


def test_each_kind_of_error_is_counted() -> None:
    assert errors(SAID, "a quick brown fox jumps the lazy dog dog") == Errors(9, 1, 1, 1)


def test_punctuation_case_and_fillers_are_no_errors() -> None:
    assert errors("Um, I've got 20 apples.", "i have got twenty apples").total == 0


def test_words_where_nothing_was_said_are_insertions_without_a_rate() -> None:
    found = errors("", "thank you")
    assert (found.insertions, found.rate) == (2, None)


def test_nothing_heard_is_all_deletions() -> None:
    assert errors(SAID, "") == Errors(9, 0, 9, 0)


def test_errors_are_pooled_by_words_and_not_by_files() -> None:
    assert (errors("one", "") + errors(SAID, SAID)).rate == pytest.approx(0.1)


def test_pieces_have_all_words_and_all_errors() -> None:
    said = " ".join([SAID] * 7)
    heard = said.replace("fox", "ox", 2) + " and more"
    cut = pieces(said, heard)
    assert [words for _, words in cut] == [21, 21, 21]
    assert [wrong for wrong, _ in cut] == [2, 0, 2]


def test_pieces_of_one_reference_are_the_same_whatever_was_heard() -> None:
    said = " ".join([SAID] * 5)
    assert [words for _, words in pieces(said, "")] == [words for _, words in pieces(said, said)]


def test_a_way_differs_from_itself_by_nothing() -> None:
    same = [(1, 20), (0, 20), (3, 20)]
    found = difference(same, same)
    assert found is not None
    assert (found.points, found.low, found.high) == (0, 0, 0)


def test_a_difference_lies_in_its_interval_and_is_the_same_each_time() -> None:
    ours, theirs = [(2, 20), (1, 20), (4, 20), (0, 20)] * 5, [(1, 20), (1, 20), (2, 20), (1, 20)] * 5
    found = difference(ours, theirs)
    assert found is not None
    assert found.points == pytest.approx(2.5)
    assert found.low < found.points < found.high
    assert difference(ours, theirs) == found


def test_ways_on_different_sound_are_not_compared() -> None:
    with pytest.raises(ValueError, match="different references"):
        difference([(1, 20)], [(1, 19)])


def test_matches_are_places_of_the_same_words() -> None:
    assert matches(["a", "b", "c"], ["a", "x", "c", "d"]) == [(0, 0), (2, 2)]


# --- fillers, repetitions, loops --------------------------------------------------------------------------------------


def test_fillers_count_whatever_they_are_spelled_like() -> None:
    found = verbatim("Um, yes. Hmm. Er, well, uh", "uh yes, well")
    assert (found.fillers, found.fillers_heard, found.fillers_written) == (4, 1, 1)


def test_a_filler_that_nobody_said_is_written_and_not_heard() -> None:
    found = verbatim("yes", "um yes")
    assert (found.fillers, found.fillers_heard, found.fillers_written) == (0, 0, 1)


def test_what_is_said_again_is_found_past_a_filler() -> None:
    assert repeated(["i", "was", "um", "i", "was", "covering", "up", "up"]) == {3, 4, 7}


def test_a_repair_that_was_dropped_is_not_heard() -> None:
    found = verbatim("I was, um, I was covering up", "I was covering up")
    assert (found.repeats, found.repeats_heard) == (2, 0)


def test_four_words_three_times_running_are_a_loop_and_twice_are_none() -> None:
    assert loops("Well, " + "i do not know. " * 3) == 1
    assert loops("i do not know " * 2) == 0


def test_a_loop_that_was_said_is_none() -> None:
    assert loops("i do not know " * 3, said="I do not know, " * 3) == 0


# --- word times -------------------------------------------------------------------------------------------------------


def test_words_are_near_within_a_third_of_a_second() -> None:
    said = [TimedWord("one", 0.0, 0.4), TimedWord("two", 1.0, 1.4), TimedWord("three", 2.0, 2.4)]
    heard = [TimedWord(" One,", 0.25, 0.5), TimedWord("two", 1.5, 1.9), TimedWord("four", 2.0, 2.5)]
    found = word_times(said, heard, 3.0)
    assert (found.matched, found.near, found.backward, found.past_end) == (2, 1, 0, 0)


def test_times_that_can_not_be_are_counted_without_a_reference() -> None:
    heard = [TimedWord("a", 1.0, 0.9), TimedWord("b", 0.5, 0.8), TimedWord("c", 2.9, 3.2)]
    found = word_times([], heard, 3.0)
    assert (found.matched, found.backward, found.past_end) == (0, 2, 1)


# --- lags -------------------------------------------------------------------------------------------------------------

WORDS = [TimedWord("Good", 2.0, 2.3), TimedWord("morning,", 2.4, 3.0), TimedWord("Steve.", 3.1, 3.5)]


def _event(name: str, t: float, at: float, **fields: Any) -> dict[str, Any]:
    return {"event": name, "t": t, "at": at, **fields}


EVENTS = [
    _event("recording", 5.0, 0.1),
    _event("caption", 13.2, 3.0, id="c", start=1.8, text="good", confirmed=""),
    _event("caption", 14.0, 4.0, id="c", start=1.8, text="good morning Stephen", confirmed="good"),
    _event("utterance", 15.0, 5.0, id="u", version=1, start=1.8, end=3.8, text="Good morning, Steve."),
    _event("utterance", 19.0, 9.0, id="u", version=2, start=1.8, end=3.8, text="Good morning, Steve!"),
]


def test_recording_began_when_the_freshest_event_says() -> None:
    assert zero_s(EVENTS) == pytest.approx(10.0)


def test_a_word_is_shown_by_the_first_event_that_holds_it() -> None:
    assert word_lags(EVENTS, WORDS) == pytest.approx([3.2 - 2.3, 4.0 - 3.0, 5.0 - 3.5])


def test_a_word_is_confirmed_by_a_caption_that_says_so_or_by_its_utterance() -> None:
    assert word_lags(EVENTS, WORDS, confirmed=True) == pytest.approx([4.0 - 2.3, 5.0 - 3.0, 5.0 - 3.5])


def test_without_a_confirmed_part_the_utterance_confirms() -> None:
    older = [{name: value for name, value in event.items() if name != "confirmed"} for event in EVENTS]
    assert word_lags(older, WORDS, confirmed=True) == pytest.approx([5.0 - 2.3, 5.0 - 3.0, 5.0 - 3.5])


def test_a_small_number_is_shown_as_a_word_or_as_a_figure() -> None:
    words = [TimedWord("Four", 2.0, 2.3), TimedWord("eggs", 2.4, 3.0)]
    caption = _event("caption", 13.2, 3.0, id="c", start=1.8, text="4 eggs", confirmed="")
    assert word_lags([EVENTS[0], caption, EVENTS[2]], words) == pytest.approx([3.2 - 2.3, 3.2 - 3.0])


def test_an_utterance_is_final_with_its_first_words() -> None:
    assert final_lags(EVENTS) == pytest.approx([5.0 - 3.8])


def test_the_same_word_later_is_another_word() -> None:
    words = [*WORDS, TimedWord("good", 8.0, 8.4)]
    assert len(word_lags(EVENTS, words)) == 3


def test_a_spread_of_nothing_is_empty() -> None:
    assert spread([]).count == 0
    assert spread([1.0, 2.0, 3.0]).p50 == 2.0


# --- memory -----------------------------------------------------------------------------------------------------------


def test_memory_that_grows_only_at_first_has_no_slope() -> None:
    samples = [(float(at), min(100.0 + 20 * at, 300.0)) for at in range(60)]
    assert peak_mb(samples) == 300.0
    assert slope_mb_per_min(samples) == pytest.approx(0.0, abs=1e-6)


def test_a_megabyte_a_second_is_sixty_a_minute() -> None:
    assert slope_mb_per_min([(float(at), 100.0 + at) for at in range(60)]) == pytest.approx(60.0)


# --- speakers ---------------------------------------------------------------------------------------------------------

TURNS = [(0.0, 10.0, "Anna"), (10.0, 20.0, "Bert")]


def test_names_need_not_be_the_same_to_agree() -> None:
    assert confusion(TURNS, [(0.0, 10.0, "participant"), (10.0, 20.0, "interviewer")]).rate == 0


def test_a_name_must_be_the_right_one_but_at_the_edge_of_a_turn() -> None:
    said = [(0.0, 10.0, "participant"), (10.0, 20.0, "interviewer")]
    assert misnamed(said, [(0.0, 10.2, "participant"), (10.2, 20.0, "interviewer")]).confused == 0
    late = misnamed(said, [(0.0, 10.75, "participant"), (10.75, 20.0, "interviewer")])
    assert (late.frames, late.confused) == (1900, 50)
    assert misnamed(said, [(0.0, 10.0, "interviewer"), (10.0, 20.0, "participant")]).rate == 1


def test_a_wrong_name_is_confusion_and_an_unsure_one_is_none() -> None:
    found = confusion(TURNS, [(0.0, 10.0, "a"), (10.0, 18.0, "b"), (18.0, 19.0, "a"), (19.0, 20.0, "?")])
    assert (found.frames, found.labelled, found.confused) == (2000, 1900, 100)


def test_one_label_for_both_is_half_wrong() -> None:
    assert confusion(TURNS, [(0.0, 20.0, "a")]).rate == pytest.approx(0.5)


def test_where_two_speak_nothing_is_counted() -> None:
    assert confusion([(0.0, 10.0, "Anna"), (5.0, 10.0, "Bert")], [(0.0, 10.0, "a")]).frames == 500


def test_without_labels_there_is_no_rate() -> None:
    assert confusion(TURNS, [(0.0, 20.0, None)]).rate is None
