"""The doctor of the app: what it says of sleep and of swap, and who is left behind when it is left."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from store import Looked, Study
from tests.tui.conftest import OpenApp, Until
from tui import awake, swap
from tui.awake import MAY_SLEEP
from tui.screens.board import Board
from tui.swap import Swap
from tui.widgets.facts import Facts


def _told(facts: Facts) -> dict[str, str]:
    """Mark and text under each name."""
    return {fact.name.split(maxsplit=1)[1]: f"{fact.name[0]} {fact.text}" for fact in facts.facts}


def _children() -> list[psutil.Process]:
    return list(psutil.Process(os.getpid()).children())


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("desktop", "said"),
    [(True, "✓ the laptop stays awake while it records"), (False, f"▲ {MAY_SLEEP}")],
)
async def test_it_says_whether_the_laptop_stays_awake(
    demo_folder: Path, open_app: OpenApp, until: Until, monkeypatch: pytest.MonkeyPatch, desktop: bool, said: str
) -> None:
    if not desktop:
        monkeypatch.delenv("WAKEPY_FAKE_SUCCESS")
        monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("d")
        await until(lambda: _told(app.screen.query_one(Facts)).get("awake", "·")[0] != "·")
        assert _told(app.screen.query_one(Facts))["awake"].startswith(said)


@pytest.mark.asyncio
@pytest.mark.parametrize("leave", ["escape", "ctrl+q"])
async def test_who_leaves_before_the_answer_leaves_no_child(
    demo_folder: Path, open_app: OpenApp, until: Until, monkeypatch: pytest.MonkeyPatch, leave: str
) -> None:
    monkeypatch.setattr(awake, "MODULE", "transcribe.record")  # one that waits to be told something
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("d")
        await until(_children)
        assert _told(app.screen.query_one(Facts))["awake"].startswith("·")
        await pilot.press(leave)
        if leave == "escape":  # else its screens go with the app
            await until(lambda: not _children())
    await until(lambda: not _children())


@pytest.mark.asyncio
@pytest.mark.parametrize(("kind", "mark"), [(Swap.NONE, "✓"), (Swap.PLAIN, "▲"), (Swap.UNKNOWN, "▲")])
async def test_it_says_whether_words_may_be_swapped_to_a_disk_in_clear(
    demo_folder: Path, open_app: OpenApp, until: Until, monkeypatch: pytest.MonkeyPatch, kind: Swap, mark: str
) -> None:
    monkeypatch.setattr(swap, "look", lambda: kind)
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("d")
        await until(lambda: "swap" in _told(app.screen.query_one(Facts)))
        told = _told(app.screen.query_one(Facts))
        assert told["swap"] == f"{mark} {kind.value}"
        assert told["microphone"].startswith("· ")  # nobody has opened it


@pytest.mark.asyncio
async def test_no_key_waits_for_what_it_looks_at_and_whoever_leaves_drops_it(
    demo_folder: Path, open_app: OpenApp, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[tuple[str, bool]] = []
    go_on, over, checks = threading.Event(), threading.Event(), Study.checks

    def slowly(study: Study) -> Iterator[Looked]:
        for one in checks(study):
            looked.append((one.what, threading.current_thread() is threading.main_thread()))
            yield one
            go_on.wait(60)
        over.set()

    monkeypatch.setattr(Study, "checks", slowly)
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("d")
        await until(lambda: "the pages of the database" in str(app.screen.query_one("#doctor-words").render()))
        await pilot.press("escape")
        assert isinstance(app.screen, Board)
        go_on.set()
    assert not any(on_the_loop for _, on_the_loop in looked)
    assert len(looked) <= 2  # the one in hand, no more
    assert not over.is_set()
