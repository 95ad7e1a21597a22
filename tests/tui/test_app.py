"""The app around the screens: what opens first, help, palette, looks, small terminals, what was interrupted."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from textual.color import Color
from textual.command import CommandPalette
from textual.theme import Theme

from store import Decision, Kind, State, Study
from tui import theme
from tui.app import VivavoceApp
from tui.palette import commands
from tui.recovery import recover, so_far
from tui.screens.board import Board
from tui.screens.confirm import Confirm
from tui.screens.help import HelpScreen
from tui.screens.interrupted import InterruptedScreen
from tui.screens.interview import InterviewScreen
from tui.screens.memo import MemoScreen

OpenApp = Callable[..., VivavoceApp]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21, after WCAG 2.2."""

    def luminance(colour: str) -> float:
        parts = [part / 255 for part in Color.parse(colour).rgb]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("look", theme.THEMES, ids=lambda look: look.name)
def test_every_colour_that_carries_words_can_be_read(look: Theme) -> None:
    words = ("foreground", "primary", "secondary", "success", "warning", "error", "accent")
    grounds = ("background", "surface", "panel")
    poor = {
        (word, ground): round(contrast(getattr(look, word), getattr(look, ground)), 2)
        for word in words
        for ground in grounds
        if contrast(getattr(look, word), getattr(look, ground)) < 4.5
    }
    assert poor == {}
    named = look.variables
    assert contrast(named["recording"], named["recording-text"]) >= 4.5
    assert contrast(named["block-cursor-background"], named["block-cursor-foreground"]) >= 4.5


@pytest.mark.asyncio
async def test_help_lists_each_action_of_the_screen_once_with_its_keys(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        listed = [(command.keys, command.name) for command in commands(app.screen)]
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpScreen)
        shown = "\n".join(str(one.render()) for one in app.screen.query("Static"))
        await pilot.press("escape")
        assert isinstance(app.screen, Board)
    assert ("enter", "Start") in listed
    assert ("q ^q", "Quit") in listed
    assert len({name for _, name in listed}) == len(listed)
    assert "Add a participant, by number" in shown


@pytest.mark.asyncio
async def test_every_binding_of_the_board_has_an_id_and_says_what_it_does(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.pause()
        shown = [active for active in app.screen.active_bindings.values() if active.binding.show]
    assert [active.binding.description for active in shown if not (active.binding.id and active.tooltip)] == []


@pytest.mark.asyncio
async def test_the_palette_does_what_the_keys_do(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+p")
        assert isinstance(app.screen, CommandPalette)
        await pilot.press(*"doctor")
        await pilot.pause(0.5)
        await pilot.press("enter")
        await pilot.pause(0.5)
        assert type(app.screen).__name__ == "DoctorScreen"


@pytest.mark.asyncio
async def test_light_or_dark_is_remembered_by_the_study(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.press("f2")
        assert app.theme == "vivavoce-light"
    again = open_app(demo_folder)
    async with again.run_test():
        assert again.theme == "vivavoce-light"


@pytest.mark.asyncio
@pytest.mark.parametrize("size", [(20, 5), (1, 1), (300, 90)])
@pytest.mark.parametrize("keys", [(), ("enter",), ("question_mark",), ("d",), ("slash",), ("comma",), ("n",)])
async def test_no_size_of_terminal_crashes_a_screen(
    demo_folder: Path, open_app: OpenApp, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    app = open_app(demo_folder)
    async with app.run_test(size=size) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        assert app.is_running
        assert app.return_code in (None, 0)


@pytest.mark.asyncio
async def test_no_color_takes_the_colours_and_leaves_the_words(
    demo_folder: Path, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        await pilot.pause()
        drawn = app.export_screenshot()
    assert "notes" in drawn
    assert str(theme.DARK.warning) not in drawn


@pytest.mark.asyncio
@pytest.mark.parametrize(("key", "answer"), [("y", True), ("n", False), ("escape", False), ("enter", False)])
async def test_a_question_is_answered_by_one_key_and_enter_is_the_safe_one(
    demo_folder: Path, open_app: OpenApp, key: str, answer: bool
) -> None:
    app = open_app(demo_folder)
    given: list[bool | None] = []
    async with app.run_test() as pilot:
        app.push_screen(Confirm("Stop the session?", "It can't be taken up again.", yes="Stop"), given.append)
        await pilot.press(key)
        await pilot.pause()
    assert given == [answer]


@pytest.mark.asyncio
async def test_a_screen_may_keep_the_app_open_and_says_why(demo_folder: Path, open_app: OpenApp) -> None:
    app = open_app(demo_folder)
    async with app.run_test() as pilot:
        assert isinstance(app.screen, Board)
        app.screen.keeps_open = "A session runs: stop it first."
        await pilot.press("ctrl+q")
        assert app.is_running
        assert [note.message for note in app._notifications] == ["A session runs: stop it first."]


# --- what was interrupted -------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_an_interrupted_session_is_offered_first_thing(ten_folder: Path, open_app: OpenApp) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        assert isinstance(app.screen, InterruptedScreen)
        said = str(app.screen.query_one("#left-what").render())
        await pilot.press("escape")
        assert isinstance(app.screen, Board)
        assert app.study.sessions.get("50010-w1-1").state is State.INTERRUPTED
    assert "50010 · wave 1" in said
    assert "What was recorded, 00:23:00, is on disk." in said


@pytest.mark.asyncio
async def test_closing_it_as_it_is_stops_it_and_goes_on_to_the_board(ten_folder: Path, open_app: OpenApp) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await pilot.press("c", "n")
        assert app.study.sessions.get("50010-w1-1").state is State.INTERRUPTED
        await pilot.press("c", "y")
        await pilot.pause()
        assert isinstance(app.screen, Board)
        closed = app.study.sessions.get("50010-w1-1")
        assert closed.state is State.STOPPED
        assert closed.stopped_at == app.study.sessions.last_moment(closed.id) < app.now()
    again = open_app(ten_folder)
    async with again.run_test() as pilot:
        assert isinstance(again.screen, Board)  # it is not offered at each start
        await pilot.press("i")
        assert isinstance(again.screen, InterruptedScreen)
        assert again.screen.check_action("go_on", ()) is False
        assert again.screen.check_action("finish", ()) is True


@pytest.mark.asyncio
async def test_a_transcript_that_is_not_whole_is_offered_until_it_is_left_as_it_is(
    ten_folder: Path, open_app: OpenApp, now: datetime
) -> None:
    with Study.open(ten_folder, "demo", now) as study:
        study.sessions.stop("50010-w1-1", now, recording_ms=1_380_000, captured_ms=1_380_000, dropped_frames=0)
    shown = []
    for keys in (("escape",), ("c", "y"), ()):
        app = open_app(ten_folder)
        async with app.run_test() as pilot:
            shown.append(type(app.screen))
            await pilot.press(*keys)
            await pilot.pause()
            assert isinstance(app.screen, Board)

    assert shown == [InterruptedScreen, InterruptedScreen, Board]


@pytest.mark.asyncio
async def test_what_is_offered_says_how_much_sound_is_there_and_how_much_of_it_has_words(
    ten_folder: Path, open_app: OpenApp, now: datetime
) -> None:
    with Study.open(ten_folder, "demo", now) as study:
        for start_ms in (60_000, 725_000):
            row = study.transcript.add_utterance("50010-w1-1", start_ms, start_ms + 5_000, now)
            study.transcript.set_text(row, "words", (), speaker=None, reading="live", model="tiny.en", now=now)
        read_whole = so_far(study, "50010-w1-1")
        study.transcript.add_utterance("50010-w1-1", 734_000, 740_000, now)
    app = open_app(ten_folder)
    async with app.run_test():
        said = str(app.screen.query_one("#left-what").render())

    assert read_whole == (1_380_000, 730_000)
    assert "What was recorded, 00:23:00, is on disk. Its words are there up to 00:12:14." in said


@pytest.mark.asyncio
async def test_finishing_it_completes_the_transcript(ten_folder: Path, open_app: OpenApp) -> None:
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await pilot.press("f")
        for _ in range(200):
            if isinstance(app.screen, MemoScreen):
                break
            await pilot.pause(0.05)
        assert isinstance(app.screen, MemoScreen)
        assert app.study.sessions.get("50010-w1-1").state is State.COMPLETE
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, Board)


@pytest.mark.asyncio
async def test_after_its_memo_the_next_that_was_interrupted_is_offered(
    ten_folder: Path, open_app: OpenApp, now: datetime
) -> None:
    with Study.open(ten_folder, "demo", now) as study:
        newer = study.sessions.begin("50009", 1, guide_sha256=_guide_of(study), setting="", others_present="", now=now)
        for kind in Kind:
            study.consent.decide(newer.id, kind, Decision.GRANTED, form_version="1", recorded_by="i", now=now)
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        assert "50009" in str(app.screen.query_one("#left-what").render())  # the newest first
        await pilot.press("f")
        for _ in range(200):
            if isinstance(app.screen, MemoScreen):
                break
            await pilot.pause(0.05)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, InterruptedScreen)
        assert "50010" in str(app.screen.query_one("#left-what").render())


def _guide_of(study: Study) -> str:
    return study.guides.current().sha256


@pytest.mark.asyncio
async def test_going_on_reopens_the_session_and_shows_the_interview(
    ten_folder: Path, open_app: OpenApp, now: datetime
) -> None:
    app = open_app(ten_folder)
    app.now = lambda: now - timedelta(hours=23)  # an hour after it broke off
    async with app.run_test() as pilot:
        await pilot.press("g")
        await pilot.pause()
        assert isinstance(app.screen, InterviewScreen)
        assert app.study.sessions.get("50010-w1-1").state is State.OPEN


@pytest.mark.asyncio
async def test_leaving_while_it_is_being_finished_cancels_and_loses_nothing(
    ten_folder: Path, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, cancelled = asyncio.Event(), asyncio.Event()

    async def endless(*_: object) -> bool:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()
        return True

    assert asyncio.iscoroutinefunction(recover)
    monkeypatch.setattr("tui.screens.interrupted.recover", endless)
    app = open_app(ten_folder)
    async with app.run_test() as pilot:
        await pilot.press("f")
        await begun.wait()
        assert app.screen.check_action("close", ()) is None
        await pilot.press("escape")
        await asyncio.wait_for(cancelled.wait(), 5)
        await pilot.pause()
        assert isinstance(app.screen, Board)


# --- faults ---------------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_fault_of_our_own_is_one_sentence_and_its_words_stay_out_of_the_log(
    demo_folder: Path, open_app: OpenApp, caplog: pytest.LogCaptureFixture
) -> None:
    app = open_app(demo_folder)
    typed = "of a participant"

    def fail() -> None:
        raise ValueError(f"words {typed}")

    async def run() -> None:
        async with app.run_test() as pilot:
            app.call_later(fail)
            await pilot.pause()

    with caplog.at_level(logging.ERROR, logger="vivavoce"), pytest.raises(ValueError):
        await run()
    assert app.return_code == 1
    assert "in fail" in caplog.text
    assert "words of a participant" not in caplog.text


def test_the_app_brings_no_library_for_sound_or_models_into_its_process() -> None:
    heavy = ("faster_whisper", "ctranslate2", "onnxruntime", "sounddevice", "av", "numpy", "sqlite_utils")
    asked = f"import sys, tui.app, tui.screens.interview; print([m for m in {heavy} if m in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


@pytest.mark.parametrize(("chosen", "frames"), [(None, 120), ("30", 30)])
def test_a_key_waits_for_a_frame_of_8_ms_unless_the_user_has_chosen_another(
    chosen: str | None, frames: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEXTUAL_FPS", raising=False)
    if chosen is not None:
        monkeypatch.setenv("TEXTUAL_FPS", chosen)
    program = (
        "from contextlib import suppress\n"
        "from tui.cli import main\n"
        "with suppress(SystemExit):\n"
        "    main(['demo', '--help'])\n"
        "import textual.constants\n"
        "print('frames', textual.constants.MAX_FPS)"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[-1] == f"frames {frames}"
