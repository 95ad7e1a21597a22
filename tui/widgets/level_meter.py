"""How loud it is: a row of bars that moves on with every report of the recorder."""

from __future__ import annotations

from collections import deque

from textual.content import Content
from textual.widgets import Static

BARS = "▁▂▃▄▅▆▇█"
# Speech at a table lies between -50 and -10 dBFS; below the floor the lowest bar is drawn.
FLOOR_DB, CEILING_DB = -55.0, -8.0
CLIPPING_DB = -0.5
LENGTH = 8


def bar(rms_db: float) -> str:
    """One bar for a level in dBFS."""
    share = (rms_db - FLOOR_DB) / (CEILING_DB - FLOOR_DB)
    return BARS[max(0, min(len(BARS) - 1, int(share * len(BARS))))]


class LevelMeter(Static):
    """The last few levels, newest at the right; an exclamation mark where the sound clips."""

    DEFAULT_CSS = "LevelMeter { width: 9; height: 1; color: $success; &.-still { color: $foreground 40%; } }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the name every Textual widget gives it
        super().__init__("", id=id)
        self._levels: deque[str] = deque(BARS[0] * LENGTH, maxlen=LENGTH)
        self.still()

    def move(self, rms_db: float, peak_db: float) -> None:
        """Take one report."""
        self._levels.append(bar(rms_db))
        self.remove_class("-still")
        self._draw("!" if peak_db > CLIPPING_DB else " ")

    def still(self) -> None:
        """Nothing is heard: off the record, notes only, or not begun."""
        self._levels.extend(BARS[0] * LENGTH)
        self.add_class("-still")
        self._draw(" ")

    def _draw(self, clipping: str) -> None:
        """Ten times a second, always as wide: the screen need not be laid out anew."""
        self.update(Content("".join(self._levels) + clipping), layout=False)
