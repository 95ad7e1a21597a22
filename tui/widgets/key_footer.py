"""The footer: the keys of a screen in one line, and where an interview has too many for it, in two."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

COLUMNS = 7


class KeyFooter(Footer):
    """Made anew only when other keys are to be shown than stand there: Textual makes it with every move of the focus.

    A screen that lays it out as a grid of two lines gets two rows of seven keys; fewer keys share one row evenly.
    """

    def __init__(self) -> None:
        super().__init__(show_command_palette=False)
        self._shown: list[tuple[str, str, str, bool, str]] | None = None

    def compose(self) -> ComposeResult:
        """Textual's own keys; it counts them all into one row each time."""
        self._shown = self._to_be_shown() if self._bindings_ready else None
        for key in super().compose():
            if isinstance(key, FooterKey):  # else each is made compact first, then as the footer is: styled twice more
                key.set_reactive(FooterKey.compact, self.compact)
            yield key
        shown = len(self._shown or ())
        self.styles.grid_size_columns = COLUMNS if shown > COLUMNS else max(1, shown)

    def bindings_changed(self, screen: Screen[object]) -> None:
        """Some binding of the screen has changed, or has another state: perhaps none that is shown."""
        if not (self.is_attached and screen is self.screen and self._to_be_shown() == self._shown):
            super().bindings_changed(screen)

    def _to_be_shown(self) -> list[tuple[str, str, str, bool, str]]:
        """Key, words, action, whether it is possible, and tooltip of each binding that is shown."""
        return [
            (binding.key, binding.description, binding.action, enabled, tooltip)
            for _, binding, enabled, tooltip in self.screen.active_bindings.values()
            if binding.show
        ]
