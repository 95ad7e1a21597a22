"""The footer is made anew when other keys are to be shown, and only then, and each key as it stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App
from textual.widgets._footer import FooterKey

from tests.tui.conftest import OpenApp, Until


def shown(app: App[int]) -> list[FooterKey]:
    return list(app.screen.query(FooterKey))


def possible(app: App[int]) -> set[str]:
    """What is shown and not grey."""
    return {key.description for key in shown(app) if not key.has_class("-disabled")}


@pytest.mark.asyncio
async def test_a_move_of_the_focus_that_changes_no_key_leaves_it_as_it_is(tmp_path: Path, open_app: OpenApp) -> None:
    app = open_app(tmp_path / "new", None)
    async with app.run_test() as pilot:
        await pilot.pause()
        before = shown(app)
        focused = app.focused
        await pilot.press("tab")
        await pilot.pause()

        assert app.focused is not focused
        assert before
        assert [id(key) for key in shown(app)] == [id(key) for key in before]


@pytest.mark.asyncio
async def test_what_becomes_possible_is_no_longer_grey(demo_folder: Path, open_app: OpenApp, until: Until) -> None:
    app = open_app(demo_folder)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: shown(app))
        due = possible(app)  # the cursor is on a wave without a session
        await pilot.press("left")
        await until(lambda: possible(app) > due)
        await pilot.press("right")
        await until(lambda: possible(app) == due)


@pytest.mark.asyncio
async def test_a_key_is_made_as_it_stays(demo_folder: Path, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch) -> None:
    as_it_was: list[bool] = []

    def noted(key: FooterKey, add: bool, name: str) -> None:
        as_it_was.append(add is key.has_class(name))

    monkeypatch.setattr(FooterKey, "set_class", noted)
    app = open_app(demo_folder)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()

        assert shown(app)
        assert as_it_was
        assert all(as_it_was)
