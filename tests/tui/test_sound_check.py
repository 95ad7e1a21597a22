"""The level before a session: it moves once taking part and audio are granted, and nobody listens a moment longer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import psutil
import pytest
import soundfile
from textual.pilot import Pilot

from tests.transcribe.pulse import VirtualMicrophone, room, virtual_microphone
from tui.app import VivavoceApp
from tui.opening import Opening
from tui.screens.board import Board
from tui.screens.interview import InterviewScreen
from tui.source import Source
from tui.widgets.level_meter import BARS, LevelMeter
from tui.widgets.sound_check import HEARS, SoundCheckPane

__all__ = ["room", "virtual_microphone"]

pytestmark = pytest.mark.slow

PATIENCE_S = 60.0


@dataclass
class AtConsent:
    """The app before a session with 50008, on a real microphone."""

    app: VivavoceApp
    pilot: Pilot[int]
    folder: Path

    @property
    def pane(self) -> SoundCheckPane:
        return self.app.screen.query_one(SoundCheckPane)

    @property
    def heard(self) -> str:
        return str(self.pane.query_one("#check-heard").render())

    @property
    def listeners(self) -> list[str]:
        """The processes of ours; the sound server of the test is none."""
        commands = [" ".join(child.cmdline()) for child in psutil.Process().children()]
        return [command for command in commands if "transcribe." in command]

    async def until(self, condition: Callable[[], object]) -> None:
        patience = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < patience, "What was waited for has not happened."
            await asyncio.sleep(0.01)


@asynccontextmanager
async def at_consent(folder: Path, now: datetime, device: str | None = None) -> AsyncIterator[AtConsent]:
    app = VivavoceApp(Opening(folder, "demo", Source(device=device)), now=lambda: now)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        yield AtConsent(app, pilot, folder)


Act = Callable[[AtConsent], Awaitable[None]]


@pytest.mark.asyncio
async def test_the_level_moves_with_the_room_before_anything_is_begun(
    room: VirtualMicrophone, demo_folder: Path, now: datetime, tmp_path: Path
) -> None:
    sound = tmp_path / "tone.wav"
    soundfile.write(sound, 0.5 * np.sin(2 * np.pi * 440 * np.arange(48_000 * 20) / 48_000), 48_000)
    async with at_consent(demo_folder, now) as here:
        await here.pilot.press("g", "g")
        await here.until(lambda: here.heard == "say something")
        room.play(sound)
        await here.until(lambda: here.heard == HEARS)
        level = str(here.pane.query_one(LevelMeter).render())
        assert set(level) & set(BARS[3:])
        assert len(here.app.study.sessions.list()) == 1
        assert not list((demo_folder / "recordings").iterdir())


@pytest.mark.asyncio
@pytest.mark.parametrize("keys", [("2", "g"), ("g",), ("g", "d"), ("d", "2", "g"), ("3", "g", "g")])
async def test_no_microphone_is_opened_without_both_grants(
    room: VirtualMicrophone, demo_folder: Path, now: datetime, keys: tuple[str, ...]
) -> None:
    async with at_consent(demo_folder, now) as here:
        await here.pilot.press(*keys)
        await here.pilot.pause()
        assert here.pane.pid is None
        assert here.listeners == []


async def _decline(here: AtConsent) -> None:
    await here.pilot.press("2", "d")


async def _leave(here: AtConsent) -> None:
    await here.pilot.press("escape", "y")
    await here.until(lambda: isinstance(here.app.screen, Board))


@pytest.mark.asyncio
@pytest.mark.parametrize("act", [_decline, _leave])
async def test_the_microphone_is_let_go_of_at_once(
    room: VirtualMicrophone, demo_folder: Path, now: datetime, act: Act
) -> None:
    async with at_consent(demo_folder, now) as here:
        await here.pilot.press("g", "g")
        await here.until(lambda: here.pane.pid is not None)
        await act(here)
        await here.until(lambda: here.listeners == [])
        assert len(here.app.study.sessions.list()) == 1


@pytest.mark.asyncio
async def test_the_session_has_the_microphone_to_itself(
    room: VirtualMicrophone, demo_folder: Path, now: datetime
) -> None:
    async with at_consent(demo_folder, now) as here:
        await here.pilot.press("g", "g")
        await here.until(lambda: here.heard == "say something")
        tried = here.pane.pid
        await here.pilot.press("g", "d", "enter")
        await here.until(lambda: isinstance(here.app.screen, InterviewScreen) and here.app.screen.ready)
        assert isinstance(here.app.screen, InterviewScreen)
        assert not psutil.pid_exists(tried or 0)
        conductor = here.app.screen.conductor
        await here.until(lambda: conductor.timed)
        assert conductor.pids["recorder"] is not None
    await here.until(lambda: here.listeners == [])


@pytest.mark.asyncio
async def test_a_microphone_that_is_not_there_is_named_and_can_be_tried_again(
    room: VirtualMicrophone, demo_folder: Path, now: datetime
) -> None:
    async with at_consent(demo_folder, now, device="No such microphone") as here:
        assert not here.app.screen.check_action("try_again", ())
        await here.pilot.press("g", "g")
        await here.until(lambda: here.pane.failed)
        assert "No such microphone" in here.heard
        assert "t tries again" in here.heard
        await here.pilot.press("t")
        await here.until(lambda: here.pane.failed and here.pane.pid is None)
        logged = [entry.action for entry in here.app.study.audit.entries()]
        assert logged.count("microphone tried") == 2
