"""What hides everything in the moment in which the app locks, until the study is closed."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from tui.screens import StudyScreen
from tui.widgets.headline import Headline


class Curtain(StudyScreen[None]):
    """Shows that it locks, and nothing of the study."""

    DEFAULT_CSS = """
    Curtain {
        align: center middle;
        #curtain-words { width: auto; height: auto; }
    }
    """

    def compose(self) -> ComposeResult:
        """One word."""
        yield Headline(Content.styled("vivavoce", "bold $primary"))
        yield Static(Content("Locking …"), id="curtain-words")
