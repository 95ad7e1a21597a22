"""The app locks, by a key or when nobody is there: nothing of the study is shown or open, and nothing is lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from textual.widgets import Input

import tui.locking
from store import State, Study
from tui.app import VivavoceApp
from tui.locking import HIDDEN
from tui.screens.board import Board
from tui.screens.consent import ConsentScreen
from tui.screens.distress import DistressScreen
from tui.screens.memo import MemoScreen
from tui.screens.settings import SettingsScreen
from tui.screens.transcript import TranscriptScreen
from tui.screens.unlock import Unlock
from tui.widgets.captions import Captions
from tui.widgets.decisions import Decisions
from tui.widgets.memo_text import MemoText
from tui.widgets.top_line import NewsLine
from tui.widgets.transcript_view import TranscriptView

pytestmark = pytest.mark.asyncio

OpenApp = Callable[..., VivavoceApp]
Until = Callable[[Callable[[], object]], Awaitable[None]]
UNLOCK = (*"demo", "enter")


def locked(app: VivavoceApp) -> bool:
    return isinstance(app.screen, Unlock) and len(app.screen_stack) == 2 and not app.is_open


def read(app: VivavoceApp) -> bool:
    """Whether the transcript is on the screen."""
    return isinstance(app.screen, TranscriptScreen) and any(one.passages for one in app.screen.query(TranscriptView))


def later(app: VivavoceApp, now: datetime, minutes: float) -> None:
    app.now = lambda: now + timedelta(minutes=minutes)


async def test_the_key_locks_and_nothing_of_the_study_is_on_the_screen(
    filled: tuple[Path, str], open_app: OpenApp, until: Until
) -> None:
    app = open_app(filled[0])
    async with app.run_test(size=(120, 40)) as pilot:
        app.show_transcript(filled[1])
        await until(lambda: read(app))
        study = app.study

        await pilot.press("ctrl+l")
        await until(lambda: locked(app))

        shown = app.export_screenshot().replace("&#160;", " ")
        assert "This study is locked" in shown
        assert not [word for word in ("supervisor", "50008", "wave", study.folder.name + " support") if word in shown]
        assert not any(study._key)


async def test_after_unlocking_they_are_where_they_were(
    filled: tuple[Path, str], open_app: OpenApp, until: Until
) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test() as pilot:
        app.show_transcript(session, 70_000)
        await until(lambda: read(app))
        await pilot.press("up")
        chosen = app.screen.query_one(TranscriptView).selected
        await pilot.press("m", *"so")
        await until(lambda: isinstance(app.screen, MemoScreen))
        await pilot.press("ctrl+l")
        await until(lambda: locked(app))

        await pilot.press(*UNLOCK)
        await until(lambda: isinstance(app.screen, MemoScreen) and app.screen.is_mounted)

        await until(lambda: [one for one in app.screen.query(MemoText) if one.text.startswith("so")])
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, TranscriptScreen))
        await until(lambda: read(app) and app.screen.query_one(TranscriptView).selected == chosen)
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, Board))


async def test_who_prepares_a_session_comes_back_to_it_with_nothing_decided(
    demo_folder: Path, open_app: OpenApp, until: Until
) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, ConsentScreen))
        await pilot.press("g", "g", "ctrl+l")
        await until(lambda: locked(app))
        await pilot.press(*UNLOCK)
        await until(lambda: isinstance(app.screen, ConsentScreen))

        assert [state for session in app.study.sessions.list() if (state := session.state) is State.OPEN] == []
        assert app.screen.query_one(Decisions).made == {}


async def test_a_wrong_passphrase_leaves_it_locked(demo_folder: Path, open_app: OpenApp, until: Until) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+l")
        await until(lambda: locked(app))
        await pilot.press(*"guess", "enter")
        await pilot.pause()

        assert locked(app)


async def test_keys_that_work_everywhere_show_nothing_of_a_locked_study(
    demo_folder: Path, open_app: OpenApp, until: Until
) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+l")
        await until(lambda: locked(app))
        await pilot.press("ctrl+l", "f2", "f1", "escape", "ctrl+p", "escape")
        await pilot.pause()

        assert locked(app)


async def test_ten_minutes_without_a_key_lock_it(
    demo_folder: Path, open_app: OpenApp, now: datetime, until: Until
) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        later(app, now, 6)
        await pilot.press("down")
        later(app, now, 15)
        await app.locking._look()
        assert app.is_open

        later(app, now, 16)
        await app.locking._look()
        await until(lambda: locked(app))


async def test_words_are_in_sight_no_longer_than_a_moment_after_standby(
    demo_folder: Path, open_app: OpenApp, now: datetime, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tui.locking, "LOOK_EVERY_S", 0.05)  # whose timer stands still while the laptop sleeps
    app = open_app(demo_folder)
    async with app.run_test():
        later(app, now, 11)
        await until(lambda: locked(app))


async def test_a_key_that_comes_after_the_laptop_slept_locks_it_and_does_nothing_else(
    demo_folder: Path, open_app: OpenApp, now: datetime, until: Until
) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        later(app, now, 11)
        await pilot.press("enter")
        await until(lambda: locked(app))


async def test_a_clock_that_is_set_back_keeps_it_open_no_longer(
    demo_folder: Path, open_app: OpenApp, now: datetime, until: Until
) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        began_ms = app.locking.left_alone.clock()
        later(app, now, -60)
        app.locking.left_alone.clock = lambda: began_ms + 9 * 60_000
        await app.locking._look()
        assert app.is_open

        app.locking.left_alone.clock = lambda: began_ms + 11 * 60_000
        await pilot.press("down")
        await until(lambda: locked(app))


@pytest.mark.parametrize(("typed", "locks"), [("3", True), ("0", False)])
async def test_after_how_many_minutes_is_a_setting_and_0_is_never(
    demo_folder: Path, open_app: OpenApp, now: datetime, until: Until, typed: str, locks: bool
) -> None:
    app = open_app(demo_folder)
    async with app.run_test(size=(100, 40)) as pilot:
        await set_minutes(app, pilot, until, typed)
        later(app, now, 2)
        await app.locking._look()
        assert app.is_open
        assert app.study.setting("lock_minutes") == typed

        later(app, now, 4)
        await app.locking._look()
        await pilot.press("down")
        assert app.is_open != locks


async def test_a_time_that_can_not_be_is_refused(demo_folder: Path, open_app: OpenApp, until: Until) -> None:
    app = open_app(demo_folder)
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press("comma")
        for typed in ("241", "soon", "1.5"):
            await type_minutes(app, pilot, until, typed)
            await pilot.pause()

            assert isinstance(app.screen, SettingsScreen), typed
            assert app.study.setting("lock_minutes") is None, typed


async def test_an_interview_is_never_locked_and_the_key_hides_the_words(
    open_room: Callable[..., Any], now: datetime, until: Until
) -> None:
    async with open_room(childless=True) as room:
        await until(lambda: room.screen.conductor.at_ms)
        later(room.app, now, 90)
        await room.app.locking._look()
        await room.pilot.press("m")
        assert room.app.is_open
        assert len(room.study.log.marks(room.session)) == 1

        await room.pilot.press("ctrl+l")

        assert room.app.is_open
        assert room.screen.query_one(Captions).quiet
        assert room.screen.query_one(NewsLine).notice_words == HIDDEN


async def test_the_card_for_a_moment_of_distress_is_not_locked_either(
    open_room: Callable[..., Any], now: datetime, until: Until
) -> None:
    async with open_room(childless=True) as room:
        await until(lambda: room.screen.conductor.at_ms)
        await room.pilot.press("exclamation_mark")
        await until(lambda: isinstance(room.app.screen, DistressScreen))
        later(room.app, now, 90)
        await room.app.locking._look()
        await room.pilot.press("ctrl+l")

        assert isinstance(room.app.screen, DistressScreen)
        assert room.screen.query_one(Captions).quiet


async def test_while_a_form_is_read_nothing_locks(
    demo_folder: Path, open_app: OpenApp, now: datetime, until: Until
) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, ConsentScreen))
        later(app, now, 30)
        await app.locking._look()
        await pilot.press("g")

        assert isinstance(app.screen, ConsentScreen)


async def test_a_transcript_that_is_being_finished_is_not_broken_off_by_the_key(
    open_room: Callable[..., Any], until: Until
) -> None:
    async with open_room(speed=3.0) as room:
        scribe = await stopped_with_words_to_come(room, until)
        await room.pilot.press(*"ok", "ctrl+l")
        await until(lambda: locked(room.app))
        kept = room.app.locking._kept
        assert any(kept._key)

        scribe.resume()
        await until(lambda: room.app.locking._kept is None)
        assert not any(kept._key)
        await room.pilot.press(*UNLOCK)
        await until(lambda: isinstance(room.app.screen, MemoScreen))
        assert room.study.sessions.get(room.session).state is State.COMPLETE
        assert room.study.transcript.pending(room.session) == ()


async def test_who_unlocks_while_a_transcript_is_being_finished_goes_on_in_the_same_study(
    open_room: Callable[..., Any], until: Until
) -> None:
    async with open_room(speed=3.0) as room:
        scribe = await stopped_with_words_to_come(room, until)
        before: Study = room.study
        await room.pilot.press("ctrl+l")
        await until(lambda: locked(room.app))
        await room.pilot.press(*UNLOCK)
        await until(lambda: isinstance(room.app.screen, MemoScreen))

        assert room.study is before
        scribe.resume()
        await until(lambda: room.study.sessions.get(room.session).state is State.COMPLETE)


async def test_what_is_copied_stays_in_the_app_and_is_forgotten_when_it_locks(
    filled: tuple[Path, str], open_app: OpenApp, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(filled[0])
    async with app.run_test() as pilot:
        written: list[str] = []
        app.show_memo(filled[1])
        await until(lambda: isinstance(app.screen, MemoScreen))
        monkeypatch.setattr(app._driver, "write", written.append)
        await pilot.press(*"hope", "shift+home", "ctrl+c", "end", "ctrl+v")
        await until(lambda: [one for one in app.screen.query(MemoText) if one.text.startswith("hopehope")])
        assert app.clipboard == "hope"
        await pilot.press("ctrl+l")
        await until(lambda: locked(app))

        assert app.clipboard == ""
        assert [text for text in written if "\x1b]52" in text] == []


async def stopped_with_words_to_come(room: Any, until: Until) -> psutil.Process:
    """Stops an interview of a few seconds whose scribe stands still; the scribe, to be let go on."""
    await until(lambda: room.screen.conductor.at_ms > 5_000)
    children = psutil.Process().children()
    scribe = next(child for child in children if "transcribe.scribe" in child.cmdline())
    scribe.suspend()
    await room.screen.end()
    await until(lambda: isinstance(room.app.screen, MemoScreen) and room.app.finishing)
    return scribe


async def set_minutes(app: VivavoceApp, pilot: Any, until: Until, typed: str) -> None:
    await pilot.press("comma")
    await type_minutes(app, pilot, until, typed)
    await until(lambda: isinstance(app.screen, Board))


async def type_minutes(app: VivavoceApp, pilot: Any, until: Until, typed: str) -> None:
    """In place of what stands in the field, and send the settings off."""
    await until(lambda: isinstance(app.screen, SettingsScreen) and app.screen.query("#lock Input"))
    field = app.screen.query_one("#lock Input", Input)
    field.value = ""
    field.focus()
    await pilot.pause()
    await pilot.press(*(sign if sign != "." else "full_stop" for sign in typed), "ctrl+s")
