"""A screen that is left while something goes on in the background: the app goes on, and nothing is shown any more."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import pkgutil

import pytest
from textual.app import App, ComposeResult
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.widgets import Label
from textual.worker import WorkerFailed

from tui import screens
from tui.screens.working import WorkingScreen


class SlowToGo(Label):
    """Keeps its screen from being gone for some turns of the loop, as a whole page of widgets does."""

    async def on_unmount(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)


class Counts(WorkingScreen[None]):
    """Shows a number at every turn of the loop."""

    def compose(self) -> ComposeResult:
        yield Label(id="number")
        yield SlowToGo()

    def on_mount(self) -> None:
        self.run_worker(self._count())

    async def _count(self) -> None:
        for number in range(1_000_000):
            self.query_one("#number", Label).update(str(number))
            await asyncio.sleep(0)


class Errs(Counts):
    """Looks for what is not there, with the screen in front."""

    async def _count(self) -> None:
        self.query_one("#never-there")


@pytest.mark.asyncio
async def test_a_worker_whose_widgets_went_before_it_is_cancelled_and_the_app_goes_on() -> None:
    app: App[None] = App()
    async with app.run_test() as pilot:
        for _ in range(5):
            await app.push_screen(Counts())
            await pilot.pause()
            await app.pop_screen()

        assert app.is_running
        assert not list(app.workers)
        assert not isinstance(app.screen, Counts)


@pytest.mark.asyncio
async def test_a_fault_on_a_screen_in_front_is_still_one() -> None:
    app: App[None] = App()

    async def show() -> None:
        async with app.run_test() as pilot:
            await app.push_screen(Errs())
            await pilot.pause()

    with pytest.raises(WorkerFailed) as fault:
        await show()
    assert isinstance(fault.value.error, NoMatches)


def test_every_screen_that_works_in_the_background_is_such_a_one() -> None:
    rooms = [
        importlib.import_module(f"{screens.__name__}.{room.name}") for room in pkgutil.iter_modules(screens.__path__)
    ]
    every = {
        kind for room in rooms for kind in vars(room).values() if inspect.isclass(kind) and issubclass(kind, Screen)
    }
    ours = {kind for kind in every if kind.__module__.startswith(screens.__name__)}
    working = {
        kind for kind in ours if "self.run_worker(" in inspect.getsource(kind) or "@work" in inspect.getsource(kind)
    }

    assert len(working) > 8
    assert {kind.__name__ for kind in working if not issubclass(kind, WorkingScreen)} == set()
