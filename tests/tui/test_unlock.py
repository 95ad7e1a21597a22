"""The door: a passphrase, or the recovery key."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from guides import bundled_guide
from store import Study, patience
from store.errors import StudyLocked
from tui.app import VivavoceApp
from tui.screens.board import Board
from tui.screens.unlock import Unlock
from tui.widgets.field import Field

OpenApp = Callable[..., VivavoceApp]


@pytest.fixture
def locked(tmp_path: Path, now: datetime) -> tuple[Path, str]:
    """A study and its recovery key."""
    guide = bundled_guide("open-interview")
    study, key = Study.create(tmp_path / "study", "plum kettle", name="Peers", guide=guide, now=now)
    study.close()
    return tmp_path / "study", key


def typed(text: str) -> list[str]:
    """The keys for a text."""
    return ["space" if sign == " " else "minus" if sign == "-" else sign for sign in text]


async def tried(app: VivavoceApp) -> None:
    """Until what was typed has opened the study, or has not."""
    while any(one.description == "opening the study" for one in app.workers):  # noqa: ASYNC110 - as for a person
        await asyncio.sleep(0.01)


def beside(app: VivavoceApp) -> str:
    """The sentence below the field."""
    return str(app.screen.query_one("#secret .field-said").render())


@pytest.mark.asyncio
async def test_the_right_passphrase_opens_the_board(locked: tuple[Path, str], open_app: OpenApp) -> None:
    app = open_app(locked[0], None)
    async with app.run_test() as pilot:
        assert isinstance(app.screen, Unlock)
        assert beside(app) == ""
        await pilot.press(*typed("plum kettle"), "enter")
        await tried(app)
        await pilot.pause()
        assert isinstance(app.screen, Board)


@pytest.mark.asyncio
async def test_a_wrong_one_says_a_sentence_and_stays(locked: tuple[Path, str], open_app: OpenApp) -> None:
    app = open_app(locked[0], None)
    async with app.run_test() as pilot:
        await pilot.press(*typed("plum"), "enter")
        await tried(app)
        await pilot.pause()
        assert isinstance(app.screen, Unlock)
        assert beside(app).startswith("This passphrase does not open the study")
        assert app.screen.query_one("#secret", Field).value == ""
        assert not app.is_open


@pytest.mark.asyncio
async def test_a_wrong_passphrase_from_outside_is_asked_for_again(locked: tuple[Path, str], open_app: OpenApp) -> None:
    app = open_app(locked[0], "wrong")
    async with app.run_test():
        assert isinstance(app.screen, Unlock)
        assert "does not open the study" in beside(app)


@pytest.mark.asyncio
async def test_the_recovery_key_opens_it_and_a_new_passphrase_takes_the_place_of_the_old(
    locked: tuple[Path, str], open_app: OpenApp, now: datetime
) -> None:
    folder, key = locked
    app = open_app(folder, None)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+r", *typed(key.lower()), "enter", *typed("orbit sand"), "enter")
        await tried(app)
        await pilot.pause()
        assert isinstance(app.screen, Board)
    with Study.open(folder, "orbit sand", now) as study:
        assert study.name == "Peers"


@pytest.mark.asyncio
async def test_the_recovery_key_alone_leaves_the_passphrase_as_it_was(
    locked: tuple[Path, str], open_app: OpenApp, now: datetime
) -> None:
    folder, key = locked
    app = open_app(folder, None)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+r", *typed(key), "enter", "enter")
        await tried(app)
        await pilot.pause()
        assert isinstance(app.screen, Board)
    with Study.open(folder, "plum kettle", now) as study:
        assert study.name == "Peers"


@pytest.mark.asyncio
async def test_a_damaged_study_is_named_and_crashes_nothing(locked: tuple[Path, str], open_app: OpenApp) -> None:
    folder, _ = locked
    (folder / "study.db").unlink()
    app = open_app(folder, "plum kettle")
    async with app.run_test():
        assert isinstance(app.screen, Unlock)
        assert "lacks its file study.db" in beside(app)


@pytest.mark.asyncio
async def test_the_app_keeps_no_passphrase_once_it_is_open(locked: tuple[Path, str], open_app: OpenApp) -> None:
    app = open_app(locked[0], "plum kettle")
    async with app.run_test():
        assert isinstance(app.screen, Board)
        assert app.opening.passphrase is None
        assert "plum kettle" not in {value for value in vars(app).values() if isinstance(value, str)}


@pytest.fixture
def standing(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Milliseconds since the machine was started, which stand still."""
    ms = [5e8]
    monkeypatch.setattr(patience, "clock_ms", lambda: ms[0])
    return ms


@pytest.mark.asyncio
async def test_after_the_third_wrong_one_the_field_counts_the_wait_down_and_takes_no_more_until_it_is_over(
    locked: tuple[Path, str], open_app: OpenApp, standing: list[float]
) -> None:
    app = open_app(locked[0], None)
    async with app.run_test() as pilot:
        for _ in range(3):
            await pilot.press(*typed("plum"), "enter")
            await tried(app)
        assert beside(app).endswith("The next can be tried in 5 s.")

        await pilot.press(*typed("plum kettle"), "enter")
        await tried(app)
        assert isinstance(app.screen, Unlock)

        standing[0] += 3_000
        await said(app, "The next can be tried in 2 s.")
        standing[0] += 2_000
        await said(app, "type it again, or use the recovery key.")
        await pilot.press("enter")
        await tried(app)
        await pilot.pause()
        assert isinstance(app.screen, Board)


@pytest.mark.asyncio
@pytest.mark.usefixtures("standing")
async def test_the_wait_goes_on_in_an_app_that_is_started_anew(locked: tuple[Path, str], open_app: OpenApp) -> None:
    first = open_app(locked[0], None)
    async with first.run_test() as pilot:
        for _ in range(3):
            await pilot.press(*typed("plum"), "enter")
            await tried(first)

    app = open_app(locked[0], "plum kettle")
    async with app.run_test():
        assert isinstance(app.screen, Unlock)
        assert beside(app) == "Several passphrases were wrong. The next can be tried in 5 s."


@pytest.mark.asyncio
async def test_while_it_is_opened_it_says_so_and_can_be_left_and_no_study_stays_open(
    locked: tuple[Path, str], open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, really = threading.Event(), Study.open
    studies: list[Study] = []

    def slow(folder: Path, passphrase: str, now: datetime) -> Study:
        assert go_on.wait(30)
        studies.append(really(folder, passphrase, now))
        return studies[-1]

    monkeypatch.setattr(Study, "open", slow)
    app = open_app(locked[0], None)
    try:
        async with app.run_test() as pilot:
            await pilot.press(*typed("plum kettle"), "enter", "enter")
            await said(app, "Opening the study …")
            await pilot.press("ctrl+r")
            assert app.screen.query_one("#renewed").display  # the keys are free
            await pilot.press("ctrl+q")
            await pilot.pause()
            assert not app.is_running
    finally:
        go_on.set()
    for _ in range(300):
        if studies and not any(studies[0]._key):
            break
        await asyncio.sleep(0.1)
    (study,) = studies
    assert not any(study._key)  # it was closed


@pytest.mark.asyncio
async def test_what_is_typed_while_a_wrong_one_is_tried_is_the_beginning_of_the_next(
    locked: tuple[Path, str], open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, really = threading.Event(), Study.open

    def slow(folder: Path, passphrase: str, now: datetime) -> Study:
        assert go_on.wait(30)
        return really(folder, passphrase, now)

    monkeypatch.setattr(Study, "open", slow)
    app = open_app(locked[0], None)
    async with app.run_test() as pilot:
        await pilot.press(*typed("plum"), "enter", *typed("plum k"))
        go_on.set()
        await tried(app)
        assert beside(app).startswith("This passphrase does not open the study")
        await pilot.press(*typed("ettle"), "enter")
        await tried(app)
        await pilot.pause()
        assert isinstance(app.screen, Board)


@pytest.mark.asyncio
async def test_a_new_passphrase_that_is_refused_leaves_no_study_open(
    locked: tuple[Path, str], open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused: list[Study] = []

    def refuse(study: Study, *_: str | datetime) -> None:
        refused.append(study)
        raise StudyLocked("Another program is writing to this study.")

    monkeypatch.setattr(Study, "rekey", refuse)
    folder, key = locked
    app = open_app(folder, None)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+r", *typed(key), "enter", *typed("orbit sand"), "enter")
        await tried(app)
        assert beside(app) == "Another program is writing to this study."
        (study,) = refused
        assert not any(study._key)  # it was closed


async def said(app: VivavoceApp, end: str) -> None:
    """Waits until the sentence ends so: it is written anew each second."""
    patience = time.monotonic() + 20
    while not beside(app).endswith(end):
        assert time.monotonic() < patience
        await asyncio.sleep(0.05)
