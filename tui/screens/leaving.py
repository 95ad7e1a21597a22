"""The app is being left, and what was destroyed is erased before: it can be left at once all the same."""

from __future__ import annotations

import time
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.widgets import Static

from tui.erasing import LEFT
from tui.screens import StudyScreen
from tui.widgets.key_footer import KeyFooter

_PATIENCE_S = 3.0
"""How long whoever leaves waits for another program that holds it up."""
_WORDS = "Erasing what was destroyed …\n\nIt is gone already; this writes over unused space inside the study."


class Leaving(StudyScreen[None]):
    """Leaves the app when everything is erased, or at a key; then the next opening does it."""

    about = "What was destroyed is being erased out of unused space. Leave now, and the next opening does it."
    DEFAULT_CSS = """
    Leaving {
        align: center middle;
        #leaving-box { width: 72; max-width: 98%; height: auto; padding: 1 2; }
        Static { height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+c,ctrl+q,escape",
            "leave",
            "Leave now",
            id="leaving.leave",
            priority=True,
            tooltip="Leave; the next opening erases it",
        ),
    ]

    def compose(self) -> ComposeResult:
        """What is being done."""
        with VerticalGroup(id="leaving-box", classes="pane"):
            yield Static(Content(_WORDS))
        yield KeyFooter()

    def on_mount(self) -> None:
        """Wait for it."""
        self.run_worker(self._wait(), exclusive=True, description="erasing what was destroyed")

    async def _wait(self) -> None:
        erasing, until = self.face.erasing, time.monotonic() + _PATIENCE_S
        erasing.hurry()
        while erasing.owed:
            await erasing.moved()
            if erasing.held_up and time.monotonic() > until:
                self.app.exit(0, message=f"{erasing.held_up} {LEFT}")
                return
        self.app.exit(0)

    def action_leave(self) -> None:
        """At once."""
        self.app.exit(0, message=LEFT)
