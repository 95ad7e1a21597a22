"""What another program takes back is gone from every screen that is open, and a key pressed there is a sentence."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from store import Kind, Memo, Study
from store.sealed import Act, SealedDecision
from store.speakers import Speakers
from tests.tui.conftest import OpenApp, Until
from tui.app import VivavoceApp
from tui.screens.board import Board
from tui.screens.help import HelpScreen
from tui.screens.memo import MemoScreen
from tui.screens.search import SearchScreen
from tui.screens.transcript import TranscriptScreen
from tui.screens.withdrawal import WithdrawalScreen
from tui.widgets.memo_text import MemoText
from tui.widgets.transcript_view import TranscriptView

pytestmark = pytest.mark.asyncio
COAT, NOTE, MARK = "like a coat", "looked at the window", "the coat on the hook"
Elsewhere = Callable[[Study, str, datetime], object]


def everything(study: Study, session: str, now: datetime) -> None:
    study.withdraw_taking_part(session, notes=True, recorded_by="i", now=now)


def taking_part(study: Study, session: str, now: datetime) -> None:
    study.withdraw_taking_part(session, notes=False, recorded_by="i", now=now)


def the_words(study: Study, session: str, now: datetime) -> None:
    study.withdraw_audio(session, transcript=True, recorded_by="i", now=now)


def the_coat(study: Study, session: str, now: datetime) -> None:
    study.strike(session, 65_000, 82_000, now, sound=False, notes=True)


def elsewhere(folder: Path, session: str, now: datetime, does: Elsewhere) -> None:
    """In another program: over a connection that knows nothing of the app's."""
    with Study.open(folder, "demo", now) as study:
        does(study, session, now)


def shown(app: VivavoceApp) -> str:
    return app.export_screenshot().replace("&#160;", " ")


def said(app: VivavoceApp) -> str:
    return " ".join(note.message for note in app._notifications)


def words_of(app: VivavoceApp) -> str:
    """What the transcript on the screen holds, drawn or not."""
    return " ".join(row.text for view in app.screen.query(TranscriptView) for row in view.passages)


def hits(app: VivavoceApp) -> str:
    """What was found, as it is shown."""
    (found,) = app.screen.query(OptionList)
    return "\n".join(str(option.prompt) for option in found.options)


async def at_the_transcript(app: VivavoceApp, session: str, until: Until) -> None:
    app.show_transcript(session)
    await until(lambda: isinstance(app.screen, TranscriptScreen) and COAT in shown(app))


async def at_the_memo(app: VivavoceApp, session: str, until: Until) -> None:
    app.show_memo(session)
    await until(lambda: isinstance(app.screen, MemoScreen) and COAT in words_of(app))


async def at_the_hits(app: VivavoceApp, pilot: Pilot[int], until: Until, words: str = "coat") -> None:
    await app.push_screen(SearchScreen())
    await pilot.press(*words)
    await until(lambda: COAT in hits(app))


def no_watch(app: VivavoceApp) -> None:
    """A moment before the app has heard of it."""
    assert app._watch is not None
    app._watch.end()


@pytest.mark.parametrize("when", ["as a screen opens", "as the app ends"])
async def test_what_is_taken_back_ends_nothing_as_a_screen_opens_or_the_app_ends(
    filled: tuple[Path, str], open_app: OpenApp, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    folder, session = filled
    app = open_app(folder)

    async def look(*_: object) -> None:
        assert app._watch is not None
        await app._watch.look()

    async with app.run_test(size=(120, 60)) as pilot:
        await pilot.pause()
        elsewhere(folder, session, app.now(), the_words)
        if when == "as a screen opens":
            opening = app.push_screen(Board())
            await look()
            await opening
        else:
            monkeypatch.setattr(Board, "on_unmount", look, raising=False)
        app.exit(0)
    assert app.return_code == 0  # a fault of its own would be raised here


async def test_a_transcript_is_left_when_another_program_withdraws_it(
    filled: tuple[Path, str], open_app: OpenApp, until: Until
) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test(size=(120, 60)) as pilot:
        await at_the_transcript(app, session, until)
        app.copy_to_clipboard("It hangs there like a coat")
        order = ("-m", "tui", "withdraw", session, "--taking-part", "--notes", "--yes")
        environment = {**os.environ, "VIVAVOCE_STUDY": str(folder), "VIVAVOCE_PASSPHRASE": "demo"}
        other = await asyncio.create_subprocess_exec(sys.executable, *order, env=environment)
        assert await other.wait() == 0
        await until(lambda: isinstance(app.screen, Board))
        await pilot.pause()

        assert "taking part was withdrawn" in said(app)
        assert not [words for words in (COAT, NOTE, MARK) if words in shown(app)]
        assert app.clipboard == ""
        await pilot.press("down")
        assert app.is_running


@pytest.mark.parametrize(("does", "notes_stay"), [(the_words, True), (the_coat, False)])
async def test_what_is_struck_or_withdrawn_vanishes_from_a_transcript_and_the_rest_stays(
    filled: tuple[Path, str], open_app: OpenApp, until: Until, now: datetime, does: Elsewhere, notes_stay: bool
) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test(size=(120, 60)):
        await at_the_transcript(app, session, until)
        elsewhere(folder, session, now, does)
        await until(lambda: COAT not in shown(app) and NOTE in shown(app))

        assert isinstance(app.screen, TranscriptScreen)
        assert (MARK in shown(app)) is notes_stay
        assert COAT not in words_of(app)


async def test_a_transcript_is_left_when_a_withdrawal_could_only_be_laid_down(
    filled: tuple[Path, str], open_app: OpenApp, until: Until, now: datetime
) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test(size=(120, 60)):
        await at_the_transcript(app, session, until)
        app.study.seal(SealedDecision(Act.WITHDRAW, session, now, kind=Kind.TAKING_PART))
        await until(lambda: isinstance(app.screen, Board))
        assert COAT not in shown(app)


async def test_the_transcript_beside_a_memo_loses_what_was_withdrawn_and_the_memo_stays(
    filled: tuple[Path, str], open_app: OpenApp, until: Until, now: datetime
) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test(size=(140, 50)) as pilot:
        await at_the_memo(app, session, until)
        await pilot.press(*"warm")
        elsewhere(folder, session, now, the_words)
        await until(lambda: COAT not in words_of(app))

        assert isinstance(app.screen, MemoScreen)
        assert app.screen.query_one(MemoText).text.startswith("warm")


async def test_whatever_stands_on_a_session_that_was_withdrawn_goes_with_it(
    filled: tuple[Path, str], open_app: OpenApp, until: Until, now: datetime
) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test(size=(140, 50)) as pilot:
        await at_the_transcript(app, session, until)
        await pilot.press("m")
        await until(lambda: isinstance(app.screen, MemoScreen))
        await pilot.press("f1")
        assert isinstance(app.screen, HelpScreen)
        elsewhere(folder, session, now, taking_part)
        await until(lambda: isinstance(app.screen, Board))
        assert NOTE not in shown(app)


async def test_hits_of_what_was_withdrawn_are_gone_from_the_search(
    filled: tuple[Path, str], open_app: OpenApp, until: Until, now: datetime
) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test(size=(120, 40)) as pilot:
        await at_the_hits(app, pilot, until)
        elsewhere(folder, session, now, taking_part)
        await until(lambda: not hits(app) and "Nothing holds these words" in shown(app))
        await pilot.press("enter")
        assert isinstance(app.screen, SearchScreen)


async def test_what_can_be_taken_back_is_what_another_program_has_left(
    filled: tuple[Path, str], open_app: OpenApp, until: Until, now: datetime
) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test(size=(120, 40)) as pilot:
        await app.push_screen(WithdrawalScreen(session))
        elsewhere(folder, session, now, taking_part)
        await until(lambda: "1 Taking part" in " ".join(shown(app).split()))
        await pilot.press("2")  # was offered a moment ago
        assert isinstance(app.screen, WithdrawalScreen)


@pytest.mark.parametrize("key", ["1", "2", "x", "m", "n", "ctrl+r", "slash", "down"])
async def test_a_key_in_a_transcript_that_was_withdrawn_a_moment_ago_ends_nothing(
    filled: tuple[Path, str], open_app: OpenApp, until: Until, now: datetime, key: str
) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test(size=(120, 60)) as pilot:
        await at_the_transcript(app, session, until)
        no_watch(app)
        elsewhere(folder, session, now, everything)
        await pilot.press(key, "escape", "escape")
        await pilot.pause()

        assert app.is_running
        if key in ("1", "2", "m"):
            await until(lambda: "taking part was withdrawn" in said(app))


async def test_a_key_in_a_memo_that_was_withdrawn_a_moment_ago_leaves_it(
    filled: tuple[Path, str], open_app: OpenApp, until: Until, now: datetime
) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test(size=(120, 60)) as pilot:
        await at_the_memo(app, session, until)
        no_watch(app)
        elsewhere(folder, session, now, everything)
        await pilot.press("a")
        await until(lambda: isinstance(app.screen, Board) and "taking part was withdrawn" in said(app))


async def test_what_is_being_read_while_it_is_struck_is_read_again_before_it_is_shown(
    filled: tuple[Path, str], open_app: OpenApp, until: Until, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, session = filled
    app = open_app(folder)
    gather, times = Study.dossier, []

    def struck_behind_it(study: Study, key: str) -> object:
        held = gather(study, key)
        times.append(any(COAT in (row.text or "") for row in held.utterances))
        if len(times) == 1:
            the_coat(study, session, now)
        return held

    async with app.run_test(size=(120, 60)):
        no_watch(app)
        monkeypatch.setattr(Study, "dossier", struck_behind_it)
        app.show_transcript(session)
        await until(lambda: isinstance(app.screen, TranscriptScreen) and NOTE in shown(app))
        assert times == [True, False]
        assert COAT not in shown(app)


# --- memos ------------------------------------------------------------------------------------------------------------


def written_elsewhere(folder: Path, session: str, now: datetime, text: str) -> None:
    def write(study: Study, session: str, now: datetime) -> None:
        memo = study.memos.for_session(session)
        assert memo is not None
        study.memos.save(memo.id, f"{text}\n{memo.text}", now, over=memo.text)

    elsewhere(folder, session, now, write)


def kept(app: VivavoceApp, session: str) -> Memo:
    memo = app.study.memos.for_session(session)
    assert memo is not None
    return memo


async def test_a_memo_that_was_written_elsewhere_meanwhile_keeps_both(
    filled: tuple[Path, str], open_app: OpenApp, until: Until, now: datetime
) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test(size=(140, 50)) as pilot:
        await at_the_memo(app, session, until)
        no_watch(app)
        await pilot.press(*"mine")
        written_elsewhere(folder, session, now + timedelta(minutes=1), "theirs")
        await pilot.press(*"!?")
        text = app.screen.query_one(MemoText)

        assert "both are kept" in said(app)
        assert kept(app, session).text == text.text
        assert text.text.startswith("mine!?")
        assert "\ntheirs\nmine" in text.text
        assert text.cursor_location == (0, 6)


async def test_what_another_program_writes_in_a_memo_is_shown_before_the_next_key(
    filled: tuple[Path, str], open_app: OpenApp, until: Until, now: datetime
) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test(size=(140, 50)) as pilot:
        await at_the_memo(app, session, until)
        written_elsewhere(folder, session, now, "theirs")
        await until(lambda: app.screen.query_one(MemoText).text.startswith("theirs"))
        await pilot.press("a")

        assert kept(app, session).text.count("theirs") == 1
        assert kept(app, session).text.startswith("atheirs")
        assert "elsewhere" in said(app)


# --- the loop ---------------------------------------------------------------------------------------------------------


async def test_typing_goes_on_while_it_is_looked_for_and_enter_opens_what_the_newest_words_find(
    filled: tuple[Path, str], open_app: OpenApp, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(filled[0])
    look, go_on, asked = Study.search, threading.Event(), []

    def slow(study: Study, words: str, limit: int = 50) -> object:
        asked.append(words)
        assert go_on.wait(30)
        return look(study, words, limit)

    monkeypatch.setattr(Study, "search", slow)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = SearchScreen()
        await app.push_screen(screen)
        for key in "supervisor":
            screen.query_one(Input).insert_text_at_cursor(key)
            await asyncio.sleep(0)
        await until(lambda: asked and screen._looked_for == "supervisor")
        typed = screen.query_one(Input).value
        screen.action_open()
        opened_early = not isinstance(app.screen, SearchScreen)
        go_on.set()
        await until(lambda: isinstance(app.screen, TranscriptScreen))
        await until(lambda: "told my supervisor" in shown(app))
        await pilot.press("escape")
        found = hits(app)

    assert (typed, opened_early, found.count("utterance")) == ("supervisor", False, 1)
    assert len(asked) <= 2


async def test_nothing_that_takes_long_is_read_or_written_on_the_loop(
    filled: tuple[Path, str], open_app: OpenApp, until: Until, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, session = filled
    threads: dict[str, set[str]] = {}

    def watch(owner: object, name: str) -> None:
        does = getattr(owner, name)

        def watched(*args: object, **more: object) -> object:
            threads.setdefault(name, set()).add(threading.current_thread().name)
            return does(*args, **more)

        monkeypatch.setattr(owner, name, watched)

    for owner, name in ((Study, "dossier"), (Study, "search"), (Speakers, "name")):
        watch(owner, name)
    app = open_app(folder)
    async with app.run_test(size=(120, 60)) as pilot:
        for place, row in enumerate(app.study.transcript.utterances(session)):
            speaker = "interviewer" if place % 2 else "participant"
            app.study.speakers.label(row.id, speaker, 0.9, now, voice=1 + place % 2)
        await at_the_hits(app, pilot, until)
        await pilot.press("escape")
        await at_the_transcript(app, session, until)
        await pilot.press("x", "m")
        await until(lambda: "name" in threads and isinstance(app.screen, MemoScreen) and COAT in words_of(app))

    assert set(threads) == {"dossier", "search", "name"}
    assert not [name for names in threads.values() for name in names if not name.startswith("beside")]
