"""The memo: every key is kept, quotations drop in, leaving asks nothing."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from store import Memo, NotNow, Study, StudyLocked
from store.ballast import BALLAST_FILE
from tests.small_disk import fill, small_disk
from tests.tui.conftest import OpenApp, Until
from tests.tui.session.conftest import was_read
from tui.app import VivavoceApp
from tui.screens import memo
from tui.screens.board import Board
from tui.screens.memo import MemoScreen
from tui.widgets.memo_text import MemoText
from tui.widgets.passages import What
from tui.widgets.transcript_view import TranscriptView

pytestmark = pytest.mark.asyncio


def kept(app: VivavoceApp, session: str) -> Memo:
    memo = app.study.memos.for_session(session)
    assert memo is not None
    return memo


async def opened(app: VivavoceApp, session: str) -> MemoText:
    """The memo on the screen, as soon as the transcript beside it was read."""
    screen = MemoScreen(session)
    await app.push_screen(screen)
    await was_read(screen)
    return screen.query_one(MemoText)


async def test_a_memo_that_was_never_begun_opens_with_its_headings_and_the_cursor_at_the_top(
    filled: tuple[Path, str], open_app: OpenApp
) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test():
        text = await opened(app, session)

        assert app.focused is text
        assert text.cursor_location == (0, 0)
        assert "the coat on the hook" in kept(app, session).text
        assert "looked at the window before answering" in kept(app, session).text


async def test_every_key_is_in_the_store_when_it_has_been_handled(filled: tuple[Path, str], open_app: OpenApp) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test() as pilot:
        await opened(app, session)
        written = []
        for key in "s m?":
            await pilot.press(key)
            written.append(kept(app, session).text.split("\n")[0])

        assert written == ["s", "s ", "s m", "s m?"]


@pytest.mark.slow
async def test_what_a_full_disk_refuses_stays_on_the_screen_and_is_saved_when_there_is_room(
    filled: tuple[Path, str], open_app: OpenApp, tmp_path: Path, until: Until
) -> None:
    folder, session = filled
    long = "every word of this counts " * 8_000
    with small_disk(tmp_path / "disk", "48m") as disk:
        app = open_app(shutil.copytree(folder, disk / "study"))
        async with app.run_test(size=(120, 40)) as pilot:
            text = await opened(app, session)
            (disk / "study" / BALLAST_FILE).unlink(missing_ok=True)
            filler = fill(disk)
            text.insert(long)
            await until(lambda: "NOT SAVED" in app.export_screenshot().replace("&#160;", " "))
            await pilot.press("escape", "ctrl+q")
            stayed = app.is_running and isinstance(app.screen, MemoScreen) and text.text.startswith(long)
            before = kept(app, session).text
            filler.unlink()
            await until(lambda: kept(app, session).text.startswith(long))
            await until(lambda: "NOT SAVED" not in app.export_screenshot().replace("&#160;", " "))
            await pilot.press("escape")
            await until(lambda: isinstance(app.screen, Board))

    assert stayed
    assert not before.startswith(long)


async def test_a_memo_that_can_not_even_be_begun_is_shown_and_begun_once_there_is_room(
    filled: tuple[Path, str], open_app: OpenApp, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, session = filled
    full = [True]
    app = open_app(folder)
    async with app.run_test(size=(120, 40)) as pilot:
        begin = app.study.memos.open

        def refuse(session: str, text: str, now: datetime) -> Memo:
            if full:
                raise NotNow("The disk is full: free some space and go on; nothing that was saved is lost.")
            return begin(session, text, now)

        monkeypatch.setattr(app.study.memos, "open", refuse)
        text = await opened(app, session)
        await until(lambda: "NOT SAVED" in app.export_screenshot().replace("&#160;", " "))
        await pilot.press(*"calm", "escape", "ctrl+q")
        stayed = app.is_running and isinstance(app.screen, MemoScreen) and "the coat on the hook" in text.text
        begun = app.study.memos.for_session(session)
        full.clear()
        await until(lambda: "NOT SAVED" not in app.export_screenshot().replace("&#160;", " "))

        assert stayed
        assert begun is None
        assert kept(app, session).text.startswith("calm")
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, Board))


async def test_while_nothing_can_be_written_not_each_key_waits_for_it_and_all_are_saved_later(
    filled: tuple[Path, str], open_app: OpenApp, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, session = filled
    app = open_app(folder)
    monkeypatch.setattr(memo, "NOT_EACH_KEY_S", 60.0)
    tried: list[str] = []
    async with app.run_test() as pilot:
        text = await opened(app, session)
        save = app.study.memos.save

        def refuse(memo_id: str, text: str, now: datetime, **over: str) -> Memo:
            tried.append(text)
            raise StudyLocked("Another program is writing to this study.")

        monkeypatch.setattr(app.study.memos, "save", refuse)
        await pilot.press(*"calm")
        by_keys = [one for one in tried if not one.startswith("calm")]  # the timer tries with what stands there by then
        monkeypatch.setattr(app.study.memos, "save", save)
        await until(lambda: kept(app, session).text.startswith("calm"))

        assert text.text.startswith("calm")
    assert len(set(by_keys)) == 1


async def test_the_chosen_utterance_drops_in_as_a_quotation_with_number_and_time(
    filled: tuple[Path, str], open_app: OpenApp
) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test() as pilot:
        text = await opened(app, session)
        await pilot.pause()
        await pilot.press("ctrl+t")

        first = kept(app, session).text.split("\n")[0]
        assert first.startswith("> “It hangs there like a coat")
        assert first.endswith("” 50008, 00:01:10")
        assert app.focused is text


async def test_ctrl_up_chooses_the_utterance_before_and_leaves_the_cursor_where_it_was(
    filled: tuple[Path, str], open_app: OpenApp
) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test() as pilot:
        text = await opened(app, session)
        await pilot.pause()
        await pilot.press("ctrl+up")

        chosen = app.screen.query_one(TranscriptView).selected
        assert chosen is not None
        assert (chosen.what, chosen.at_ms) == (What.UTTERANCE, 31_000)
        assert text.cursor_location == (0, 0)


async def test_a_click_chooses_an_utterance(filled: tuple[Path, str], open_app: OpenApp) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, session)
        view = app.screen.query_one(TranscriptView)
        await pilot.pause()
        view.scroll_home(animate=False)
        await pilot.pause()
        await pilot.click(view, offset=(5, 1))

        assert view.selected is not None
        assert view.selected.at_ms == 1_000


async def test_a_tag_begins_apart_from_the_word_before(filled: tuple[Path, str], open_app: OpenApp) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test() as pilot:
        await opened(app, session)
        await pilot.press(*"hope", "ctrl+k", *"map")

        assert kept(app, session).text.split("\n")[0] == "hope #map"


async def test_leaving_asks_nothing_and_keeps_a_version(filled: tuple[Path, str], open_app: OpenApp) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test() as pilot:
        await opened(app, session)
        await pilot.press(*"done", "escape")
        await pilot.pause()

        assert isinstance(app.screen, Board)
        history = app.study.memos.history(kept(app, session).id)
        assert [version.text.split("\n")[0] for version in history] == ["done"]


async def test_a_memo_of_notes_has_nothing_to_quote(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await opened(app, "50008-w1-1")
        before = kept(app, "50008-w1-1").text
        await pilot.press("ctrl+t")

        assert kept(app, "50008-w1-1").text == before
        assert app.screen.check_action("quote", ()) is None


async def test_what_looks_like_markup_is_kept_and_shown_as_it_was_typed(
    filled: tuple[Path, str], open_app: OpenApp, now: datetime
) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test() as pilot:
        text = await opened(app, session)
        await pilot.press(*"[red]x[/]")

        assert text.document.get_line(0) == "[red]x[/]"

    with Study.open(folder, "demo", now) as study:
        memo = study.memos.for_session(session)
        assert memo is not None
        assert memo.text.startswith("[red]x[/]")
