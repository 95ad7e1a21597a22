"""What is being said: the last utterances, and under them one line that moves while somebody speaks."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.events import CaptionShown
from tui.session import Stage
from tui.widgets.passages import Passage
from tui.widgets.transcript_view import TranscriptView
from tui.widgets.wrapping import plain

CAPTION_LINES = 3
TAIL = "$secondary italic"
WORDS_COME = "Words appear here as they are spoken."
WITHOUT_WORDS = {Stage.LOST: "No sound is recorded.", Stage.NOTES: "Nothing is recorded: n types a note."}


class Captions(Vertical, can_focus=False):
    """``quiet`` hides every word: some participants read along, and it stops them."""

    DEFAULT_CSS = """
    Captions {
        height: 1fr; min-height: 3;
        & > TranscriptView { height: 1fr; overflow-y: hidden; scrollbar-size-vertical: 0; }
        & > #caption { height: auto; max-height: 3; padding-left: 2; }
        & > #caption-quiet { display: none; color: $text-muted; padding: 0 1; }
        &.-quiet > TranscriptView, &.-quiet > #caption { display: none; }
        &.-quiet > #caption-quiet { display: block; }
    }
    """
    quiet = reactive(False, toggle_class="-quiet")

    def __init__(self, participant: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._participant = participant
        self._caption: CaptionShown | None = None

    def compose(self) -> ComposeResult:
        """Utterances, the caption, and what is said in quiet mode."""
        yield TranscriptView(self._participant, follow=True, empty="")
        yield Static("", id="caption")
        yield Static(Content("Words are hidden; they are still written down."), id="caption-quiet")

    @property
    def view(self) -> TranscriptView:
        """The last utterances."""
        return self.query_one(TranscriptView)

    @property
    def caption(self) -> str:
        """What the moving line says."""
        return "" if self._caption is None else self._caption.text

    def show(self, utterances: Sequence[Passage]) -> None:
        """Show these; a caption of something that is an utterance by now goes."""
        self.view.show(utterances)
        if self._caption is not None and utterances and utterances[-1].at_ms >= self._caption.start_ms:
            self.clear()

    def move(self, caption: CaptionShown) -> None:
        """Show what is being said, what may still change of it dimmed; of a long one, its end."""
        self._caption = caption
        room = max(8, (self.size.width - 6) * CAPTION_LINES - 8)
        confirmed, text = plain(caption.confirmed), plain(caption.text)
        cut = max(0, len(text) - room)
        words = Content.assemble("… " if cut else "", confirmed[cut:], (text[max(cut, len(confirmed)) :], TAIL))
        self.query_one("#caption", Static).update(words)

    def clear(self) -> None:
        """Nobody is speaking."""
        self._caption = None
        self.query_one("#caption", Static).update("")

    def nothing(self, words: str) -> None:
        """Say why there are none."""
        if words != self.view.empty:
            self.view.empty = words
            self.view.refresh()

    def watch_quiet(self, quiet: bool) -> None:
        """Say which key brings the words back."""
        self.border_subtitle = "h shows them" if quiet else "h hides them"
