"""What moves all the time costs no more than it shows."""

from __future__ import annotations

import gc
from collections.abc import Awaitable, Callable
from functools import partial

import pytest
from textual.widgets import Static

from store import Decision
from tests.tui.conftest import Until
from tests.tui.session.conftest import OpenRoom, Room
from tui.events import CaptionShown
from tui.widgets.captions import CaptionLine, Captions
from tui.widgets.recording_bar import RecordingBar
from tui.widgets.top_line import TopLine

pytestmark = pytest.mark.asyncio
Layouts = Callable[[Room], Awaitable[list[object]]]


@pytest.fixture
def layouts() -> Layouts:
    """Gives a list that grows whenever the screen is laid out anew from now on."""

    async def count(room: Room) -> list[object]:
        await room.pilot.pause()
        counted: list[object] = []
        room.screen.screen_layout_refresh_signal.subscribe(room.app, counted.append, immediate=True)
        return counted

    return count


async def test_levels_and_seconds_move_without_laying_the_screen_out_anew(
    open_room: OpenRoom, layouts: Layouts, until: Until
) -> None:
    async with open_room(audio=Decision.DECLINED) as room:
        top, bar = room.screen.query_one(TopLine), room.screen.query_one(RecordingBar)
        await until(lambda: bar.words.startswith("◌ NOTES ONLY"))
        laid_out = await layouts(room)
        shown = {bar.words}

        def moved_on() -> bool:
            top.level(-20.0 - len(shown), -3.0, behind=0)
            shown.add(bar.words)
            return len(shown) == 4

        await until(moved_on)
        await room.pilot.pause()
        assert laid_out == []


async def test_how_far_words_lag_behind_gets_its_room_and_gives_it_back(
    open_room: OpenRoom, layouts: Layouts, until: Until
) -> None:
    async with open_room(audio=Decision.DECLINED) as room:
        top, lag = room.screen.query_one(TopLine), room.screen.query_one("#top-behind", Static)
        laid_out = await layouts(room)
        top.level(-20.0, -3.0, behind=12)
        await until(lambda: lag.size.width == len("-12 behind"))
        assert laid_out
        top.level(-20.0, -3.0, behind=0)
        await until(lambda: lag.size.width == 0)


async def test_words_that_are_being_said_need_a_layout_only_for_another_line(
    open_room: OpenRoom, layouts: Layouts, until: Until
) -> None:
    async with open_room(audio=Decision.DECLINED) as room:
        captions, line = room.screen.query_one(Captions), room.screen.query_one(CaptionLine)
        room.screen.remove_class("-notes")  # room for words, of which none come by themselves
        await room.pilot.pause()
        width = line.content_size.width

        def drawn(words: str) -> bool:
            return "".join(line.render_line(y).text.strip() for y in range(line.size.height)) == words

        laid_out = await layouts(room)
        for words in ("so", "so it", "so it was", "m" * width):
            captions.move(CaptionShown("0", 0, words))
            await until(partial(drawn, words))
        await room.pilot.pause()
        within_a_line = len(laid_out)
        captions.move(CaptionShown("0", 0, "m" * (width + 1)))
        await until(lambda: drawn("m" * (width + 1)))

        assert within_a_line == 0
        assert line.size.height == 2


async def test_hiding_the_words_and_bringing_them_back_leaves_the_layout_alone(
    open_room: OpenRoom, layouts: Layouts
) -> None:
    async with open_room(audio=Decision.DECLINED) as room:
        laid_out = await layouts(room)
        for key in "hh":
            await room.pilot.press(key)
            await room.pilot.pause()
        assert laid_out == []


async def test_what_was_loaded_is_not_gone_through_for_garbage_while_an_interview_runs(open_room: OpenRoom) -> None:
    before = gc.get_freeze_count()
    async with open_room(audio=Decision.DECLINED):
        meanwhile = gc.get_freeze_count()
    assert meanwhile > before + 10_000
    assert gc.get_freeze_count() == 0
