"""A microphone for each: who speaks is told by the channel, without any model for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tui.demo.script import load, sound_path

LENGTH_MS = 45_000


@pytest.fixture
def program(tmp_path: Path, program_on_fresh_study: Callable[..., Any]) -> Any:
    """A study with one participant on a machine without a speaker model."""
    return program_on_fresh_study(tmp_path / "study", {"VIVAVOCE_MODELS": str(tmp_path / "models")})


@pytest.fixture
def in_two_channels(tmp_path: Path) -> Path:
    """45 seconds of the demo; the interviewer is 12 dB louder on the right, the participant on the left."""
    samples, rate = soundfile.read(sound_path(), dtype="int16", frames=LENGTH_MS * 16)
    channels = np.stack([samples // 4, samples // 4], axis=1)
    for one in load().utterances:
        place = slice(one.start_ms * 16, one.end_ms * 16)
        channels[place, 1 if one.speaker == "interviewer" else 0] = samples[place]
    soundfile.write(tmp_path / "two.flac", channels, rate)
    return tmp_path / "two.flac"


def test_every_word_is_given_to_whom_it_is_from(program: Any, in_two_channels: Path) -> None:
    session = ("session", "--participant", "50001", "--wave", "1", "--plain", "--json", "--audio", "granted")
    sound = ("--replay", str(in_two_channels), "--speed", "0", "--interviewer-channel", "right")
    done = program(*session, *sound, input="wait 44\nstop\nmemo -\n")
    assert done.returncode == 0, done.stderr

    shown = json.loads(program("sessions", "show", "50001-w1-1", "--json").stdout)["utterances"]

    assert len(shown) >= 6
    assert {one["speaker"] for one in shown} == {"interviewer", "participant"}
    spoken = [one for one in load().utterances if one.end_ms < LENGTH_MS - 1_000]
    for word in (one | {"speaker": row["speaker"]} for row in shown for one in row["words"]):
        middle_ms = (word["start"] + word["end"]) * 500
        who = {one.speaker for one in spoken if one.start_ms - 100 <= middle_ms <= one.end_ms + 100}
        assert word["speaker"] in who or not who


def test_two_channels_with_the_same_sound_are_said_to_tell_nothing(program: Any, tmp_path: Path) -> None:
    samples, rate = soundfile.read(sound_path(), dtype="int16", frames=12_000 * 16)
    soundfile.write(tmp_path / "same.flac", np.stack([samples, samples], axis=1), rate)
    session = ("session", "--participant", "50001", "--wave", "1", "--plain", "--audio", "granted", "--speed", "0")
    sound = ("--replay", str(tmp_path / "same.flac"), "--interviewer-channel", "left")
    done = program(*session, *sound, input="wait 11\nstop\nmemo -\n")

    assert done.returncode == 0, done.stderr
    assert "Both channels of this microphone carry the same sound" in done.stderr
    shown = json.loads(program("sessions", "show", "50001-w1-1", "--json").stdout)["utterances"]
    assert shown
    assert {one["speaker"] for one in shown} == {None}


def test_a_file_with_one_channel_is_refused_in_one_sentence(program: Any) -> None:
    session = ("session", "--participant", "50001", "--wave", "1", "--plain", "--audio", "granted")
    done = program(*session, "--replay", str(sound_path()), "--interviewer-channel", "left", input="stop\n")

    assert done.returncode == 1
    assert "only one channel" in done.stderr
    assert "Traceback" not in done.stderr
