"""The filled bar at the top left: the recording state in words, always."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from tui.session import Conductor, Stage
from tui.times import clock_time, short_time


@dataclass(frozen=True)
class Standing:
    """What the bar has to say.

    ``silent_ms`` is how long the microphone has given nothing, ``off_ms`` how long it has been off the record; None
    where it is not so.
    """

    stage: Stage
    at_ms: int
    timed: bool
    silent_ms: int | None = None
    off_ms: int | None = None

    @classmethod
    def of(cls, conductor: Conductor, silent_ms: int | None = None) -> Standing:
        """How a session stands now."""
        return cls(conductor.stage, conductor.at_ms, conductor.timed, silent_ms, conductor.off_ms)


def standing_words(standing: Standing) -> tuple[str, str]:
    """The words of the bar, and the class that colours it."""
    clock = clock_time(standing.at_ms)
    if standing.stage is Stage.RECORDING and standing.silent_ms is not None:
        return f"▲ NO SIGNAL {standing.silent_ms // 1000} s", "-alarm"
    match standing.stage:
        case Stage.WAITING:
            return "opening the microphone…", "-waiting"
        case Stage.RECORDING if not standing.timed:
            return "opening the microphone…", "-waiting"
        case Stage.RECORDING:
            return f"● REC {clock}", "-recording"
        case Stage.PAUSED:
            since = "" if standing.off_ms is None else f" {short_time(standing.off_ms)}"
            return f"‖ OFF RECORD{since}", "-paused"
        case Stage.NOTES:
            return f"◌ NOTES ONLY {clock}", "-notes"
        case Stage.LOST:
            return "▲ NOT RECORDING", "-alarm"
        case Stage.STOPPED:
            return "■ STOPPED", "-stopped"


class RecordingBar(Static):
    """States by word, shape and colour."""

    DEFAULT_CSS = """
    RecordingBar {
        width: auto; height: 1; padding: 0 1; text-style: bold;
        background: $secondary; color: $background;
        &.-recording { background: $recording; color: $recording-text; }
        &.-paused { background: $warning; color: $background; }
        &.-notes { background: $primary; color: $background; }
        &.-alarm { background: $error; color: $background; }
        &.-stopped { background: $foreground; color: $background; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the name every Textual widget gives it
        super().__init__("", id=id)
        self.words = ""
        self._look = ""

    def stand(self, standing: Standing) -> None:
        """Say how things stand."""
        words, look = standing_words(standing)
        if look != self._look:
            self.remove_class(self._look or "-waiting")
            self.add_class(look)
            self._look = look
        if words != self.words:
            as_wide = cell_len(words) == cell_len(self.words)
            self.words = words
            self.update(Content(words), layout=not as_wide)
