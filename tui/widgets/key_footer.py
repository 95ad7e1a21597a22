"""A footer for a screen with many keys: one line where they fit, two where they do not."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Footer

COLUMNS = 7


class KeyFooter(Footer):
    """A screen that lays it out as a grid of two lines gets two rows of seven keys."""

    def compose(self) -> ComposeResult:
        """Textual's own keys; it counts them all into one row each time."""
        yield from super().compose()
        self.styles.grid_size_columns = COLUMNS
