"""The line at the top of a screen: where we are at the left, how things stand at the right."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

INVENTED = "invented words"


class Headline(Horizontal):
    """One line; the right end gives way last, the left is cut."""

    DEFAULT_CSS = """
    Headline {
        dock: top; height: 1; width: 1fr; padding: 0 1;
        #headline-left { width: 1fr; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
        #headline-right { width: auto; height: 1; max-width: 75%; padding-left: 2; text-wrap: nowrap; }
    }
    """

    def __init__(self, left: Content | str = "", right: Content | str = "") -> None:
        super().__init__()
        self._left, self._right = Content(left) if isinstance(left, str) else left, right

    def compose(self) -> ComposeResult:
        """Two ends."""
        yield Static(self._left, id="headline-left")
        yield Static(self._right, id="headline-right", markup=False)

    def tell(self, left: Content | str, right: Content | str) -> None:
        """Say this from now on."""
        self.query_one("#headline-left", Static).update(Content(left) if isinstance(left, str) else left)
        self.query_one("#headline-right", Static).update(Content(right) if isinstance(right, str) else right)


def place(study_name: str, *more: str, invented: bool = False) -> Content:
    """``vivavoce · the study · more``, with two filled words where every word is invented."""
    parts: list[Content | str | tuple[str, str]] = [("vivavoce", "bold $primary")]
    if invented:
        parts += ["  ", (f" {INVENTED} ", "$background on $warning"), " "]
    parts += [f" · {word}" for word in (study_name, *more)]
    return Content.assemble(*parts)
