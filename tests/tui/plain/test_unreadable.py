"""An engine that fails at one stretch, by every way through the program: all else is there, and it is said."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.transcribe.faulty import SECRET
from tests.transcribe.laughs import laughter
from transcribe.segmenter import FILE_RULES, RULES, Rules, spans
from transcribe.sound import decode
from tui.demo.script import load, sound_path

pytestmark = pytest.mark.slow

FAULTY = (sys.executable, "-m", "tests.transcribe.faulty")
SESSION = "50001-w1-1"
SAID = "could not be transcribed"
MARKED = 1


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three short utterances of the demo, a second apart."""
    demo, quiet = np.concatenate(list(decode(sound_path()))), np.zeros(16_000, np.int16)
    spoken = [demo[one.start_ms * 16 : one.end_ms * 16] for one in load().utterances[1:4]]
    path = tmp_path_factory.mktemp("sound") / "three.wav"
    soundfile.write(path, np.concatenate([part for one in spoken for part in (one, quiet)]), 16_000)
    return path


@pytest.fixture(params=["decoding:words_of", "packing:placed"])
def faulty(
    request: pytest.FixtureRequest, sound: Path, tmp_path: Path, program_on_fresh_study: Callable[..., Any]
) -> Any:
    """The program on a fresh study, whose engine fails at the second utterance when it is run by ``FAULTY``."""
    samples = np.concatenate(list(decode(sound)))
    marked = list(spans([samples]))[MARKED]
    (tmp_path / "marked").write_bytes(samples[marked.start_ms * 16 : marked.end_ms * 16].tobytes())
    at_ms = str((marked.start_ms + marked.end_ms) // 2)
    fault = {"FAULTY_PLACE": request.param, "FAULTY_SOUND": str(tmp_path / "marked"), "FAULTY_MS": at_ms}
    return program_on_fresh_study(tmp_path / "study", fault)


def stretches(sound: Path, rules: Rules = RULES) -> int:
    """In how many the sound is cut, each of them with words."""
    return len(list(spans(decode(sound), rules=rules)))


def ran(program: Any, *words: str) -> subprocess.CompletedProcess[str]:
    """A command with the engine that fails, to its end."""
    return subprocess.run([*FAULTY, *words], env=program.env, capture_output=True, text=True, timeout=120, check=False)


def shown(program: Any) -> Any:
    return program.json("sessions", "show", SESSION)


def begun(program: Any, sound: Path) -> Any:
    who = ("--participant", "50001", "--wave", "1", "--audio", "granted")
    run = program.start("session", *who, "--plain", "--json", "--replay", str(sound), "--speed", "0", command=FAULTY)
    run.say("wait end")
    return run


def test_a_session_and_its_second_reading_are_whole_but_for_that_stretch(faulty: Any, sound: Path) -> None:
    run = begun(faulty, sound)
    assert run.finish() == 0
    assert [SAID in event["text"] for event in run.of("notice") if event["code"] == "set_aside"] == [True]
    assert run.of("transcript_ready")
    told = shown(faulty)
    others = stretches(sound) - 1
    assert (told["state"], len(told["utterances"]), len(told["unreadable"])) == ("complete", others, 1)

    again = ran(faulty, "retranscribe", SESSION)
    assert (again.returncode, again.stderr.count(SAID)) == (1, 1), again.stderr
    assert SECRET not in again.stderr
    told = shown(faulty)
    assert sum(one["utterances"] for one in told["versions"] if one["reading"] == "again") == others
    assert len(told["unreadable"]) == 1

    whole = faulty("retranscribe", SESSION)  # by an engine that works
    assert whole.returncode == 0, whole.stderr
    told = shown(faulty)
    assert (len(told["utterances"]), told["unreadable"]) == (others + 1, [])


def test_what_was_killed_is_recovered_but_for_that_stretch(faulty: Any, sound: Path) -> None:
    run = begun(faulty, sound)
    run.until(lambda event: event.get("code") == "set_aside")
    run.process.send_signal(signal.SIGKILL)
    run.process.wait()

    recovered = ran(faulty, "recover")

    assert (recovered.returncode, recovered.stderr.count(SAID)) == (0, 1), recovered.stderr
    told = shown(faulty)
    assert (told["state"], len(told["unreadable"])) == ("complete", 1)
    assert ran(faulty, "recover").stderr == "Every session is whole.\n"


def test_a_file_is_transcribed_but_for_that_stretch(faulty: Any, sound: Path) -> None:
    done = ran(faulty, "transcribe", str(sound), "--format", "json")

    assert (done.returncode, done.stderr.count(SAID)) == (0, 1), done.stderr
    transcript = json.loads(done.stdout)
    assert len(transcript["utterances"]) == stretches(sound, FILE_RULES) - 1
    assert len(transcript["unread"]) == 1
    assert SECRET not in done.stderr + done.stdout


def test_a_session_with_laughter_in_which_no_word_is_heard_is_whole(
    program_on_fresh_study: Callable[..., Any], sound: Path, tmp_path: Path
) -> None:
    mixed, quiet = tmp_path / "mixed.wav", np.zeros(16_000, np.int16)
    speech = np.concatenate(list(decode(sound)))
    soundfile.write(mixed, np.concatenate([laughter(), speech, quiet, laughter((220, 180))]), 16_000)
    program = program_on_fresh_study(tmp_path / "study")

    run = program.session("--audio", "granted", speed="0", sound=mixed)
    run.say("wait end")
    assert run.finish() == 0

    assert {event["code"] for event in run.of("notice")} <= {"no_speaker_model"}
    told = shown(program)
    assert (told["state"], told["unread"], len(told["utterances"])) == ("complete", 0, stretches(sound))
    assert program("retranscribe", SESSION).returncode == 0
