"""Two people with a microphone each: one recording, and how loud each was in every utterance."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from tests.transcribe.conftest import Spoken
from tests.transcribe.recorders import WITHOUT_LIMIT, Session
from transcribe import recording, wire
from transcribe.child import Child
from transcribe.loudness import Loudness
from transcribe.sound import decode

RATE = 16


def in_two_channels(interview: Sequence[Spoken]) -> recording.Samples:
    """The interviewer is 12 dB louder in the first channel, the participant in the second."""
    channels = np.zeros((interview[-1].end_ms * RATE + 16_000, 2), np.int16)
    for one in interview:
        place = slice(one.start_ms * RATE, one.start_ms * RATE + len(one.sound))
        near, far = (0, 1) if one.speaker == "interviewer" else (1, 0)
        channels[place, near] += one.sound
        channels[place, far] += one.sound // 4
    return channels


@pytest.mark.asyncio
async def test_both_channels_are_recorded_as_one_and_every_utterance_knows_how_loud_each_was(
    tmp_path: Path, engine_interview: tuple[Spoken, ...]
) -> None:
    soundfile.write(tmp_path / "two.flac", in_two_channels(engine_interview), 16_000)
    session = await Session.begin(tmp_path / "s.db", replay=str(tmp_path / "two.flac"), speed=0.0, two_channels=True)
    session.child.send(wire.Grant(WITHOUT_LIMIT))
    await session.until(lambda each: isinstance(each, wire.Ended))
    await session.child.leave(10)

    mono = np.concatenate(list(decode(tmp_path / "two.flac")))
    kept = session.sound(0, len(mono) // RATE)
    assert np.abs(kept.astype(int) - mono[: len(kept)]).max() <= 1
    spans = session.closed_spans()
    assert len(spans) >= 4
    for span in spans:
        assert len(span.levels) == -(-(span.end_ms - span.start_ms) // 100)
    for one in engine_interview:
        span = next(span for span in spans if span.start_ms <= one.start_ms + 500 < span.end_ms)
        first = (one.start_ms + 500 - span.start_ms) // 100
        left, right = np.sum(span.levels[first : first + 10], axis=0)
        assert (left > 10 * right) if one.speaker == "interviewer" else (right > 10 * left)


@pytest.mark.asyncio
async def test_a_file_with_one_channel_is_refused_where_two_are_wanted(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "one.flac", np.zeros(16_000, np.int16), 16_000)
    session = await Session.begin(tmp_path / "s.db", replay=str(tmp_path / "one.flac"), two_channels=True)

    failed = await session.until(lambda each: isinstance(each, wire.Failed))

    assert isinstance(failed, wire.Failed)
    assert "only one channel" in failed.text
    assert await session.child.leave(10) == 1


@given(
    cuts=st.lists(st.integers(1, 9_999), max_size=6),
    start_ms=st.integers(0, 400),
    length_ms=st.integers(1, 500),
)
def test_it_does_not_matter_in_which_pieces_the_sound_came(cuts: list[int], start_ms: int, length_ms: int) -> None:
    sound = np.random.default_rng(5).integers(-900, 900, (10_000 // RATE * RATE, 2)).astype(np.int16)
    whole, pieces = Loudness(), Loudness()
    whole.hear(0, sound)
    edges = [0, *sorted({cut // RATE * RATE for cut in cuts} - {0}), len(sound)]
    for first, last in pairwise(edges):
        pieces.hear(first // RATE, sound[first:last])

    assert pieces.of(start_ms, start_ms + length_ms) == whole.of(start_ms, start_ms + length_ms)


def test_what_was_not_captured_is_silence() -> None:
    loudness = Loudness()
    loudness.hear(1_000, np.full((1_600, 2), 100, np.int16))

    assert loudness.of(900, 1_200) == ((0.0, 0.0), (10_000.0, 10_000.0), (0.0, 0.0))


@pytest.mark.asyncio
async def test_a_recorder_that_can_neither_find_speech_nor_tell_channels_apart_keeps_every_sample(
    tmp_path: Path, engine_interview: Sequence[Spoken], monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = in_two_channels(engine_interview[:3])
    soundfile.write(tmp_path / "two.flac", sound, 16_000)
    start = Child.start
    monkeypatch.setattr(Child, "start", lambda _: start("tests.transcribe.deaf_recorder"))
    session = await Session.begin(tmp_path / "s.db", replay=str(tmp_path / "two.flac"), speed=0.0, two_channels=True)
    session.child.send(wire.Grant(WITHOUT_LIMIT))

    ended = await session.until(lambda each: isinstance(each, wire.Ended))

    assert await session.child.leave(10) == 0
    assert isinstance(ended, wire.Ended)
    assert len(session.sound()) == len(sound)
    spans = session.closed_spans()
    assert spans[0].start_ms == 0
    assert spans[-1].end_ms >= ended.at_ms - 32
    assert {one.levels for one in spans} == {()}
