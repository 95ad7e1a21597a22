"""The app measures while nobody waits, gives up when somebody does, and never when a file plays."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import psutil
import pytest

from transcribe import measurement, models
from tui import idle_measuring, measuring
from tui.app import VivavoceApp
from tui.opening import Opening
from tui.screens.consent import ConsentScreen
from tui.screens.doctor import DoctorScreen
from tui.source import Source
from tui.widgets.facts import Facts

PATIENCE_S = 60.0


async def until(condition: Callable[[], object]) -> None:
    patience = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < patience
        await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def a_quiet_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def nobody() -> float:
        return 0.0

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(measuring, "others", nobody)
    monkeypatch.setattr(idle_measuring, "LOOK_EVERY_S", 0.1)


@pytest.fixture
def app(demo_folder: Path, now: datetime) -> VivavoceApp:
    """With a microphone for its source; it is not opened here."""
    return VivavoceApp(Opening(demo_folder, "demo", Source()), now=lambda: now)


def measured() -> bool:
    return measurement.kept(models.installed()) is not None


def rows(app: VivavoceApp) -> dict[str, str]:
    """What the doctor's screen says so far, by name: its rows come one after the other."""
    if not isinstance(app.screen, DoctorScreen):
        return {}
    return {fact.name.split(maxsplit=1)[1]: fact.text for fact in app.screen.query_one(Facts).facts}


def children() -> list[psutil.Process]:
    return list(psutil.Process(os.getpid()).children())


@pytest.mark.asyncio
async def test_on_the_board_the_machine_is_measured_once(app: VivavoceApp) -> None:
    async with app.run_test() as pilot:
        await until(measured)
        await until(lambda: not children())
        await pilot.press("d")
        await until(lambda: {"reads with", "speed tiny.en"} <= set(rows(app)))
        said = rows(app)
    assert said["reads with"].startswith("tiny.en, on the processor (int8, ")
    assert "of real time" in said["speed tiny.en"]


@pytest.mark.asyncio
async def test_it_is_given_up_when_a_session_is_prepared(app: VivavoceApp) -> None:
    async with app.run_test() as pilot:
        await until(children)
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, ConsentScreen))
        await until(lambda: not children())
    assert not measured()


@pytest.mark.asyncio
async def test_while_others_need_the_machine_nothing_is_measured(
    app: VivavoceApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    async def busy() -> float:
        nonlocal asked
        asked += 1
        return 0.9

    monkeypatch.setattr(measuring, "others", busy)
    async with app.run_test():
        await until(lambda: asked >= 2)
        assert children() == []
    assert not measured()


@pytest.mark.asyncio
async def test_in_the_doctor_m_measures_anew(app: VivavoceApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle_measuring, "LOOK_EVERY_S", 3600.0)
    async with app.run_test() as pilot:
        await pilot.press("d")
        await until(lambda: "reads with" in rows(app))
        assert not measured()
        await pilot.press("m")
        await until(measured)
        await until(lambda: any("of real time" in text for text in rows(app).values()))
    assert children() == []
