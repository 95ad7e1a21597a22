"""The voice detector, stepped, says what it says of the whole."""

import subprocess
import sys
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from transcribe.sound import decode
from transcribe.voice import FRAME, Voice

DEMO = Path(__file__).parents[2] / "tui" / "demo" / "interview.flac"


@pytest.mark.parametrize("at_once", [1, 7, 100])
def test_stepping_equals_the_batch_exactly(at_once: int) -> None:
    from faster_whisper.vad import get_vad_model

    sound = np.concatenate(list(islice(decode(DEMO), 120)))
    count = len(sound) // FRAME
    frames = sound[: count * FRAME].reshape(count, FRAME)

    voice = Voice()
    stepped = np.concatenate([voice.probabilities(frames[at : at + at_once]) for at in range(0, count, at_once)])

    spare = np.zeros(FRAME, np.float32)  # the batch function spoils the last frame it is given
    batch = get_vad_model()(np.concatenate([(frames / 32_768.0).astype(np.float32).reshape(-1), spare]))
    assert np.array_equal(stepped, batch.reshape(-1)[:count])
    assert stepped.max() > 0.9
    assert stepped.min() < 0.1


def test_a_reset_forgets_everything() -> None:
    frames = np.concatenate(list(islice(decode(DEMO, 2_000), 10)))[: 60 * FRAME].reshape(-1, FRAME)
    voice = Voice()
    first = voice.probabilities(frames)

    voice.reset()

    assert np.array_equal(voice.probabilities(frames), first)
    assert not np.array_equal(voice.probabilities(frames), first)


def test_where_no_whole_frame_is_there_nothing_is_said() -> None:
    assert len(Voice().probabilities(np.zeros((0, FRAME), np.int16))) == 0


def test_finding_the_network_does_not_load_the_transcriber() -> None:
    code = "import sys; from transcribe.voice import Voice; Voice(); sys.exit('faster_whisper' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
