"""The keys of the board, and the screens that some of them open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui.screens.distress_words import DistressWords
from tui.screens.doctor import DoctorScreen
from tui.screens.glossary import GlossaryScreen
from tui.screens.own_voice import OwnVoice
from tui.screens.search import SearchScreen
from tui.screens.settings import SettingsScreen

KEYS: list[BindingType] = [
    Binding("o", "open", "Open", id="board.open", tooltip="Open the transcript of this session"),
    Binding("m", "memo", "Memo", id="board.memo", tooltip="Open the memo of this session, or begin it"),
    Binding("n", "new", "New", id="board.new", tooltip="Add a participant, by number"),
    Binding("slash", "show('search')", "Search", id="board.search", tooltip="Search transcripts, memos and jottings"),
    Binding("d", "show('doctor')", "Doctor", id="board.doctor", tooltip="What this machine can do, and what is wrong"),
    Binding(
        "comma", "show('settings')", "Settings", id="board.settings", show=False, tooltip="Your name, months, look"
    ),
    Binding(
        "g", "show('glossary')", "Glossary", id="board.glossary", show=False, tooltip="Terms to be spelled as you do"
    ),
    Binding(
        "exclamation_mark",
        "show('distress')",
        "Distress card",
        key_display="!",
        id="board.distress",
        show=False,
        tooltip="What an interview shows in a moment of distress",
    ),
    Binding(
        "v", "show('voice')", "Your voice", id="board.voice", show=False, tooltip="So that transcripts know who asks"
    ),
    Binding("w", "withdraw", "Withdraw", id="board.withdraw", show=False, tooltip="Consent is taken back afterwards"),
    Binding("f", "forms", "Forms", id="board.forms", show=False, tooltip="Keep the signed form, or list those kept"),
    Binding("a", "annul", "Annul", id="board.annul", show=False, tooltip="A session begun or refused by mistake"),
    Binding("r", "mend", "Number", id="board.mend", show=False, tooltip="Mend a number that was typed by mistake"),
    Binding(
        "i",
        "interrupted",
        "Mend",
        id="board.unfinished",
        tooltip="Go on with what was interrupted, or finish its transcript",
    ),
    Binding("q", "app.quit", "Quit", id="board.quit", tooltip="Leave vivavoce"),
]
SCREENS: dict[str, Callable[[], Screen[Any]]] = {
    "search": SearchScreen,
    "doctor": DoctorScreen,
    "settings": SettingsScreen,
    "glossary": GlossaryScreen,
    "distress": DistressWords,
    "voice": OwnVoice,
}
"""What a key shows that belongs to the whole study, by the name in its action."""
