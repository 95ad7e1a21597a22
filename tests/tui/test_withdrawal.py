"""A participant takes consent back after the interview, in the app: asked twice, destroyed, and the receipt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from store import Decision, Kind, State
from tests.tui.conftest import Until
from tui.app import VivavoceApp
from tui.screens.board import Board
from tui.screens.confirm import Confirm
from tui.screens.withdrawal import WithdrawalScreen
from tui.taking_back import CONTACT, EVERYTHING, QUOTING, RECORDING, TAKING_PART, WORDS, Choice

OpenApp = Callable[..., VivavoceApp]
RECORDED, NOTES, DECLINED, WITHDRAWN = "50001-w1-1", "50003-w1-1", "50007-w1-1", "50006-w1-1"


async def at(app: VivavoceApp, pilot: Pilot[int], session: str) -> None:
    """The board with the cursor on this session, and ``w`` pressed."""
    await pilot.press("escape")
    participant, wave, _ = session.split("-")
    app.point_at(participant, int(wave[1:]))
    await pilot.pause()
    await pilot.press("w")
    await pilot.pause()


def shown(app: VivavoceApp) -> str:
    return "\n".join(str(one.render()) for one in app.screen.query("#withdrawal-box Static").results(Static))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("session", "offered"),
    [
        (RECORDED, [RECORDING, WORDS, TAKING_PART, EVERYTHING, QUOTING, CONTACT]),
        (NOTES, [TAKING_PART, EVERYTHING, QUOTING, CONTACT]),
        (WITHDRAWN, [WORDS, TAKING_PART, EVERYTHING, QUOTING, CONTACT]),
    ],
)
async def test_what_was_agreed_to_can_be_taken_back(
    ten_folder: Path, open_app: OpenApp, session: str, offered: list[Choice]
) -> None:
    app = open_app(ten_folder)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, session)
        assert isinstance(app.screen, WithdrawalScreen)
        lines = [line[3:] for line in shown(app).splitlines() if line[:1].isdigit()]
        assert lines == [one.what for one in offered]


@pytest.mark.asyncio
@pytest.mark.parametrize("session", [DECLINED, "50009-w1-1"])
async def test_where_nothing_was_agreed_to_the_key_does_nothing(
    ten_folder: Path, open_app: OpenApp, session: str
) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await at(app, pilot, session)
        assert isinstance(app.screen, Board)


@pytest.mark.asyncio
@pytest.mark.parametrize("answer", ["n", "escape", "enter"])
async def test_it_is_asked_once_more_and_no_leaves_everything(ten_folder: Path, open_app: OpenApp, answer: str) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await at(app, pilot, RECORDED)
        await pilot.press("4")
        assert isinstance(app.screen, Confirm)
        await pilot.press(answer)
        await pilot.press("escape")
        assert isinstance(app.screen, Board)
        assert Decision.WITHDRAWN not in app.study.consent.newest(RECORDED).values()
        assert app.study.receipts.list(RECORDED) == ()


@pytest.mark.asyncio
async def test_a_recording_is_taken_back_and_the_notes_stay(ten_folder: Path, open_app: OpenApp, until: Until) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await at(app, pilot, RECORDED)
        await pilot.press("1", "y")
        await until(lambda: "Audit log head" in shown(app))
        (receipt,) = app.study.receipts.list(RECORDED)
        assert all(line in shown(app) for line in (*receipt.destroyed, *receipt.out_of_reach, receipt.audit_head))
        assert app.study.consent.newest(RECORDED)[Kind.AUDIO] is Decision.WITHDRAWN
        assert app.study.consent.newest(RECORDED)[Kind.TAKING_PART] is Decision.GRANTED
        assert [one.text for one in app.study.log.jottings(RECORDED)] == ["folds and unfolds a map"]
        await pilot.press("escape")
        assert isinstance(app.screen, Board)
        await pilot.press("o")
        assert not isinstance(app.screen, Board)  # what is left can be looked at


@pytest.mark.asyncio
async def test_who_leaves_the_study_is_shown_no_more_and_the_notes_can_go_later(
    ten_folder: Path, open_app: OpenApp, until: Until
) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await at(app, pilot, NOTES)
        await pilot.press("1", "y")
        await until(lambda: "Audit log head" in shown(app))
        assert app.study.gate.is_shut(NOTES)
        await pilot.press("escape", "o", "m")
        assert isinstance(app.screen, Board)
        await pilot.press("w")
        assert f"1  {EVERYTHING.what}" in shown(app)
        assert "2  " not in shown(app)
        await pilot.press("1", "y")
        await until(lambda: "Audit log head" in shown(app))
        assert "jotting" in shown(app)
        assert app.study.sessions.get(NOTES).state is State.WITHDRAWN


@pytest.mark.asyncio
@pytest.mark.parametrize(("answer", "also"), [("y", Decision.WITHDRAWN), ("n", Decision.GRANTED)])
async def test_quoting_is_taken_back_and_the_other_interviews_are_asked_about(
    ten_folder: Path, open_app: OpenApp, until: Until, answer: str, also: Decision
) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await at(app, pilot, RECORDED)
        await pilot.press("5")
        asked = str(app.screen.query_one("#confirm-more").render())
        assert "Nothing is destroyed" in asked
        assert "can't be undone" not in asked
        await pilot.press("y", answer)
        await until(lambda: "Quoting was withdrawn in session 50001-w1-1" in shown(app))
        newest = app.study.consent.newest
        assert newest(RECORDED)[Kind.QUOTING] is Decision.WITHDRAWN
        assert newest("50001-w2-1")[Kind.QUOTING] is also
        assert newest(RECORDED)[Kind.AUDIO] is Decision.GRANTED
        await pilot.press("escape", "w")
        assert QUOTING.what not in shown(app)


@pytest.mark.asyncio
async def test_the_question_names_the_other_sessions_and_the_newest_files_handed_over(
    ten_folder: Path, open_app: OpenApp, now: datetime
) -> None:
    app = open_app(ten_folder)
    async with app.run_test(size=(80, 24)) as pilot:
        for name in ("a.md", "b.md", "c.md", "d.md"):
            app.study.handed_over.note(RECORDED, Path("/srv") / name, "0" * 64, now)
        await at(app, pilot, RECORDED)
        await pilot.press("1")
        asked = str(app.screen.query_one("#confirm-more").render())
        assert "Other sessions of participant 50001 stay as they are: 50001-w2-1" in asked
        assert [name in asked for name in ("a.md", "b.md", "d.md", "And 1 more")] == [False, True, True, True]


@pytest.mark.asyncio
async def test_while_a_session_is_conducted_nothing_is_destroyed(
    ten_folder: Path, open_app: OpenApp, until: Until
) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await at(app, pilot, RECORDED)
        with app.study.another() as other, other.lock_for_session():
            await pilot.press("1", "y")
            await until(lambda: "until that is over" in shown(app))
        assert Decision.WITHDRAWN not in app.study.consent.newest(RECORDED).values()
        await pilot.press("1", "y")  # and then it works
        await until(lambda: "Audit log head" in shown(app))
