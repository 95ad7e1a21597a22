"""Keys that come faster than the app can take them fall where they would have fallen one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from random import Random
from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Event, Key, Paste
from textual.widget import Widget

from store import Decision
from tests.tui.conftest import Until
from tests.tui.hasty import run_hastily
from tests.tui.session.conftest import OpenRoom
from tui.app import VivavoceApp
from tui.key_order import LONGEST_S, KeyDone, KeyOrder

WORDS = ("skmxws", "twofour", "nnnn", "omhbf", "Quillfeather", "!so")


async def press(app: VivavoceApp, keys: Iterator[str], turns: Iterator[int]) -> None:
    """One after the other; between two of them the loop turns so many times."""
    for key in keys:
        app.post_message(Key(key, key if len(key) == 1 else None))
        for _ in range(next(turns)):
            await asyncio.sleep(0)


def at_random(seed: int, most: int) -> Iterator[int]:
    """How many times the loop turns."""
    chance = Random(seed)
    while True:
        yield chance.randint(0, most)


@pytest.mark.asyncio
@pytest.mark.parametrize("most", [1, 3, 8, 20])
async def test_every_note_is_kept_as_it_was_typed_and_what_follows_enter_is_a_command(
    open_room: OpenRoom, until: Until, most: int
) -> None:
    async with open_room(audio=Decision.DECLINED) as room:
        keys = [key for words in WORDS for key in ("n", *words, "enter", "m")]
        await press(room.app, iter(keys), at_random(most, most))
        await until(lambda: len(room.study.log.marks(room.session)) == len(WORDS))

        assert [jotting.text for jotting in room.study.log.jottings(room.session)] == list(WORDS)
        assert room.app.screen is room.screen


@pytest.mark.asyncio
async def test_what_is_pasted_stays_between_the_keys_around_it(open_room: OpenRoom, until: Until) -> None:
    async with open_room(audio=Decision.DECLINED) as room:
        await press(room.app, iter(("n", "a")), at_random(1, 2))
        room.app.post_message(Paste("pasted"))
        await press(room.app, iter(("b", "enter", "m")), at_random(2, 2))
        await until(lambda: room.study.log.marks(room.session))

        assert [jotting.text for jotting in room.study.log.jottings(room.session)] == ["apastedb"]


class Leaves(Widget, can_focus=True):
    """Takes a key, hands the focus on and is gone."""

    def on_key(self, event: Key) -> None:
        event.stop()
        self.app.query_one(Stays).focus()
        self.remove()


class Waits(Widget, can_focus=True):
    """Takes a key, hands the focus on, and is done with the key when all others are."""

    async def on_key(self, event: Key) -> None:
        event.stop()
        second = self.app.query_one(Stays)
        second.focus()
        await second.has_all.wait()


class Stays(Widget, can_focus=True):
    """Remembers its keys, and when they came."""

    def __init__(self) -> None:
        super().__init__()
        self.got: list[tuple[str, float]] = []
        self.has_all = asyncio.Event()

    def on_key(self, event: Key) -> None:
        event.stop()
        self.got.append((event.key, asyncio.get_running_loop().time()))
        if len(self.got) == 2:
            self.has_all.set()


class Two(App[int]):
    """The first widget gets the first key."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+l", "hide", priority=True)]
    hidden_s = 0.0

    def __init__(self, first: Widget) -> None:
        super().__init__()
        self.first = first
        self.key_order = KeyOrder(self, super().on_event)

    def action_hide(self) -> None:
        self.hidden_s = asyncio.get_running_loop().time()

    def compose(self) -> ComposeResult:
        yield self.first
        yield Stays()

    async def on_event(self, event: Event) -> None:
        if isinstance(event, Key) and not event.is_forwarded:
            await self.key_order.take(event)
            return
        await super().on_event(event)
        await self.key_order.dealt_with(event)

    async def on_key_done(self, message: KeyDone) -> None:
        await self.key_order.dealt_with(message)


async def waited_for(first: Widget) -> tuple[list[str], float]:
    """Which keys came to the second widget, and how many seconds after they were pressed."""
    app = Two(first)
    async with app.run_test():
        began_s = asyncio.get_running_loop().time()
        for key in "abc":
            app.post_message(Key(key, key))
        second = app.query_one(Stays)
        await second.has_all.wait()
        return [key for key, _ in second.got], second.got[-1][1] - began_s


async def hidden_after(first: Widget) -> tuple[list[str], float]:
    """Which keys came to the second widget before, and how many seconds after it was pressed ctrl+l was obeyed."""
    app = Two(first)
    async with app.run_test() as pilot:
        began_s = asyncio.get_running_loop().time()
        for key in ("a", "b", "c", "ctrl+l"):
            app.post_message(Key(key, key if len(key) == 1 else None))
        while not app.hidden_s:
            await pilot.pause()
        await app.query_one(Stays).has_all.wait()
        return [key for key, _ in app.query_one(Stays).got], app.hidden_s - began_s


def test_what_hides_waits_for_no_key_that_is_never_done() -> None:
    keys, waited_s = run_hastily(hidden_after(Waits()))
    assert keys == ["b", "c"]
    assert waited_s < 0.1


def test_a_key_behind_one_that_was_lost_with_its_widget_arrives() -> None:
    keys, waited_s = run_hastily(waited_for(Leaves()))
    assert keys == ["b", "c"]
    assert waited_s < 1


def test_no_key_waits_longer_than_some_seconds_for_the_one_before() -> None:
    keys, waited_s = run_hastily(waited_for(Waits()))
    assert keys == ["b", "c"]
    assert 0.9 * LONGEST_S < waited_s < 2 * LONGEST_S
