"""The transcript drawn line by line: as quick at ten thousand passages as at ten."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.times import clock_time
from tui.widgets.marking import Mark, marked, sought_in, words_in
from tui.widgets.passages import Passage, What
from tui.widgets.wrapping import plain, shortened, wrapped

TIME_CELLS = 9
SPEAKER_CELLS = 13
# Below this width a letter stands for the speaker.
ROOMY = 56
SIGNS = {
    What.PAUSE: "‖ ",
    What.HEADING: "§ ",
    What.GAP: "▲ ",
    What.STRUCK: "✕ ",
    What.SILENCE: "",
    What.UTTERANCE: "",
    What.MARK: "★ ",
    What.JOTTING: "✎ ",
}
LOOKS = {
    What.PAUSE: "transcript--aside",
    What.HEADING: "transcript--heading",
    What.GAP: "transcript--aside",
    What.STRUCK: "transcript--aside",
    What.SILENCE: "transcript--aside",
    What.UTTERANCE: "transcript--words",
    What.MARK: "transcript--mark",
    What.JOTTING: "transcript--jotting",
}


class TranscriptView(ScrollView, can_focus=True):
    """Passages with their times; one of them is selected. ``follow`` keeps the newest in sight.

    ``hidden`` is one sentence that stands in place of them all, ``empty`` one where there are none.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "transcript--time",
        "transcript--speaker",
        "transcript--words",
        "transcript--doubtful",
        "transcript--heading",
        "transcript--mark",
        "transcript--jotting",
        "transcript--aside",
        "transcript--selected",
        "transcript--found",
    }
    DEFAULT_CSS = """
    TranscriptView {
        overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1;
        .transcript--time { color: $secondary; }
        .transcript--speaker { color: $secondary; }
        .transcript--doubtful { text-style: underline; }
        .transcript--heading { color: $primary; text-style: bold; }
        .transcript--mark { color: $warning; text-style: bold; }
        .transcript--jotting { color: $accent; }
        .transcript--aside { color: $secondary; text-style: italic; }
        .transcript--selected { background: $block-cursor-blurred-background; }
        .transcript--found { background: $warning; color: $background; }
        &:focus .transcript--selected { background: $block-cursor-blurred-background; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", "Up", show=False),
        Binding("down", "step(1)", "Down", show=False),
        Binding("pageup", "leap(-1)", "Page up", show=False),
        Binding("pagedown", "leap(1)", "Page down", show=False),
        Binding("home", "edge(-1)", "Top", show=False),
        Binding("end", "edge(1)", "End", show=False),
    ]

    class Selected(Message):
        """Another passage is selected."""

    def __init__(
        self,
        participant: str = "",
        *,
        follow: bool = False,
        speakers: bool = True,
        empty: str = "",
        id: str | None = None,  # noqa: A002 - the name every Textual widget gives it
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.participant, self.follow, self.empty, self.hidden = participant, follow, empty, ""
        self._speakers = speakers
        self._passages: tuple[Passage, ...] = ()
        self._lines: list[tuple[str, ...]] = []
        self._tops: list[int] = []
        self._wrapped: dict[Passage, tuple[str, ...]] = {}
        self._width, self._named = 0, False
        self._index: int | None = None
        self._sought = ""

    # --- for the screens ----------------------------------------------------------------------------------------------

    @property
    def passages(self) -> tuple[Passage, ...]:
        """What is shown."""
        return self._passages

    @property
    def selected(self) -> Passage | None:
        """The selected passage."""
        return self._passages[self._index] if self._index is not None else None

    def show(self, passages: Sequence[Passage]) -> None:
        """Show these; the selection stays where it was."""
        held = self.selected
        at_end = self.follow or (self.scroll_offset.y >= self.max_scroll_y and self.max_scroll_y > 0)
        self._passages = tuple(passages)
        self._index = None if held is None else self._place_of(held)
        self._lay_out()
        if self.follow and at_end:
            self.scroll_end(animate=False, immediate=True, force=True)

    def select(self, index: int | None) -> None:
        """Select a passage and bring it into sight."""
        if index is None or not 0 <= index < len(self._passages):
            return
        self._index = index
        top = self._tops[index] if index < len(self._tops) else 0
        height = len(self._lines[index]) if index < len(self._lines) else 1
        self.scroll_to_region(Region(0, top, 1, height), animate=False, immediate=True)
        self.refresh()
        self.post_message(self.Selected())

    def seek(self, sought: str, step: int = 1) -> bool:
        """Select the next passage (or with -1 the one before) that holds these words; False when none does."""
        self._sought = plain(sought).casefold()
        self.refresh()
        count = len(self._passages)
        if not self._sought or not count:
            return False
        here = self._index if self._index is not None else (-1 if step > 0 else count)
        for distance in range(1, count + 1):
            index = (here + step * distance) % count
            if self._sought in plain(self._passages[index].text).casefold():
                self.select(index)
                return True
        return False

    # --- keys and mouse -----------------------------------------------------------------------------------------------

    def action_step(self, step: int) -> None:
        """To the next utterance, or the one before; where nobody spoke, to the next entry."""
        if not self._passages:
            return
        stops = [i for i, row in enumerate(self._passages) if row.what is What.UTTERANCE] or list(
            range(len(self._passages))
        )
        if self._index is None:
            self.select(stops[self._first_in_sight(stops)])
            return
        beyond = [i for i in stops if (i > self._index if step > 0 else i < self._index)]
        if beyond:
            self.select(beyond[0] if step > 0 else beyond[-1])
        else:
            self.scroll_to(y=0 if step < 0 else self.max_scroll_y, animate=False)

    def action_leap(self, step: int) -> None:
        """A page on, or back."""
        if not self._passages:
            return
        here = self._tops[self._index] if self._index is not None else self.scroll_offset.y
        there = here + step * max(1, self.size.height - 1)
        self.select(max(0, min(len(self._passages) - 1, bisect_right(self._tops, there) - 1)))

    def action_edge(self, step: int) -> None:
        """To the top, or to the end."""
        self.select(0 if step < 0 else len(self._passages) - 1)
        self.scroll_to(y=0 if step < 0 else self.max_scroll_y, animate=False)

    def on_click(self, event: events.Click) -> None:
        """Select what was clicked."""
        line = event.get_content_offset(self)
        if line is not None and self._passages:
            y = line.y + self.scroll_offset.y
            if y < self.virtual_size.height:
                self.select(bisect_right(self._tops, y) - 1)

    def on_resize(self) -> None:
        """Another width, other lines."""
        if self.scrollable_content_region.width != self._width:
            self._lay_out()
            if self.follow:
                self.scroll_end(animate=False, immediate=True, force=True)
            elif self._index is not None:
                self.select(self._index)

    # --- laying out ---------------------------------------------------------------------------------------------------

    def _place_of(self, held: Passage) -> int | None:
        """Where the passage stands now: the same utterance, else the same entry."""
        same = (
            index
            for index, row in enumerate(self._passages)
            if (row.id == held.id and row.what is held.what if held.id else row == held)
        )
        return next(same, None)

    def _first_in_sight(self, stops: Sequence[int]) -> int:
        top = self.scroll_offset.y
        return next((place for place, i in enumerate(stops) if self._tops[i] >= top), len(stops) - 1)

    def _lay_out(self) -> None:
        width, named = self.scrollable_content_region.width, any(row.speaker for row in self._passages)
        if (width, named) != (self._width, self._named):
            self._width, self._named, self._wrapped = width, named, {}
        kept = self._wrapped
        self._wrapped = {row: kept.get(row) or self._wrap(row) for row in self._passages}
        self._lines = [self._wrapped[row] for row in self._passages]
        self._tops = [0, *accumulate(len(lines) for lines in self._lines)]
        height = self._tops.pop()
        self.virtual_size = Size(width, height)
        self.refresh()

    def _wrap(self, passage: Passage) -> tuple[str, ...]:
        room = self._width - self._indent
        lines = wrapped(SIGNS[passage.what] + passage.text, room)
        return ("", *lines) if passage.what is What.HEADING and self._speakers else lines

    @property
    def _indent(self) -> int:
        return TIME_CELLS + (self._speaker_cells if self._speakers else 0)

    @property
    def _speaker_cells(self) -> int:
        return SPEAKER_CELLS if self._named and self._width >= ROOMY else 2

    # --- drawing ------------------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        line = y + self.scroll_offset.y
        base = self.rich_style
        if self.hidden or not self._passages:
            words = shortened(self.hidden or self.empty, self._width) if y == 0 else ""
            style = base + self.get_component_rich_style("transcript--aside", partial=True)
            return Strip([Segment(words, style)]).adjust_cell_length(self._width, base)
        if line >= self.virtual_size.height:
            return Strip.blank(self._width, base)
        index = bisect_right(self._tops, line) - 1
        if index == self._index:
            base += self.get_component_rich_style("transcript--selected", partial=True)
        return Strip(self._segments(index, line - self._tops[index], base)).adjust_cell_length(self._width, base)

    def _segments(self, index: int, line: int, base: Style) -> list[Segment]:
        passage, lines = self._passages[index], self._lines[index]
        first = 1 if lines[0] == "" and len(lines) > 1 else 0
        head = [Segment(" " * self._indent, base)]
        if line == first:
            time_style = base + self.get_component_rich_style("transcript--time", partial=True)
            head = [Segment(clock_time(passage.at_ms).ljust(TIME_CELLS), time_style)]
            if self._speakers:
                speaker_style = base + self.get_component_rich_style("transcript--speaker", partial=True)
                head.append(Segment(self._speaker(passage).ljust(self._speaker_cells), speaker_style))
        words_style = base + self.get_component_rich_style(LOOKS[passage.what], partial=True)
        return [*head, *marked(lines[line], words_style, list(self._marks(passage, lines, line)))]

    def _speaker(self, passage: Passage) -> str:
        if passage.what is not What.UTTERANCE:
            return ""
        name = self.participant if passage.speaker == "participant" else passage.speaker or "·"
        room = self._speaker_cells - 1
        if room > 1:
            return shortened(name, room)
        letter = (passage.speaker or "·").removeprefix("voice ")[0]
        return letter.upper()

    def _marks(self, passage: Passage, lines: Sequence[str], line: int) -> Iterator[Mark]:
        """What stands out in a line: what was sought for, and what is doubtful."""
        text, look = lines[line], self.get_component_rich_style
        yield from sought_in(text, self._sought, look("transcript--found", partial=True))
        if passage.doubtful:
            first = sum(len(above.split()) for above in lines[:line])
            yield from words_in(text, first, passage.doubtful, look("transcript--doubtful", partial=True))
