"""The first run: four fields, the recovery key once, then the board."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from store import Study
from tui.app import VivavoceApp
from tui.passphrase import strength
from tui.screens.board import Board
from tui.screens.first_run import FirstRun
from tui.screens.recovery_key import RecoveryKey
from tui.widgets.field import Field

OpenApp = Callable[..., VivavoceApp]
WORDS = "plum kettle orbit sand"
NUMBERS = "1, 2 3"


async def type_all(pilot: Pilot[int]) -> None:
    """Type a whole form, as a person would."""
    for text in ("Peers", WORDS, WORDS):
        await pilot.press(*["space" if sign == " " else sign for sign in text], "enter")
    numbers = {" ": "space", ",": "comma"}
    await pilot.press("tab", *[numbers.get(sign, sign) for sign in NUMBERS], "ctrl+s")
    await pilot.pause()


async def fill(
    pilot: Pilot[int], *, name: str = "Peers", passphrase: str = WORDS, again: str = WORDS, numbers: str = NUMBERS
) -> None:
    """Put a whole form in place, and send it off."""
    for field, text in (("name", name), ("passphrase", passphrase), ("again", again), ("participants", numbers)):
        pilot.app.screen.query_one(f"#{field} Input", Input).value = text
    await pilot.press("ctrl+s")
    await pilot.pause()


def beside(app: VivavoceApp, field: str) -> str:
    """The sentence beside a field."""
    return str(app.screen.query_one(f"#{field} .field-said").render())


@pytest.mark.asyncio
async def test_a_study_is_made_and_the_recovery_key_opens_it(tmp_path: Path, open_app: OpenApp, now: datetime) -> None:
    app = open_app(tmp_path / "new", None)
    async with app.run_test() as pilot:
        assert isinstance(app.screen, FirstRun)
        await type_all(pilot)
        assert isinstance(app.screen, RecoveryKey)
        key = str(app.screen.query_one("#recovery-key").render())
        await pilot.press("w")
        await pilot.pause()
        assert isinstance(app.screen, Board)
        assert [one.number for one in app.study.participants.list()] == ["1", "2", "3"]
        assert app.study.name == "Peers"
        assert app.study.guides.current().name == "peer-specialist-fidelity"
    with Study.open_with_recovery(tmp_path / "new", key, now) as study:
        assert study.name == "Peers"


@pytest.mark.asyncio
async def test_no_habit_passes_the_recovery_key_by(tmp_path: Path, open_app: OpenApp) -> None:
    app = open_app(tmp_path / "new", None)
    async with app.run_test() as pilot:
        await fill(pilot)
        for key in ("enter", "escape", "space", "q", "y", "ctrl+q", "ctrl+s"):
            await pilot.press(key)
            await pilot.pause()
            assert isinstance(app.screen, RecoveryKey), key


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"name": " "}, "name", "Give the study a name"),
        ({"passphrase": "", "again": ""}, "passphrase", "Choose a passphrase"),
        ({"again": "plum"}, "again", "The two differ"),
        ({"numbers": "1 2 1"}, "participants", "1 stands there twice"),
        ({"numbers": "1 Anna"}, "participants", "“Anna” has no digit"),
        ({"numbers": "1 a!b"}, "participants", "“a!b” is no number"),
    ],
)
async def test_bad_input_says_one_sentence_beside_its_field_and_makes_nothing(
    tmp_path: Path, open_app: OpenApp, wrong: dict[str, str], field: str, sentence: str
) -> None:
    app = open_app(tmp_path / "new", None)
    async with app.run_test() as pilot:
        await fill(pilot, **wrong)
        assert isinstance(app.screen, FirstRun)
        assert sentence in beside(app, field)
        assert app.focused is app.screen.query_one(f"#{field} Input")
    assert not (tmp_path / "new").exists()


@pytest.mark.asyncio
async def test_the_passphrase_is_never_shown_and_not_kept(tmp_path: Path, open_app: OpenApp) -> None:
    app = open_app(tmp_path / "new", None)
    async with app.run_test() as pilot:
        await fill(pilot)
        assert "plum" not in app.export_screenshot()
        form = app.screen_stack[-2]
        assert [form.query_one(f"#{name}", Field).value for name in ("passphrase", "again")] == ["", ""]


@pytest.mark.asyncio
async def test_a_folder_that_can_not_be_used_is_said_in_one_sentence(tmp_path: Path, open_app: OpenApp) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("not ours")
    app = open_app(tmp_path / "full", None)
    async with app.run_test() as pilot:
        await fill(pilot)
        assert isinstance(app.screen, FirstRun)
        assert "is not an empty folder" in beside(app, "name")


@pytest.mark.parametrize(
    ("passphrase", "verdict"),
    [
        ("abc", "weak"),
        ("aaaaaaaaaaaa", "weak"),
        ("kettleorbit", "weak"),
        ("a noisy room", "fair"),
        (WORDS, "good"),
    ],
)
def test_strength_is_said_plainly(passphrase: str, verdict: str) -> None:
    found = strength(passphrase)
    assert found is not None
    assert found.verdict == verdict


def test_nothing_has_no_strength() -> None:
    assert strength("  ") is None
