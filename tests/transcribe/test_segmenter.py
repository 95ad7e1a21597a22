"""Where speech begins and ends, by the sound alone."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from transcribe.recording import Samples
from transcribe.segmenter import FILE_RULES, STEP_MS, Listener, Rules, Segmenter, spans
from transcribe.sound import decode
from transcribe.voice import FRAME, Voice
from transcribe.wire import Span

RULES = Rules()
DEMO = Path(__file__).parents[2] / "tui" / "demo" / "interview.flac"


class Drawn:
    """A voice detector that reads its answer in the sound: a frame's first sample, in thousandths."""

    def probabilities(self, frames: Samples) -> NDArray[np.float32]:
        return np.asarray(frames[:, 0] / 1_000, np.float32)

    def reset(self) -> None:
        pass


def closed(probabilities: list[float], levels: list[float] | None = None, start_ms: int = 0) -> list[Span]:
    segmenter = Segmenter(RULES, start_ms)
    found: list[Span] = []
    for index, probability in enumerate(probabilities):
        found += segmenter.push(probability, -30.0 if levels is None else levels[index])
    found += segmenter.finish(start_ms + len(probabilities) * STEP_MS)
    return [span for span in found if span.closed]


def frames(ms: int) -> int:
    return ms // STEP_MS


def test_speech_between_pauses_is_one_span_with_a_margin() -> None:
    quiet, voice = [0.0] * frames(1_600), [0.9] * frames(3_200)

    assert closed(quiet + voice + quiet) == [Span(1_600 - RULES.pad_ms, 4_800 + RULES.pad_ms, closed=True)]


def test_a_short_hesitation_does_not_end_a_span() -> None:
    voice, breath = [0.9] * 50, [0.0] * frames(RULES.pause_ms - STEP_MS)

    assert len(closed(voice + breath + voice)) == 1


def test_a_pause_ends_a_span() -> None:
    voice, pause = [0.9] * 50, [0.0] * frames(RULES.pause_ms)

    assert len(closed(voice + pause + voice)) == 2


def test_a_click_is_no_speech() -> None:
    assert closed([0.0] * 20 + [0.9] * (frames(RULES.shortest_ms) - 1) + [0.0] * 50) == []


def test_a_doubtful_sound_opens_nothing_but_keeps_open_what_began() -> None:
    doubtful = (RULES.start + RULES.stop) / 2

    assert closed([doubtful] * 100) == []
    assert closed([0.9] * 20 + [doubtful] * 100)[0].end_ms >= 120 * STEP_MS


def test_times_are_those_of_the_recording() -> None:
    (span,) = closed([0.0] * 50 + [0.9] * 50 + [0.0] * 50, start_ms=3_600_000)

    assert span.start_ms == 3_600_000 + 50 * STEP_MS - RULES.pad_ms


def test_an_open_span_grows_several_times_a_second_and_closes_once() -> None:
    segmenter = Segmenter(RULES)
    told = [span for _ in range(frames(3_200)) for span in segmenter.push(0.9, -30.0)]
    told += segmenter.finish(3_200)

    assert [span.closed for span in told].count(True) == 1
    assert told[-1].closed
    assert len(told) >= 3_200 // 250
    assert all(before.end_ms < after.end_ms for before, after in pairwise(told[:-1]))


def test_talk_without_a_pause_is_cut_at_its_quietest_place_and_nothing_is_lost() -> None:
    count = frames(60_000)
    levels = [-20.0] * count
    levels[frames(17_600)] = -60.0

    first, *rest = closed([0.99] * count, levels)

    assert first == Span(0, 17_600, closed=True)
    assert [before.end_ms for before in [first, *rest[:-1]]] == [after.start_ms for after in rest]
    assert rest[-1].end_ms == count * STEP_MS


def test_after_seventeen_seconds_a_breath_is_enough() -> None:
    breath = [0.0] * frames(RULES.long_pause_ms)

    found = closed([0.99] * frames(18_000) + breath + [0.99] * frames(3_200))

    assert len(found) == 2
    assert 18_000 <= found[0].end_ms <= 18_000 + RULES.long_pause_ms


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0.0, 0.2, 0.4, 0.6, 1.0]), st.integers(1, 400)), max_size=12))
def test_spans_are_ordered_disjoint_never_too_long_and_hold_all_speech(runs: list[tuple[float, int]]) -> None:
    probabilities = [probability for probability, count in runs for _ in range(count)]

    found = closed(probabilities)

    assert all(0 <= span.start_ms < span.end_ms <= len(probabilities) * STEP_MS for span in found)
    assert all(before.end_ms <= after.start_ms for before, after in pairwise(found))
    assert all(span.end_ms - span.start_ms <= RULES.longest_ms for span in found)
    held = np.zeros(len(probabilities) * STEP_MS, bool)
    for span in found:
        held[span.start_ms : span.end_ms] = True
    at = 0
    for probability, count in runs:
        if probability >= RULES.start and count * STEP_MS >= RULES.shortest_ms:
            assert held[at * STEP_MS : (at + count) * STEP_MS].all()
        at += count


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 5_000), min_size=1, max_size=20), st.integers(0, 3))
def test_the_size_of_the_blocks_changes_nothing(cuts: list[int], seed: int) -> None:
    generator = np.random.default_rng(seed)
    probabilities = np.repeat(generator.integers(0, 1_000, 40), generator.integers(1, 60, 40))
    sound = np.repeat(probabilities, FRAME).astype(np.int16)
    blocks = np.split(sound, [at for at in np.cumsum(cuts) if at < len(sound)])

    assert list(spans(blocks, voice=Drawn())) == list(spans([sound], voice=Drawn()))


def test_a_sound_file_is_cut_later_than_an_interview() -> None:
    talk = np.full(frames(25_600) * FRAME, 900, np.int16)

    assert len(list(spans([talk], voice=Drawn()))) == 2
    assert list(spans([talk], voice=Drawn(), rules=FILE_RULES)) == [Span(0, 25_600, closed=True)]


def test_what_comes_after_a_break_knows_nothing_of_what_came_before() -> None:
    listener = Listener(Drawn())
    sound = np.full(100 * FRAME + 77, 900, np.int16)
    before = [*listener.hear(sound), *listener.finish(3_204)]
    listener.begin(60_000)
    after = [*listener.hear(sound), *listener.finish(63_204)]

    assert before[-1] == Span(0, 3_204, closed=True)
    assert [(span.start_ms + 60_000, span.end_ms + 60_000, span.closed) for span in before] == [
        (span.start_ms, span.end_ms, span.closed) for span in after
    ]


@pytest.fixture(scope="module")
def minute() -> Samples:
    held: list[Samples] = []
    for block in decode(DEMO):
        held.append(block)
        if sum(map(len, held)) >= 60 * 16_000:
            break
    return np.concatenate(held)


def test_real_speech_gives_the_same_spans_whatever_the_blocks(minute: Samples) -> None:
    whole = list(spans([minute], voice=Voice()))

    assert len(whole) >= 5
    for size in (160, 777, 4_096):
        blocks = [minute[at : at + size] for at in range(0, len(minute), size)]
        assert list(spans(blocks, voice=Voice())) == whole
