"""The table of participants and waves: each cell a shape, a word and a colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.coordinate import Coordinate
from textual.message import Message
from textual.widgets import DataTable

from store.localtime import short_day
from tui.lasttime import DASH
from tui.times import minutes
from tui.waves import Cell, Sort

# shape and theme colour of each sort
LOOKS: dict[Sort, tuple[str, str]] = {
    Sort.RECORDED: ("●", "success"),
    Sort.NOTES: ("◌", "primary"),
    Sort.INTERRUPTED: ("‖", "error"),
    Sort.DECLINED: ("✕", "secondary"),
    Sort.WITHDRAWN: ("✕", "secondary"),
    Sort.DESTROYED: ("✕", "secondary"),
    Sort.OVERDUE: ("▲", "error"),
    Sort.DUE: ("○", "warning"),
    Sort.LATER: ("·", "secondary"),
    Sort.NOTHING: ("", "secondary"),
}
LEGEND = (
    "● recorded   ◌ notes only   ○ due   ▲ overdue   · later\n‖ interrupted   ✕ withdrawn or declined\n"
    f"✎ memo   {DASH} memo missing   T transcript is whole   +1 one more sitting"
)
_WAVE_WIDTH = 17
_HEAD_WIDTH = 11


def words(cell: Cell, today: date) -> str:
    """What a cell says after its shape."""
    session = cell.session
    match cell.sort:
        case Sort.RECORDED if session is not None:
            return minutes(session.captured_ms)
        case Sort.NOTES if session is not None:
            return f"notes {minutes(session.recording_ms)}"
        case Sort.OVERDUE if cell.due is not None:
            return f"overdue {(today - cell.due).days} d"
        case Sort.DUE:
            return _due(cell.due, today)
        case Sort.LATER if cell.due is not None:
            return short_day(cell.due, today)
        case _:
            return str(cell.sort)


def _due(due: date | None, today: date) -> str:
    if due is None:
        return "due"
    return "due today" if due == today else f"due {short_day(due, today)}"


def drawn(cell: Cell, today: date, colours: dict[str, str]) -> Text:
    """A cell as it stands in the table."""
    shape, colour = LOOKS[cell.sort]
    text = Text(no_wrap=True, overflow="ellipsis")
    text.append(f"{shape} {words(cell, today)}".strip(), style=colours[colour])
    if cell.sort in (Sort.RECORDED, Sort.NOTES):
        text.append("  ✎" if cell.memo else f"  {DASH}", style="" if cell.memo else colours["warning"])
        text.append(" T" if cell.transcript else "")
    if more := len(cell.counted) - 1 if cell.session is not None else 0:
        text.append(f" +{more}", style=colours["secondary"])
    return text


class BoardTable(DataTable[Text]):
    """Participants down, waves across. Tells which cell the cursor is on, and when one is chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select_cursor", "Start", id="board.start", tooltip="Start a session with this participant"),
    ]

    @dataclass
    class Pointed(Message):
        """The cursor stands here."""

        cell: Cell

    @dataclass
    class Chosen(Message):
        """Enter, or a second click."""

        cell: Cell

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(cursor_type="cell", fixed_columns=1, zebra_stripes=False, id=id)
        self._cells: tuple[tuple[Cell, ...], ...] = ()
        self._today = date.min

    def show_cells(self, cells: Sequence[Sequence[Cell]], today: date) -> None:
        """Draw these; the cursor stays with its participant and wave."""
        here = self.pointed
        self._cells, self._today = tuple(tuple(row) for row in cells), today
        self._draw()
        if here is not None:
            self.point_at(here.participant, here.wave)

    def redraw(self) -> None:
        """The same cells in the colours of another theme."""
        self.show_cells(self._cells, self._today)

    @property
    def pointed(self) -> Cell | None:
        """The cell under the cursor; on a number, the first wave that waits for this participant, else the last."""
        row, column = self.cursor_coordinate
        if row >= len(self._cells):
            return None
        return self._cells[row][max(0, column - 1)]

    @property
    def rows_of_cells(self) -> tuple[tuple[Cell, ...], ...]:
        """What is drawn."""
        return self._cells

    @property
    def pointed_row(self) -> tuple[Cell, ...]:
        """The participant under the cursor, wave by wave."""
        row = self.cursor_coordinate.row
        return self._cells[row] if row < len(self._cells) else ()

    def point_at(self, participant: str, wave: int) -> None:
        """Put the cursor there, if it is there."""
        for index, row in enumerate(self._cells):
            if row and row[0].participant == participant:
                self.cursor_coordinate = Coordinate(index, max(1, sum(cell.wave <= wave for cell in row)))
        if self.pointed is not None:
            self.post_message(self.Pointed(self.pointed))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing starts in an empty study."""
        return None if action == "select_cursor" and not self._cells else True

    def _draw(self) -> None:
        colours = self.app.theme_variables
        self.clear(columns=True)
        self.add_column(Text("participant"), width=_HEAD_WIDTH)
        for cell in self._cells[0] if self._cells else ():
            self.add_column(Text(f"wave {cell.wave}"), width=_WAVE_WIDTH)
        for row in self._cells:
            self.add_row(Text(row[0].participant), *(drawn(cell, self._today, colours) for cell in row))

    def on_data_table_cell_highlighted(self, event: DataTable.CellHighlighted) -> None:
        """Tell the board."""
        event.stop()
        if self.pointed is not None:
            self.post_message(self.Pointed(self.pointed))

    def on_data_table_cell_selected(self, event: DataTable.CellSelected) -> None:
        """Tell the board."""
        event.stop()
        if self.pointed is not None:
            self.post_message(self.Chosen(self.pointed))
