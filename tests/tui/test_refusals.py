"""What is refused is said and ends nothing: no key, timer, worker or screen takes the app along."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from guides.errors import GuideError
from store import NotNow, StoreError
from tests.tui.conftest import OpenApp, Until, taken_away
from transcribe.errors import TranscribeError
from tui.app import VivavoceApp
from tui.errors import FaceError
from tui.screens import StudyScreen
from tui.screens.board import Board
from tui.screens.participant import MendParticipant, NewParticipant
from tui.screens.settings import SettingsScreen

pytestmark = pytest.mark.asyncio
SENTENCE = "This can't be done now: do it later."


def said(app: VivavoceApp) -> str:
    return " ".join(note.message for note in app._notifications)


class Refusing(StudyScreen[None]):
    """Refuses at one place."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "refuse", "Refuse"),
        Binding("p", "again", "Go on"),
    ]

    def __init__(self, place: str, error: Exception) -> None:
        super().__init__()
        self.place, self.error, self.pressed = place, error, 0

    def _at(self, *places: str) -> None:
        if self.place in places:
            self.place = ""
            raise self.error

    def compose(self) -> ComposeResult:
        self._at("compose")
        yield Static("here")

    def on_mount(self) -> None:
        self._at("mount")
        self.query_one(Static)  # a fault, where nothing was composed
        if self.place == "timer":
            self.set_timer(0.01, lambda: self._at("timer"))

    async def _work(self) -> None:
        self._at("worker")

    def action_refuse(self) -> None:
        match self.place:
            case "worker":
                self.run_worker(self._work())
            case "later":
                self.call_later(lambda: self._at("later"))
            case "drawn":
                self.call_after_refresh(lambda: self._at("drawn"))
            case "next":
                self.call_next(lambda: self._at("next"))
            case _:
                self._at("key")

    def action_again(self) -> None:
        self.pressed += 1


@pytest.mark.parametrize("place", ["key", "timer", "worker", "later", "drawn", "next"])
async def test_a_refusal_is_said_wherever_it_comes_from_and_the_next_key_is_obeyed(
    ten_folder: Path, open_app: OpenApp, until: Until, place: str
) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        screen = Refusing(place, NotNow(SENTENCE))
        await app.push_screen(screen)
        await pilot.press("k")
        await until(lambda: SENTENCE in said(app))
        await pilot.press("p")

        assert (app.screen, screen.pressed) == (screen, 1)


@pytest.mark.parametrize("kind", [StoreError, TranscribeError, GuideError, FaceError])
async def test_every_sentence_of_ours_is_a_refusal(
    ten_folder: Path, open_app: OpenApp, until: Until, kind: type[Exception]
) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await app.push_screen(Refusing("key", kind(SENTENCE)))
        await pilot.press("k")
        await until(lambda: SENTENCE in said(app))
        assert app.is_running


@pytest.mark.parametrize("place", ["compose", "mount"])
async def test_a_screen_that_can_not_be_drawn_is_left_with_its_reason(
    ten_folder: Path, open_app: OpenApp, until: Until, place: str
) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, Board))
        app.push_screen(Refusing(place, NotNow(SENTENCE)))
        await until(lambda: isinstance(app.screen, Board) and SENTENCE in said(app))
        await pilot.press("n")
        assert isinstance(app.screen, NewParticipant)


async def test_a_fault_of_the_program_ends_the_app_as_before(ten_folder: Path, open_app: OpenApp) -> None:
    app = open_app(ten_folder)

    async def press() -> None:
        async with app.run_test() as pilot:
            await app.push_screen(Refusing("key", ZeroDivisionError()))
            await pilot.press("k")

    with pytest.raises(ZeroDivisionError):
        await press()
    assert app.return_code == 1


async def test_a_look_that_can_not_be_kept_is_taken_on_all_the_same(ten_folder: Path, open_app: OpenApp) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        before = app.theme
        with taken_away(ten_folder):
            await pilot.press("f2")
            await pilot.pause()
        assert app.theme != before
        assert "The look is not kept:" in said(app)
        assert app.study.setting("theme") is None


async def test_settings_that_can_not_be_kept_stay_in_their_fields_and_none_is_kept_alone(
    ten_folder: Path, open_app: OpenApp
) -> None:
    app = open_app(ten_folder)
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press("escape", "comma", *"Maria")
        with taken_away(ten_folder):
            await pilot.press("enter")
            await pilot.pause()
        stayed = app.screen
        assert isinstance(stayed, SettingsScreen)
        assert "The settings are not kept:" in str(stayed.query_one("#settings-said", Static).render())
        assert app.study.setting("interviewer") is None
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, Board)
        assert app.study.setting("interviewer") == "Maria"


async def test_a_number_that_can_not_be_added_stays_in_its_field(ten_folder: Path, open_app: OpenApp) -> None:
    app = open_app(ten_folder)
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press("escape", "n", *"50123")
        with taken_away(ten_folder):
            await pilot.press("enter")
            await pilot.pause()
        assert isinstance(app.screen, NewParticipant)
        assert app.screen.query_one(Input).value == "50123"
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, Board)
        assert app.study.participants.get("50123").number == "50123"


async def test_somebody_whom_another_program_removed_meanwhile_is_said_to_be_gone(
    ten_folder: Path, open_app: OpenApp
) -> None:
    app = open_app(ten_folder)
    async with app.run_test(size=(100, 40)) as pilot:
        await app.push_screen(MendParticipant("50009"))
        with app.study.another() as other:
            other.participants.remove("50009", app.now())
        await pilot.press(*"50124", "enter")
        await pilot.pause()
        assert isinstance(app.screen, MendParticipant)
        assert app.screen.query_one(Input).value == "50124"
        assert "no participant 50009" in app.export_screenshot().replace("&#160;", " ")
        await pilot.press("ctrl+d", "escape", "escape")
        assert app.is_running


async def test_a_second_reading_that_can_not_be_looked_for_is_looked_for_again(
    ten_folder: Path, open_app: OpenApp, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.readings.TRY_AGAIN_EVERY_S", 0.01)
    app = open_app(ten_folder)
    async with app.run_test():
        listed, refused = app.study.wishes.list, [NotNow(SENTENCE)] * 3

        def list_or_not() -> object:
            if refused:
                raise refused.pop()
            return listed()

        monkeypatch.setattr(app.study.wishes, "list", list_or_not)
        app.readings.take_back("50001-w1-1")  # news: it looks
        await until(lambda: not refused)
        await until(lambda: SENTENCE in said(app))
        assert [worker.is_running for worker in app.workers if worker.group == "readings"] == [True]
