"""Search as you type over transcripts, memos and jottings; Enter opens the place."""

from __future__ import annotations

import gc
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from store import Hit
from store.errors import StoreError
from tui.screens import StudyScreen
from tui.times import clock_time
from tui.widgets.headline import Headline, place
from tui.widgets.key_footer import KeyFooter

_LIMIT = 100
_SHAPES = {"utterance": "T", "memo": "✎", "jotting": "·"}
LOOKING = "Looking …"
_HINT = "All the words must stand in one place; the last may be a beginning."


class SearchScreen(StudyScreen[None]):
    """A line to type in, and what was found below."""

    about = "T is a transcript, ✎ a memo, · a jotting. The arrow keys choose while you type; Enter opens the place."
    DEFAULT_CSS = """
    SearchScreen {
        #search-words { height: 3; margin: 0 1; }
        #search-said { height: 1; margin: 0 2; }
        #search-hits { height: 1fr; margin: 0 1; border: none; padding: 0 1; background: $background; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="search.open", tooltip="Open the place", priority=True),
        Binding("up", "move(-1)", "Up", id="search.up", show=False, tooltip="The hit above", priority=True),
        Binding("down", "move(1)", "Down", id="search.down", show=False, tooltip="The hit below", priority=True),
        Binding("escape", "dismiss", "Back", id="search.back", tooltip="Back to where you were"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._hits: tuple[Hit, ...] = ()
        self._looked_for: str | None = None
        self._found_for = ""
        self._to_open = False

    def compose(self) -> ComposeResult:
        """Line, count, hits."""
        yield Headline(place(self.study.name, "search", invented=self.study.invented))
        yield Input(placeholder="words", id="search-words")
        yield Static(Content(_HINT), id="search-said", classes="muted")
        yield OptionList(id="search-hits", markup=False)
        yield KeyFooter()

    def on_mount(self) -> None:
        """Ready to type."""
        self.query_one(Input).focus()
        self._list.can_focus = False
        self.call_after_refresh(gc.freeze)  # what is loaded stays; to go through it all for garbage holds a key up

    def on_unmount(self) -> None:
        """What became garbage since the first drawing goes as well."""
        gc.unfreeze()

    @property
    def _list(self) -> OptionList:
        return self.query_one("#search-hits", OptionList)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        """Every key looks anew; the newest counts."""
        self._look(event.value)

    def _look(self, words: str) -> None:
        """Beside the loop: in a big study it takes a second, and typing goes on meanwhile."""
        self._looked_for = words
        if words.strip():
            self._say(LOOKING)
        self._find(words)

    @work(group="search", exclusive=True)
    async def _find(self, words: str) -> None:
        try:
            found = await self.face.beside.read(lambda study: study.search(words, _LIMIT))
        except StoreError as trouble:
            self._show((), words)
            self._say(str(trouble))
        else:
            self._show(found, words)
        to_open, self._looked_for, self._to_open = self._to_open, None, False
        if to_open:
            self._open()

    def _show(self, found: tuple[Hit, ...], words: str) -> None:
        self._hits, self._found_for = found, words
        self._list.clear_options()
        self._list.add_options([Option(_line(hit, words)) for hit in found])
        if found:
            self._list.highlighted = 0
        self._say(_count(words, len(found)))
        self.refresh_bindings()

    def look_anew(self) -> bool:
        """What was found may be gone: nothing is shown of it until it was looked for again."""
        if self.is_mounted and self._hits:
            words = self.query_one(Input).value
            self._show((), words)
            self._look(words)
        return True

    def _say(self, sentence: str) -> None:
        self.query_one("#search-said", Static).update(Content(sentence))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing to open, nothing to press."""
        return True if action != "open" or self._hits or self._looked_for is not None else None

    def action_move(self, by: int) -> None:
        """Up or down in what was found, and round."""
        if self._hits:
            self._list.highlighted = ((self._list.highlighted or 0) + by) % len(self._hits)

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self._open()

    def action_open(self) -> None:
        """The place that is chosen, or what the words will find that were typed before this key."""
        self.query_one(Input).call_later(self._open)

    def _open(self) -> None:
        """The transcript or the memo that holds it; a jotting is read beside its transcript."""
        if self._looked_for is not None or self.query_one(Input).value != self._found_for:
            self._to_open = True
            return
        if self._list.highlighted is None:
            return
        hit = self._hits[self._list.highlighted]
        if hit.kind == "memo":
            self.face.show_memo(hit.session)
        else:
            self.face.show_transcript(hit.session, hit.at_ms)


def _count(typed: str, found: int) -> str:
    if not typed.strip():
        return _HINT
    if found == 0:
        return "Nothing holds these words."
    return f"The first {_LIMIT} places" if found == _LIMIT else f"{found} place{'s' if found > 1 else ''}"


def _line(hit: Hit, typed: str) -> Content:
    """Where it is, then the words around it with the ones that were typed underlined."""
    time = "" if hit.at_ms is None else f"  {clock_time(hit.at_ms)}"
    head = Content.assemble(
        (f"{_SHAPES.get(hit.kind, '?')} {hit.participant} · wave {hit.wave}{time}", "bold $primary")
    )
    excerpt = Content(" ".join(hit.excerpt.split()))
    for word in typed.split():
        excerpt = excerpt.highlight_regex(_whole(word), style="underline bold")
    return Content.assemble(head, f"  {hit.kind}\n  ", excerpt)


def _whole(word: str) -> str:
    import re

    return f"(?i){re.escape(word.strip(chr(34)))}"
