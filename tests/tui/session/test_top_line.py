"""What moves all the time costs no more than it shows."""

from __future__ import annotations

import pytest
from textual.widgets import Static

from store import Decision
from tui.widgets.recording_bar import RecordingBar
from tui.widgets.top_line import TopLine

pytestmark = pytest.mark.asyncio


@pytest.fixture
def layouts():
    """Gives a list that grows whenever the screen is laid out anew from now on."""

    async def count(room) -> list[object]:
        await room.pilot.pause()
        counted: list[object] = []
        room.screen.screen_layout_refresh_signal.subscribe(room.app, counted.append, immediate=True)
        return counted

    return count


async def test_levels_and_seconds_move_without_laying_the_screen_out_anew(open_room, layouts, until) -> None:
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


async def test_how_far_words_lag_behind_gets_its_room_and_gives_it_back(open_room, layouts, until) -> None:
    async with open_room(audio=Decision.DECLINED) as room:
        top, lag = room.screen.query_one(TopLine), room.screen.query_one("#top-behind", Static)
        laid_out = await layouts(room)
        top.level(-20.0, -3.0, behind=12)
        await until(lambda: lag.size.width == len("-12 behind"))
        assert laid_out
        top.level(-20.0, -3.0, behind=0)
        await until(lambda: lag.size.width == 0)
