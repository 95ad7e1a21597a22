"""The board: participants and waves at a glance, and the way to everything else."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from store import NotFound
from store.localtime import local_day
from tui import machine
from tui.distress import NO_NUMBERS, no_numbers
from tui.lasttime import look_back
from tui.screens import WayBack
from tui.screens.board_keys import KEYS, SCREENS
from tui.screens.board_mending import BoardMending
from tui.screens.interrupted import InterruptedScreen
from tui.screens.participant import NewParticipant
from tui.screens.second_reading import ReadingMoved
from tui.waves import WAITING, WAVE_MONTHS, Cell, Rows, Sort, count, memos_missing, next_wave, table
from tui.widgets.board_detail import detail, forms_kept, other_sittings
from tui.widgets.board_table import LEGEND, BoardTable
from tui.widgets.facts import Facts
from tui.widgets.headline import Headline, place
from tui.widgets.key_footer import KeyFooter

_WIDTHS = [(0, "-narrow"), (106, "-wide")]
_HEIGHTS = [(0, "-low"), (18, "-high")]
_EMPTY = """\
This study has no participants yet.

n   adds one, by number: never a name.
?   says what every key does."""


class Board(BoardMending):
    """Home."""

    about = (
        f"Participants down, waves across. The arrow keys move; what is known of a cell stands beside it.\n\n{LEGEND}"
    )
    DEFAULT_CSS = """
    Board {
        layers: base;
        #board-retention, #board-card { height: auto; padding: 0 1; }
        #board-body { layout: horizontal; height: 1fr; }
        #board-table { width: 1fr; height: 1fr; }
        #board-detail { width: 44; height: 1fr; padding: 0 1; }
        #board-empty { width: 1fr; height: 1fr; padding: 2 4; }
        &.-narrow #board-body { layout: vertical; }
        &.-narrow #board-table { height: 1fr; min-height: 6; }
        &.-narrow #board-detail { width: 1fr; height: 9; }
        &.-low #board-detail { display: none; }
    }
    """
    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = KEYS

    def __init__(self) -> None:
        super().__init__()
        self._told: tuple[str, int] | None = None

    def compose(self) -> ComposeResult:
        """Headline, table and detail, footer."""
        yield Headline()
        yield Static(id="board-retention", classes="doubtful")
        yield Static(NO_NUMBERS, id="board-card", classes="doubtful", markup=False)
        with Container(id="board-body"):
            yield BoardTable(id="board-table")
            yield Static(Content(_EMPTY), id="board-empty")
            with VerticalScroll(id="board-detail", classes="pane", can_focus=False):
                yield Facts(id="board-words")
        yield KeyFooter()

    def on_mount(self) -> None:
        """The cursor on whoever is due first, or where it was told to be."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self._table.redraw())
        self.reload()
        if self._told is None:
            self._point_at_first()
        else:
            self._table.point_at(*self._told)
        self._table.focus()

    def on_screen_resume(self) -> None:
        """Something may have changed meanwhile."""
        self.reload()

    @property
    def _table(self) -> BoardTable:
        return self.query_one("#board-table", BoardTable)

    @property
    def _today(self) -> date:
        return local_day(self.now())

    def look_anew(self) -> bool:
        """What was taken back elsewhere is shown no more."""
        if self.is_current:  # else it is read anew when it is seen again
            self.reload()
        return True

    def reload(self) -> None:
        """Read everything anew from the study."""
        study, today = self.study, self._today
        sessions = study.sessions.list()
        rows = Rows(
            tuple(participant.number for participant in study.participants.list()),
            sessions,
            {memo.session: memo for memo in study.memos.list()},
            {session.id: study.consent.newest(session.id) for session in sessions},
        )
        months = int(study.setting("wave_months") or WAVE_MONTHS)
        cells = table(rows, study.guides.current().waves, today, months)
        self._table.show_cells(cells, today)
        self._table.display = bool(cells)
        self.query_one("#board-detail").display = bool(cells)
        self.query_one("#board-empty").display = not cells
        self._say_how_it_stands()
        due = self.query_one("#board-retention", Static)
        due.update(Content(study.retention.look(self.now()).sentence))
        due.display = bool(study.retention.look(self.now()).sentence)
        self.query_one("#board-card").display = no_numbers(study, study.guides.current())
        self.refresh_bindings()

    def point_at(self, participant: str, wave: int) -> None:
        """Put the cursor there, now or as soon as there is a table."""
        if self.query_one_optional(BoardTable):
            self._table.point_at(participant, wave)
        else:
            self._told = participant, wave

    def way_back(self) -> WayBack | None:
        """The same cell."""
        if not self.query_one_optional(BoardTable) or (cell := self._table.pointed) is None:
            return None
        participant, wave = cell.participant, cell.wave
        return lambda app: app.point_at(participant, wave)

    def on_reading_moved(self, _: ReadingMoved) -> None:
        """A second reading goes on."""
        self._say_how_it_stands()

    def _say_how_it_stands(self) -> None:
        cells = [cell for row in self._table.rows_of_cells for cell in row]
        due, memos = count(cells, WAITING), memos_missing(cells)
        read = self.face.readings.told()
        parts = [read] if read else []
        parts += [f"{due} due"] if due else []
        parts += [f"{memos} memo{'s' if memos > 1 else ''} missing"] if memos else []
        if not read:
            parts.append(f"{machine.look(self.study.folder).free_bytes / 1e9:.1f} GB free")
        left = place(self.study.name, invented=self.study.invented)
        self.query_one(Headline).tell(left, " · ".join(parts))

    def _point_at_first(self) -> None:
        script = self.face.opening.demo
        if script is not None:
            self._table.point_at(script.participant, script.wave)
            return
        rows = self._table.rows_of_cells
        waiting = [cell for row in rows for cell in row if cell.sort in WAITING]
        first = min(waiting, key=lambda cell: (cell.sort is not Sort.OVERDUE, cell.due or date.max), default=None)
        if first is not None:
            self._table.point_at(first.participant, first.wave)

    # --- what the table tells -----------------------------------------------------------------------------------------

    @on(BoardTable.Pointed)
    def _show_detail(self, event: BoardTable.Pointed) -> None:
        cell = self._table.pointed or event.cell  # rows may have been drawn anew since this was told
        try:
            attributes = self.study.participants.get(cell.participant).attributes
        except NotFound:  # another program has renamed or removed them
            self.reload()
            return
        back = None if cell.session is None else look_back(self.study, cell.session)
        earlier = [one.session for one in self._table.pointed_row if one.session is not None and one.wave < cell.wave]
        if back is None and earlier:
            back = look_back(self.study, earlier[-1])
        pane = self.query_one("#board-detail", VerticalScroll)
        pane.border_title = Content(f"{cell.participant} · wave {cell.wave}")
        pane.scroll_home(animate=False)
        forms = sum(len(self.study.attachments.list(one.id)) for one in cell.counted)
        others = other_sittings(cell, {one.id: self.study.consent.newest(one.id) for one in cell.sittings})
        facts = (*detail(cell, back, attributes, self._today), *others, *forms_kept(forms))
        self.query_one("#board-words", Facts).show(facts)
        self.refresh_bindings()

    @on(BoardTable.Chosen)
    def _start(self, event: BoardTable.Chosen) -> None:
        cell = event.cell
        if cell.sort is Sort.INTERRUPTED and cell.session is not None:
            self.app.push_screen(InterruptedScreen((cell.session.id,)))
            return
        held = cell.sort in (Sort.RECORDED, Sort.NOTES, Sort.NOTHING)
        wave = next_wave(self._table.pointed_row) if held else cell.wave
        self.face.show_consent(cell.participant, min(wave, self.study.guides.current().waves))

    # --- keys ---------------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey what can't be done with this cell."""
        if action in ("open", "memo"):
            return True if self.to_read else None
        if action == "withdraw":
            return True if self.to_take_back else None
        if action in ("forms", "annul", "mend"):
            return self.mends(action)
        if action == "interrupted":
            return bool(self.face.is_open and self.face.unfinished())
        return True

    @property
    def pointed(self) -> Cell | None:
        """The cell under the cursor; None as long as there is no table."""
        return self._table.pointed if self.is_mounted and self.query_one_optional(BoardTable) else None

    def action_new(self) -> None:
        """Another participant."""
        self.app.push_screen(NewParticipant(), self._added)

    def _added(self, number: str | None) -> None:
        if number is None:
            return
        self.reload()
        self._table.point_at(number, 1)
        self._table.focus()

    def action_show(self, name: str) -> None:
        """A screen of its own for the whole study."""
        self.app.push_screen(SCREENS[name]())

    def action_interrupted(self) -> None:
        """What was left unfinished."""
        self.app.push_screen(InterruptedScreen(self.face.unfinished()))
