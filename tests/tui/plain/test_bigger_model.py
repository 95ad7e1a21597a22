"""A model bigger than the smallest reads each stretch in one window with those before it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.tui.plain.readings import GRANTED, conducted, part_of_the_demo, readings, transcript
from transcribe import models
from transcribe.scope import WIDE, scope_of

BIGGER = "bigger.en"
ASKED = (*GRANTED, "--model", BIGGER)
WINDOWS = 3  # that the sound makes at most
LENGTH_S, STRUCK_S = 36, 32


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder of added models with a copy of the bundled one, which by its name is taken for a bigger one."""
    folder = str(tmp_path_factory.mktemp("shelf") / "models")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIVAVOCE_MODELS", folder)
        models.add(models.find().path, BIGGER)
    assert scope_of(BIGGER) == WIDE
    return folder


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return part_of_the_demo(tmp_path_factory.mktemp("sound") / "part.wav", LENGTH_S)


@pytest.fixture(scope="module")
def read(
    tmp_path_factory: pytest.TempPathFactory, program_on_fresh_study: Callable[..., Any], sound: Path, shelf: str
) -> Any:
    """The study with one session at speed 0."""
    program = program_on_fresh_study(tmp_path_factory.mktemp("read") / "study", {"VIVAVOCE_MODELS": shelf})
    conducted(program.session(*ASKED, speed="0", sound=sound))
    return program


@pytest.fixture(scope="module")
def struck(tmp_path_factory: pytest.TempPathFactory, program_on_fresh_study: Callable[..., Any], shelf: str) -> Any:
    """The same with half a minute, six seconds of which are struck."""
    folder = tmp_path_factory.mktemp("struck")
    program = program_on_fresh_study(folder / "study", {"VIVAVOCE_MODELS": shelf})
    run = program.session(*ASKED, speed="0", sound=part_of_the_demo(folder / "part.wav", STRUCK_S))
    run.say("wait 21", "strike 6", "wait end")
    assert run.finish() == 0
    return program


@pytest.fixture
def fresh(vivavoce: Any, shelf: str) -> Any:
    """A study without a session."""
    vivavoce.env["VIVAVOCE_MODELS"] = shelf
    return vivavoce


def read_alone(program: Any) -> int:
    """How many utterances have not been read once more with those that followed them."""
    counted = readings(program, "50001-w1-1")
    return len(transcript(program, "50001-w1-1")) - counted["together"]


def test_all_but_the_last_stretch_of_each_window_are_read_with_what_follows_to_the_very_end(struck: Any) -> None:
    assert readings(struck, "50001-w1-1")["live"] >= len(transcript(struck, "50001-w1-1")) > 4
    assert read_alone(struck) <= WINDOWS


@pytest.mark.slow
@pytest.mark.parametrize("killed", [False, True])
def test_the_same_sound_gives_the_same_transcript_whatever_happens_meanwhile(
    read: Any, fresh: Any, sound: Path, killed: bool
) -> None:
    run = fresh.session(*ASKED, speed="0" if killed else "3", sound=sound)
    run.until("utterance")
    if killed:
        run.child("transcribe.scribe").kill()
    conducted(run)
    assert transcript(fresh, "50001-w1-1") == transcript(read, "50001-w1-1")


def test_what_is_struck_is_gone_from_what_was_read_with_it(struck: Any) -> None:
    said = " ".join(text for *_, text in transcript(struck, "50001-w1-1")).lower()
    assert "changed for you" in said
    assert "two days a week" not in said


@pytest.mark.slow
def test_what_a_killed_app_left_is_read_on_by_the_same_model_in_windows(fresh: Any, sound: Path) -> None:
    run = fresh.session(*ASKED, speed="0", sound=sound)
    run.until(lambda event: event["event"] == "utterance" and event["start"] > LENGTH_S - 10)
    run.process.kill()
    run.process.wait()
    assert fresh("recover").returncode == 0
    assert read_alone(fresh) <= WINDOWS
    assert {one["model"] for one in fresh.json("sessions", "show", "50001-w1-1")["versions"]} == {BIGGER}
