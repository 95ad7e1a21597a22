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
HIDES, SHOWS = "h hides them", "h shows them"
HIDDEN = "Words are hidden, and still written down."
WORDS_COME = "Words appear here as they are spoken."
WITHOUT_WORDS = {Stage.LOST: "No sound is recorded.", Stage.NOTES: "Nothing is recorded: n types a note."}


class CaptionLine(Static):
    """One line to three that change many times a second; the screen is laid out anew only for another number of them.

    Where there are more, the last ones are shown.
    """

    DEFAULT_CSS = f"CaptionLine {{ height: auto; max-height: {CAPTION_LINES}; padding-left: 2; }}"

    def move(self, confirmed: str, text: str) -> None:
        """Show ``text``; what of it comes after ``confirmed`` may still change and is dimmed."""
        room = max(8, (self.size.width - 4) * CAPTION_LINES - 8)
        confirmed, text = plain(confirmed), plain(text)
        cut = max(0, len(text) - room)
        words = Content.assemble("… " if cut else "", confirmed[cut:], (text[max(cut, len(confirmed)) :], TAIL))
        width, height = self.content_size
        self.update(words, layout=not width or min(CAPTION_LINES, words.get_height({}, width)) != height)


class Captions(Vertical, can_focus=False):
    """``quiet`` hides every word: some participants read along, and it stops them."""

    DEFAULT_CSS = """
    Captions {
        height: 1fr; min-height: 3;
        & > TranscriptView { height: 1fr; overflow-y: hidden; scrollbar-size-vertical: 0; }
    }
    """
    quiet = reactive(False, init=False)

    def __init__(self, participant: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self.border_subtitle = HIDES
        self._participant = participant
        self._caption: CaptionShown | None = None

    def compose(self) -> ComposeResult:
        """Utterances, and the caption."""
        yield TranscriptView(self._participant, follow=True, empty="")
        yield CaptionLine()

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
        """Show what is being said."""
        self._caption = caption
        self._draw_caption()

    def clear(self) -> None:
        """Nobody is speaking."""
        self._caption = None
        self._draw_caption()

    def _draw_caption(self) -> None:
        caption = None if self.quiet else self._caption
        self.query_one(CaptionLine).move(*(("", "") if caption is None else (caption.confirmed, caption.text)))

    def nothing(self, words: str) -> None:
        """Say why there are none."""
        if words != self.view.empty:
            self.view.empty = words
            self.view.refresh()

    def watch_quiet(self, quiet: bool) -> None:
        """Hide the words or bring them back, and say which key does the other."""
        self.border_subtitle = SHOWS if quiet else HIDES
        self.view.hidden = HIDDEN if quiet else ""
        self.view.refresh()
        self._draw_caption()
