"""Reading a transcript: find a place, say who speaks, go to the memo and back."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

import pytest

from store import Study
from tests.tui.conftest import OpenApp
from tests.tui.session.conftest import was_read
from tui.app import VivavoceApp
from tui.screens.memo import MemoScreen
from tui.screens.transcript import TranscriptScreen
from tui.widgets.passages import Passage, What
from tui.widgets.transcript_view import TranscriptView

pytestmark = pytest.mark.asyncio


def chosen(view: TranscriptView) -> Passage:
    """The passage that the cursor is on."""
    assert view.selected is not None
    return view.selected


async def opened(app: VivavoceApp, session: str, at_ms: int | None = None) -> TranscriptView:
    """The transcript on the screen, as soon as it was read."""
    screen = TranscriptScreen(session, at_ms)
    await app.push_screen(screen)
    await was_read(screen)
    return screen.query_one(TranscriptView)


def lines(view: TranscriptView) -> list[str]:
    return [view.render_line(y).text.rstrip() for y in range(view.size.height)]


def said(app: VivavoceApp) -> str:
    return " ".join(note.message for note in app._notifications)


async def test_questions_are_headings_and_silences_are_named(filled: tuple[Path, str], open_app: OpenApp) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test(size=(120, 60)) as pilot:
        view = await opened(app, session)
        await pilot.pause()
        page = "\n".join(lines(view))

    for words in (
        "00:00:10  § What has changed for you since we last spoke?",
        "§ follow-up: What did she say?",
        "‖ off the record, 17 s",
        "▲ not captured, 2 s",
        "✕ struck at the participant's wish, 30 s",
        "★ the coat on the hook",
        "✎ looked at the window before answering",
    ):
        assert " ".join(words.split()) in " ".join(page.split())


async def test_one_and_two_say_who_speaks_in_a_new_version(filled: tuple[Path, str], open_app: OpenApp) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test() as pilot:
        view = await opened(app, session)
        await pilot.pause()
        await pilot.press("down", "down", "1")
        first = app.study.transcript.get(chosen(view).id)
        await pilot.press("2")
        second = app.study.transcript.get(chosen(view).id)

        assert (first.speaker, first.version) == ("interviewer", 2)
        assert (second.speaker, second.version) == ("participant", 3)
        assert second.text == first.text == "What has changed for you since we last spoke?"


async def test_once_is_enough_to_name_both_voices_and_x_swaps_them(
    filled: tuple[Path, str], open_app: OpenApp, now: datetime
) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test(size=(120, 40)) as pilot:
        rows = [row for row in app.study.transcript.utterances(session) if not row.struck]
        for place, row in enumerate(rows):
            app.study.speakers.label(row.id, None, 0.9, now, voice=1 + place % 2)
        view = await opened(app, session)
        await pilot.pause()
        assert "press 1 or 2 on an utterance" in said(app)
        assert {row.speaker for row in view.passages if row.what is What.UTTERANCE} == {"voice 1", "voice 2"}
        await pilot.press("2")

        def speakers() -> list[str | None]:
            return [app.study.transcript.get(row.id).speaker for row in rows]

        both = ["participant", "interviewer"] * len(rows)
        assert speakers() == both[: len(rows)]
        await pilot.press("x")
        assert speakers() == both[1 : len(rows) + 1]
        await pilot.press("2", "x")  # what a hand labelled by itself stays
        assert speakers() == ["participant", *both[1 : len(rows)]]


async def test_x_is_offered_only_where_voices_are_told_apart(
    filled: tuple[Path, str], open_app: OpenApp, now: datetime
) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, session)
        await pilot.pause()
        assert not app.screen.check_action("swap", ())
        row = app.study.transcript.utterances(session)[0]
        app.study.speakers.label(row.id, None, 0.9, now, voice=1)
        await pilot.press("escape")
        await opened(app, session)
        await pilot.pause()
        assert app.screen.check_action("swap", ())


async def test_find_goes_from_place_to_place_and_round(filled: tuple[Path, str], open_app: OpenApp) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test() as pilot:
        view = await opened(app, session)
        await pilot.pause()
        places = []
        await pilot.press("slash", *"COAT", "enter")
        places.append((chosen(view).what, chosen(view).at_ms))
        for key in ("n", "n", "N"):
            await pilot.press(key)
            places.append((chosen(view).what, chosen(view).at_ms))

    coat, mark = (What.UTTERANCE, 70_000), (What.MARK, 75_000)
    assert places == [coat, mark, coat, mark]


@pytest.mark.parametrize(("noted", "sought"), [("cafe\u0301", "CAF\xc9"), ("Elise\u0301e", "lis\xe9")])
async def test_find_takes_an_accent_for_itself_however_it_was_typed(
    filled: tuple[Path, str], open_app: OpenApp, now: datetime, noted: str, sought: str
) -> None:
    folder, session = filled
    with Study.open(folder, "demo", now) as study:
        study.log.jot(session, at_ms=5_000, text=f"by the {noted}", now=now)
    app = open_app(folder)
    async with app.run_test() as pilot:
        view = await opened(app, session)
        await pilot.pause()
        assert view.seek(sought)
        assert chosen(view).at_ms == 5_000


async def test_typing_what_is_sought_changes_no_speaker(filled: tuple[Path, str], open_app: OpenApp) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test() as pilot:
        await opened(app, session)
        await pilot.pause()
        before = app.study.transcript.utterances(session)
        await pilot.press("slash", *"12mn", "escape")

        assert app.study.transcript.utterances(session) == before
        assert isinstance(app.screen, TranscriptScreen)


async def test_it_opens_at_the_place_it_was_asked_for(filled: tuple[Path, str], open_app: OpenApp) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test() as pilot:
        view = await opened(app, session, 32_000)
        await pilot.pause()

        assert chosen(view).at_ms == 31_000


async def test_m_opens_the_memo_and_escape_leads_back(filled: tuple[Path, str], open_app: OpenApp) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test() as pilot:
        await opened(app, session)
        await pilot.press("m")
        there = isinstance(app.screen, MemoScreen)
        await pilot.press("escape")

        assert there
        assert isinstance(app.screen, TranscriptScreen)


async def test_no_control_character_of_a_transcript_reaches_the_terminal(
    filled: tuple[Path, str], open_app: OpenApp
) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test() as pilot:
        view = await opened(app, session)
        view.show([Passage(What.UTTERANCE, 0, "before\x1b[31mred\x07 \u202eafter", None, "u1")])
        await pilot.pause()

        assert all(character.isprintable() for line in lines(view) for character in line)


async def test_ten_thousand_utterances_move_as_lightly_as_ten(filled: tuple[Path, str], open_app: OpenApp) -> None:
    folder, session = filled
    app = open_app(folder)
    many = [
        Passage(What.UTTERANCE, i * 4_000, "and some weeks I tell them plainly that I am tired " * 3, None, f"u{i}")
        for i in range(10_000)
    ]
    async with app.run_test() as pilot:
        view = await opened(app, session)
        began = time.monotonic()
        view.show(many)
        shown_s = time.monotonic() - began
        began = time.monotonic()
        view.show([*many, Passage(What.UTTERANCE, 10_000 * 4_000, "one more", None, "u10000")])
        added_s = time.monotonic() - began
        began = time.monotonic()
        for _ in range(100):
            view.action_step(1)
            lines(view)
        moved_s = (time.monotonic() - began) / 100
        await pilot.pause()

    assert len(view.children) == 0
    assert shown_s < 2.0
    assert added_s < 0.5
    assert moved_s < 0.1


@pytest.mark.parametrize("size", [(20, 5), (40, 8), (80, 24), (200, 60)])
async def test_no_terminal_is_too_small(filled: tuple[Path, str], open_app: OpenApp, size: tuple[int, int]) -> None:
    folder, session = filled
    app = open_app(folder)
    async with app.run_test(size=size) as pilot:
        view = await opened(app, session)
        await pilot.press("down", "end", "slash", *"coat", "enter", "m")
        await pilot.pause()

        assert isinstance(app.screen, MemoScreen)
        assert view.selected is not None
