"""What the screens around a session look like: narrow and dark, wide and light."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from guides import bundled_guide
from store import Study
from tests.tui.conftest import Compare, OpenApp
from transcribe import speaker_model
from tui import theme
from tui.app import VivavoceApp
from tui.screens.confirm import Confirm
from tui.screens.recovery_key import RecoveryKey

# one look a size: whether the colours of a look can be read is tested for all words at once (test_app.py)
LOOKS = [((80, 24), theme.DARK.name), ((120, 40), theme.LIGHT.name)]


@pytest.fixture(params=LOOKS, ids=lambda p: f"{p[0][0]}x{p[0][1]}-{p[1]}")
def seen(request: pytest.FixtureRequest, snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> Compare:
    """Compares the app after some keys with what it looked like, once for each size."""
    size, look = request.param
    monkeypatch.setattr(theme, "known", lambda _: look)

    def compare(app: VivavoceApp, *keys: str, then: Callable[[Pilot[int]], None] | None = None) -> bool:
        app.theme = look

        async def prepare(pilot: Pilot[int]) -> None:
            await pilot.press(*keys)
            if then is not None:
                then(pilot)
            for line in (*pilot.app.screen.query(Input), *pilot.app.screen.query(TextArea)):
                line.cursor_blink = False  # else a slow machine sees it now and then not
            await pilot.pause()
            await pilot.pause()

        return snap_compare(app, terminal_size=size, run_before=prepare)

    return compare


def test_board(seen: Compare, ten_folder: Path, open_app: OpenApp) -> None:
    assert seen(open_app(ten_folder), "escape")


def test_empty_board(seen: Compare, tmp_path: Path, open_app: OpenApp, now: datetime) -> None:
    folder = tmp_path / "study"
    Study.create(folder, "demo", name="Peers", guide=bundled_guide("open-interview"), now=now)[0].close()
    assert seen(open_app(folder))


def test_interrupted(seen: Compare, ten_folder: Path, open_app: OpenApp) -> None:
    assert seen(open_app(ten_folder))


def test_withdrawal(seen: Compare, ten_folder: Path, open_app: OpenApp) -> None:
    assert seen(open_app(ten_folder), "escape", "left", "w")


def test_consent_undecided(seen: Compare, demo_folder: Path, open_app: OpenApp) -> None:
    assert seen(open_app(demo_folder), "enter")


def test_consent_with_sound(seen: Compare, demo_folder: Path, open_app: OpenApp) -> None:
    assert seen(open_app(demo_folder), "enter", "g", "g", "g", "d")


def test_consent_without_sound(seen: Compare, demo_folder: Path, open_app: OpenApp) -> None:
    assert seen(open_app(demo_folder), "enter", "g", "d")


def test_help(seen: Compare, demo_folder: Path, open_app: OpenApp) -> None:
    assert seen(open_app(demo_folder), "question_mark")


def test_search(seen: Compare, demo_folder: Path, open_app: OpenApp) -> None:
    assert seen(open_app(demo_folder), "slash", "m", "a", "p", "down")


def test_settings(seen: Compare, demo_folder: Path, open_app: OpenApp) -> None:
    assert seen(open_app(demo_folder), "comma", "tab")


def test_glossary(seen: Compare, demo_folder: Path, open_app: OpenApp) -> None:
    assert seen(open_app(demo_folder), "g", *"Moravec", "enter", "full_stop", "ctrl+s")


def test_the_words_for_a_moment_of_distress(seen: Compare, demo_folder: Path, open_app: OpenApp) -> None:
    assert seen(open_app(demo_folder), "exclamation_mark")


def test_own_voice(seen: Compare, demo_folder: Path, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speaker_model, "installed", lambda: True)
    assert seen(open_app(demo_folder), "v")


def test_first_run(seen: Compare, open_app: OpenApp) -> None:
    app = open_app(Path("/nowhere/study"), None)
    assert seen(app, *"Peers", "tab", *"plum", "tab", *"pl", "ctrl+s")


def test_unlock(seen: Compare, demo_folder: Path, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(demo_folder.parent)
    assert seen(open_app(Path(demo_folder.name), "wrong"))


def test_recovery_key(seen: Compare, demo_folder: Path, open_app: OpenApp) -> None:
    def show(pilot: Pilot[int]) -> None:
        pilot.app.push_screen(RecoveryKey("7Q2MX-0KD4N-VH5TS-9WBZE-C3RJG"))

    assert seen(open_app(demo_folder), then=show)


def test_confirm(seen: Compare, demo_folder: Path, open_app: OpenApp) -> None:
    def ask(pilot: Pilot[int]) -> None:
        pilot.app.push_screen(Confirm("Stop the session?", "One core question was not asked: empathy.", yes="Stop"))

    assert seen(open_app(demo_folder), then=ask)
