"""What holds at Stop depends on the sound alone, and a session can be read once more afterwards."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.once import MadeOnce
from tests.program import AtOnce
from tests.tui.plain.readings import GRANTED, LENGTH_S, conducted, part_of_the_demo, readings, transcript
from tui.demo.script import sound_path

SESSION = "50001-w1-1"
SPEED, HELD_S = "3", 3.0
"""A scribe that stands still for so long has nine seconds of sound to catch up with."""
NOISY_S = 24


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first three quarters of a minute of the demo: two windows and a bit."""
    return part_of_the_demo(tmp_path_factory.mktemp("sound") / "part.wav")


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Less of it, in a room so loud that hardly a word is sure."""
    path = tmp_path_factory.mktemp("sound") / "noisy.wav"
    samples, rate = soundfile.read(sound_path(), frames=NOISY_S * 16_000)
    noise = np.random.default_rng(3).normal(0, samples.std() * 0.6, len(samples))
    soundfile.write(path, samples * 0.5 + noise * 0.5, rate)
    return path


@pytest.fixture(scope="module")
def read(
    tmp_path_factory: pytest.TempPathFactory,
    made_once: MadeOnce,
    program_on: Callable[..., Any],
    program_on_fresh_study: Callable[..., Any],
    sound: Path,
) -> Any:
    """The study with one session at speed 0."""

    def record(folder: Path) -> None:
        conducted(program_on_fresh_study(folder / "study").session(*GRANTED, speed="0", sound=sound))

    once = made_once("read-at-speed-0", record)
    return program_on(shutil.copytree(once / "study", tmp_path_factory.mktemp("read") / "study"))


def test_every_utterance_was_heard_alone_and_no_window_of_clear_speech_is_read_twice(read: Any) -> None:
    shown = read.json("sessions", "show", SESSION)
    counted = readings(read, SESSION)
    assert counted["live"] >= len(shown["utterances"])
    assert counted.get("together", 0) < counted["live"]


def test_what_is_hard_to_hear_is_read_again_and_told_under_its_id_with_a_higher_version(
    vivavoce: Any, noisy: Path
) -> None:
    run = conducted(vivavoce.session(*GRANTED, speed="0", sound=noisy))
    names = [event["event"] for event in run.events]
    told: dict[str, list[int]] = {}
    for event in run.of("utterance"):
        told.setdefault(event["id"], []).append(event["version"])
    assert all(versions == sorted(set(versions)) for versions in told.values())
    assert any(len(versions) > 1 for versions in told.values())
    last_told = max(number for number, name in enumerate(names) if name == "utterance")
    assert last_told < names.index("transcript_ready")
    assert readings(vivavoce, SESSION)["together"] > 0


@pytest.mark.slow
def test_the_same_sound_gives_the_same_transcript_however_fast_it_is_played(
    read: Any, vivavoce: Any, sound: Path
) -> None:
    conducted(vivavoce.session(*GRANTED, speed=SPEED, sound=sound))
    assert transcript(vivavoce, SESSION) == transcript(read, SESSION)


@pytest.mark.slow
def test_a_scribe_that_stood_still_gives_the_same_transcript_in_the_end(read: Any, vivavoce: Any, sound: Path) -> None:
    run = vivavoce.session(*GRANTED, speed=SPEED, sound=sound)
    run.until(lambda event: event["event"] in ("caption", "utterance"))  # a machine that is busy shows no captions
    scribe = run.child("transcribe.scribe")
    scribe.send_signal(signal.SIGSTOP)
    time.sleep(HELD_S)  # the time for which it stands still is what is tried
    scribe.send_signal(signal.SIGCONT)
    conducted(run)
    assert transcript(vivavoce, SESSION) == transcript(read, SESSION)


@pytest.mark.slow
def test_a_scribe_that_was_killed_leaves_no_other_transcript(read: Any, vivavoce: Any, sound: Path) -> None:
    run = vivavoce.session(*GRANTED, speed="0", sound=sound)
    run.until("utterance")
    run.child("transcribe.scribe").kill()
    conducted(run)
    assert transcript(vivavoce, SESSION) == transcript(read, SESSION)


@pytest.mark.slow
def test_what_a_killed_app_left_is_read_as_it_would_have_been(read: Any, vivavoce: Any, sound: Path) -> None:
    run = vivavoce.session(*GRANTED, speed="0", sound=sound)
    run.until(lambda event: event["event"] == "utterance" and event["start"] > LENGTH_S - 10)
    run.process.kill()
    run.process.wait()
    assert vivavoce("recover").returncode == 0
    recovered, whole = transcript(vivavoce, SESSION), transcript(read, SESSION)
    assert recovered[: len(recovered) - 2] == whole[: len(recovered) - 2]
    assert len(recovered) > 2


def test_a_session_can_be_read_once_more_and_keeps_what_was_read_before_and_only_once_by_one_model(read: Any) -> None:
    before = readings(read, SESSION)
    done = read("retranscribe", SESSION)
    after = readings(read, SESSION)
    assert done.returncode == 0
    assert after == before | {"again": before["live"]}
    assert "to read with tiny.en" in done.stderr

    done = read.at_once("retranscribe", SESSION)
    assert done.returncode == 0
    assert "already" in done.stderr
    assert readings(read, SESSION) == after


def test_what_cannot_be_read_once_more_is_said_in_one_sentence(two_interviews: AtOnce) -> None:
    for words, code in (((), 2), (("50001-w9-1",), 1), ((SESSION,), 1)):
        done = two_interviews("retranscribe", *words)
        assert done.returncode == code
        assert done.stderr.count("\n") == 1
        assert "Traceback" not in done.stderr
