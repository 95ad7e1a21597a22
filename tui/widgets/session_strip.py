"""The whole session in two lines: how densely was spoken, questions as ticks, marks as stars."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from store import Dossier, Move
from tui.widgets.level_meter import BARS


def density(dossier: Dossier, cells: int, length_ms: int) -> str:
    """Speech per cell: a blank where nobody speaks, then the higher the more."""
    cell_ms = max(1.0, length_ms / max(1, cells))
    spoken = [0.0] * cells
    for row in dossier.utterances:
        for cell in range(int(row.start_ms / cell_ms), min(cells - 1, int(row.end_ms / cell_ms)) + 1):
            begin, end = max(row.start_ms, cell * cell_ms), min(row.end_ms, (cell + 1) * cell_ms)
            spoken[cell] += max(0.0, end - begin)
    return "".join(
        " " if ms <= 0 else BARS[max(0, min(len(BARS) - 1, round(ms / cell_ms * (len(BARS) - 1))))] for ms in spoken
    )


def signs(dossier: Dossier, cells: int, length_ms: int) -> str:
    """A tick for each question, a star for each mark (hollow: made off the record), ‖ where it went off the record."""
    row = [" "] * cells

    def put(at_ms: int, sign: str) -> None:
        row[max(0, min(cells - 1, at_ms * cells // max(1, length_ms)))] = sign

    for cue in dossier.cues:
        if cue.move is Move.ASK:
            put(cue.at_ms, "╷")
    for pause in dossier.pauses:
        put(pause.at_ms, "‖")
    for one in dossier.interruptions:
        put(one.at_ms, "▲")
    for gap in dossier.gaps:
        put(gap.start_ms, "✕" if gap.reason == "strike" else "▲")
    for mark in dossier.marks:
        put(mark.at_ms, "☆" if mark.off_record else "★")
    return "".join(row)


def length_of(dossier: Dossier) -> int:
    """How long the session was, in ms of recording; at least to its last entry."""
    ends = [row.end_ms for row in dossier.utterances[-1:]]
    cues, marks = [row.at_ms for row in dossier.cues], [row.at_ms for row in dossier.marks]
    return max([1, dossier.session.recording_ms, *ends, *cues, *marks])


class SessionStrip(Widget):
    """Drawn anew at every width."""

    DEFAULT_CSS = "SessionStrip { height: 2; padding: 0 1; color: $primary; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the name every Textual widget gives it
        super().__init__(id=id)
        self._dossier: Dossier | None = None

    def show(self, dossier: Dossier) -> None:
        """Draw this session."""
        self._dossier = dossier
        self.refresh()

    def render(self) -> Content:
        """Two lines."""
        if self._dossier is None or self.size.width < 1:
            return Content("")
        cells, length_ms = self.size.width, length_of(self._dossier)
        return Content.assemble(
            (signs(self._dossier, cells, length_ms), "$warning"), "\n", density(self._dossier, cells, length_ms)
        )
