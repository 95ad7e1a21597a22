"""Whatever is in a study, nothing is drawn that a terminal would obey; and what is edited is kept to the letter."""

from __future__ import annotations

import importlib
import os
import pkgutil
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual.screen import Screen
from textual.widgets import Input, TextArea

import tui.screens
from guides import Distress
from guides.plaintext import OBEYED, shown, sign
from store import Jotting, Session, Study
from tests import defaced
from tests.defaced import EVERY, OURS, SIGN, TEXT, TITLE, WRITTEN, Defaced, columns_of_text
from tests.offline.terminal import Terminal
from tests.tui.conftest import NOW, PASSPHRASE, OpenApp, Until
from tests.tui.session.test_snapshots_session import StandIn
from transcribe import speaker_model
from transcribe.models import Model
from tui.app import VivavoceApp
from tui.edited import Edited
from tui.harmless import harmless
from tui.screens.annulling import Annulling
from tui.screens.board import Board
from tui.screens.choose import Answer, Choose
from tui.screens.confirm import Confirm
from tui.screens.consent import ConsentScreen
from tui.screens.consent_anew import ConsentAnew
from tui.screens.curtain import Curtain
from tui.screens.distress import DistressScreen
from tui.screens.distress_words import DistressWords
from tui.screens.doctor import DoctorScreen
from tui.screens.first_run import FirstRun
from tui.screens.glossary import GlossaryScreen
from tui.screens.help import HelpScreen
from tui.screens.interrupted import InterruptedScreen
from tui.screens.interview import InterviewScreen
from tui.screens.memo import MemoScreen
from tui.screens.own_voice import OwnVoice
from tui.screens.participant import MendParticipant, NewParticipant
from tui.screens.recovery_key import RecoveryKey
from tui.screens.search import SearchScreen
from tui.screens.settings import SettingsScreen
from tui.screens.signed_forms import SignedForms
from tui.screens.strike import Stretch, StrikeScreen
from tui.screens.transcript import TranscriptScreen
from tui.screens.typed_notes import TypedNotes
from tui.screens.unlock import Unlock
from tui.screens.which_model import WhichModel
from tui.screens.withdrawal import WithdrawalScreen
from tui.session import Stage
from tui.walk import Walk
from tui.widgets.memo_text import MemoText

SIZES = [(80, 24), pytest.param((120, 40), marks=pytest.mark.slow)]
LOOKS = re.compile(r"\x1b\[[\d;]*[mH]")
"""What Textual itself sends with text: colours and places."""
MARK = "␛]0;PWNED"
"""How the beginning of each of the texts is shown."""


@dataclass(frozen=True)
class Room:
    """What screens are made of."""

    study: Study
    ids: Defaced

    @property
    def held(self) -> Session:
        return self.study.sessions.get(self.ids.held)

    @property
    def conductor(self) -> Any:
        """One that stands still in the midst of the interview."""
        guide = self.study.guides.get(self.held.guide_sha256)
        walk = Walk.through(guide, 1).retraced(self.study.log.cues(self.held.id))
        unwritten = (Jotting(60_000, TEXT, NOW),)
        return StandIn(
            self.study, self.held, guide, walk, Stage.RECORDING, at_ms=60_000, waiting=1, unwritten=unwritten
        )

    def stretch(self, seconds: float) -> Stretch:
        return Stretch(self.study.log.typed(self.held.id), more=True)


SCREENS: dict[type[Screen[Any]], Callable[[Room], Screen[Any]]] = {
    Annulling: lambda room: Annulling(room.held),
    Board: lambda room: Board(),
    Choose: lambda room: Choose(TEXT, TEXT, (Answer("1", TEXT, "gives"),), nothing=TEXT),
    Confirm: lambda room: Confirm(TEXT, TEXT, yes=TEXT, no=TEXT),
    ConsentAnew: lambda room: ConsentAnew(room.study.sessions.get(room.ids.left)),
    ConsentScreen: lambda room: ConsentScreen("50001", 2),
    Curtain: lambda room: Curtain(),
    DistressScreen: lambda room: DistressScreen(room.conductor, Distress(TEXT, TEXT), recorded=True),
    DistressWords: lambda room: DistressWords(),
    DoctorScreen: lambda room: DoctorScreen(),
    FirstRun: lambda room: FirstRun(),
    GlossaryScreen: lambda room: GlossaryScreen(),
    HelpScreen: lambda room: HelpScreen(TEXT, ()),
    InterruptedScreen: lambda room: InterruptedScreen((room.ids.left,)),
    InterviewScreen: lambda room: InterviewScreen(room.ids.held, conductor=room.conductor),
    MemoScreen: lambda room: MemoScreen(room.ids.held),
    MendParticipant: lambda room: MendParticipant("50001"),
    NewParticipant: lambda room: NewParticipant(),
    OwnVoice: lambda room: OwnVoice(),
    RecoveryKey: lambda room: RecoveryKey(TEXT),
    SearchScreen: lambda room: SearchScreen(),
    SettingsScreen: lambda room: SettingsScreen(),
    SignedForms: lambda room: SignedForms(room.held),
    StrikeScreen: lambda room: StrikeScreen(room.stretch, recorded=True),
    TranscriptScreen: lambda room: TranscriptScreen(room.ids.held),
    TypedNotes: lambda room: TypedNotes(room.conductor),
    Unlock: lambda room: Unlock(TEXT),
    WhichModel: lambda room: WhichModel((Model(TEXT, Path(TEXT), 1, False, True),)),
    WithdrawalScreen: lambda room: WithdrawalScreen(room.ids.held),
}
"""Every screen of the app, with whatever of a study it can show."""

WITH_TEXTS = {InterviewScreen, MemoScreen, TranscriptScreen, TypedNotes}
"""Of some it is certain that they show something of it."""


NOT_SHOWN = {
    *("StudyScreen", "BoardMending", "BoardSittings", "ConsentBegin", "InterviewKeys", "InterviewTurns"),
    *("InterviewView", "SecondReading", "WorkingScreen"),  # these are what others are made of
    "Leaving",  # whose words are all the program's, and which leaves where nothing is to be erased
}


def screens() -> set[str]:
    """Every class of a screen."""
    names = (module.name for module in pkgutil.iter_modules(tui.screens.__path__, "tui.screens."))
    found = [one for name in ("tui.screens", *names) for one in vars(importlib.import_module(name)).values()]
    ours = (one for one in found if isinstance(one, type) and issubclass(one, Screen))
    return {one.__name__ for one in ours if one.__module__.startswith("tui.")}


def test_every_screen_is_looked_at() -> None:
    assert screens() == {one.__name__ for one in SCREENS} | NOT_SHOWN


def sent(app: VivavoceApp) -> list[str]:
    """What a terminal is sent for all that is on the screen, line by line, without colours and places."""
    lines = LOOKS.sub("", app.screen._compositor.render_full_update().render_segments(app.console)).split("\n")
    assert len(lines) == app.size.height
    return lines


def look(_: Screen[Any]) -> None:
    """As it is."""


def write_everywhere(screen: Screen[Any]) -> None:
    """As if it were pasted, into every place where somebody can type; and a sentence over it all."""
    screen.notify(TEXT, title=TEXT, markup=False)
    for line in screen.query(Input):
        line.value = TEXT
    for area in screen.query(TextArea):
        area.text = TEXT


@pytest.fixture(scope="module")
def _defaced(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Defaced]:
    folder = tmp_path_factory.mktemp("defaced") / "study"
    return folder, defaced.make(folder, PASSPHRASE, NOW)


@pytest.fixture
def room(_defaced: tuple[Path, Defaced], tmp_path: Path) -> tuple[Path, Defaced]:
    return Path(shutil.copytree(_defaced[0], tmp_path / "study")), _defaced[1]


def test_every_text_in_a_study_is_defaced_or_the_programs_own(room: tuple[Path, Defaced]) -> None:
    with Study.open(room[0], PASSPHRASE, NOW) as study:
        assert columns_of_text(study) == set(WRITTEN) | OURS


@pytest.mark.asyncio
@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_no_screen_draws_what_would_be_obeyed(
    room: tuple[Path, Defaced], open_app: OpenApp, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.setattr(speaker_model, "installed", lambda: True)
    app, with_texts = open_app(room[0]), set()
    async with app.run_test(size=size) as pilot:
        for kind, make in SCREENS.items():
            screen = make(Room(app.study, room[1]))
            await app.push_screen(screen)
            for act in (look, write_everywhere):
                act(screen)
                await pilot.pause()
                lines = sent(app)
                assert [line for line in lines if OBEYED.search(line)] == [], kind
                if act is look and any(MARK in line for line in lines):
                    with_texts.add(kind)
            app.pop_screen()
    assert with_texts >= WITH_TEXTS


@pytest.mark.slow
def test_a_terminal_is_sent_nothing_of_it(room: tuple[Path, Defaced], tmp_path: Path) -> None:
    env = {**os.environ, "VIVAVOCE_PASSPHRASE": PASSPHRASE, "XDG_STATE_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "tui", "--study", str(room[0])]
    terminal = Terminal(command, env | {"TERM": "xterm-256color", "COLORTERM": "truecolor"})
    try:
        for key, drawn in (("", b"interrupted"), ("\x1b", b"participant"), ("/", b"earch"), ("so", MARK.encode())):
            terminal.press(key)
            terminal.until(drawn)
        terminal.press("\x11")
        assert terminal.end() == 0
    finally:
        terminal.kill()
    text = terminal.written.decode()
    assert [letter for letter in EVERY if letter + SIGN in text] == []
    assert TITLE not in text


SIGNS = "".join({sign(letter) for letter in EVERY + "\n\t"})
LINES = st.lists(st.text("ab ─日e\u0301\n\t" + EVERY, min_size=1, max_size=12), max_size=6)


@given(LINES)
def test_a_line_stays_as_wide_as_it_was(texts: list[str]) -> None:
    drawn = harmless([Segment(text) for text in texts])
    before, after = "".join(texts), "".join(segment.text for segment in drawn)
    assert not OBEYED.search(after)
    assert cell_len(after) == cell_len(before)
    assert [letter for letter in after if letter not in f" ─{SIGNS}"] == [
        letter for letter in before if letter not in " ─" and not OBEYED.match(letter)
    ]


def test_a_sign_takes_the_place_of_what_fills_the_line_up() -> None:
    line = [Segment("a\x1bb\u202e"), Segment("│ "), Segment("    │")]
    assert [segment.text for segment in harmless(line)] == ["a␛b\ufffd", "│", "   │"]
    assert [segment.text for segment in harmless([Segment("╭ a\x07 ─────╮")])] == ["╭ a␇ ────╮"]
    assert [segment.text for segment in harmless([Segment("full\x1b │")])] == ["full │"]


EDITS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 4), st.text("ab\n", max_size=4)), max_size=6)


@given(st.text("ab\n" + EVERY, max_size=24), EDITS)
def test_what_nobody_touches_is_kept_to_the_letter(text: str, edits: list[tuple[int, int, str]]) -> None:
    edited, stands, kept = Edited(text), shown(text), text
    for at, cut, typed in edits:
        stands, kept = (each[:at] + typed + each[at + cut :] for each in (stands, kept))
        now = edited.now(stands)
        assert shown(now) == stands, "what is kept is what stands there"
        assert len(OBEYED.findall(now)) == len(OBEYED.findall(kept))


@pytest.mark.asyncio
async def test_a_memo_with_what_would_be_obeyed_is_saved_to_the_letter(
    room: tuple[Path, Defaced], open_app: OpenApp, until: Until
) -> None:
    app = open_app(room[0])
    async with app.run_test() as pilot:
        app.show_memo(room[1].held)
        await until(lambda: isinstance(app.screen, MemoScreen))
        await pilot.press(*"Warm. ")
        text = app.screen.query_one(MemoText)
        text.move_cursor(text.document.end)
        await pilot.press(*" End")
        memo = app.study.memos.for_session(room[1].held)
        assert memo is not None
        assert memo.text == f"Warm. {WRITTEN['memo.text']} End"


@pytest.mark.asyncio
async def test_a_note_that_is_corrected_keeps_to_the_letter_what_was_not_touched(
    room: tuple[Path, Defaced], open_app: OpenApp, until: Until
) -> None:
    app = open_app(room[0])
    async with app.run_test() as pilot:
        conductor = Room(app.study, room[1]).conductor
        corrected: list[str] = []
        conductor.correct = lambda _, text: corrected.append(text)
        await app.push_screen(TypedNotes(conductor))
        await pilot.press("enter", *" then", "enter")
        await until(lambda: corrected)
        assert corrected == [f"{TEXT} then"]
