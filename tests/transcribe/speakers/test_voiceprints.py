import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcribe.errors import ModelError
from transcribe.recording import Samples
from transcribe.sound import decode
from transcribe.speakers.voiceprints import Voiceprinter, windows
from tui import demo


@pytest.fixture(scope="module")
def minute() -> Samples:
    """The first minute of the demo interview."""
    return np.concatenate(list(decode(Path(demo.__file__).parent / "interview.flac")))[: 60 * 16_000]


@given(frames=st.integers(0, 3_000))
def test_windows_lie_in_the_utterance_and_leave_out_little(frames: int) -> None:
    found = windows(frames)

    edges = [0, *(edge for window in found for edge in window), frames]
    assert edges == sorted(edges)
    assert all(28 <= last - first <= 150 for first, last in found)
    if frames >= 28:
        assert max(after - before for before, after in zip(edges[::2], edges[1::2], strict=True)) <= 50


def test_a_short_utterance_is_one_window() -> None:
    assert windows(100) == [(0, 100)]
    assert windows(27) == []


def test_prints_are_alike_within_a_voice_and_unlike_between_two(voiceprinter: Voiceprinter, minute: Samples) -> None:
    told = json.loads((Path(demo.__file__).parent / "interview.json").read_text())["utterances"][:6]
    prints = [voiceprinter.embed(minute[one["start_ms"] * 16 : one["end_ms"] * 16], one["start_ms"]) for one in told]
    asked = [p.vector for one, its in zip(told, prints, strict=True) for p in its if one["speaker"] == "interviewer"]
    answered = [p.vector for one, its in zip(told, prints, strict=True) for p in its if one["speaker"] == "participant"]

    assert np.median(np.array(asked) @ np.array(asked).T) > 0.5
    assert np.max(np.array(asked) @ np.array(answered).T) < 0.4


def test_a_print_says_where_it_was_taken(voiceprinter: Voiceprinter, minute: Samples) -> None:
    prints = voiceprinter.embed(minute[16_000:64_000], start_ms=1_000)

    assert [(one.start_ms, one.end_ms) for one in prints] == [(1_000, 2_505), (2_490, 3_995)]
    assert all(np.linalg.norm(one.vector) == pytest.approx(1, abs=1e-5) for one in prints)


def test_where_the_voice_changes_there_is_a_print_between(voiceprinter: Voiceprinter, minute: Samples) -> None:
    asked, answered = minute[1_500 * 16 : 3_000 * 16], minute[20_000 * 16 : 21_500 * 16]

    prints = voiceprinter.embed(np.concatenate([asked, answered]))

    assert [one.start_ms for one in prints] == [0, pytest.approx(750, abs=20), pytest.approx(1_500, abs=20)]


@pytest.mark.parametrize("ms", [0, 10, 290])
def test_what_is_too_short_has_no_print(voiceprinter: Voiceprinter, minute: Samples, ms: int) -> None:
    assert voiceprinter.embed(minute[: ms * 16]) == ()


@pytest.mark.parametrize("content", [None, b"", b"no network"])
def test_a_file_that_is_no_network_is_refused(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "network.onnx").write_bytes(content)

    with pytest.raises(ModelError, match="can't be loaded"):
        Voiceprinter(tmp_path / "network.onnx")
