"""What it costs to press a key in the app while it has a large study open, in a terminal of its own.

Times are from a key to what it paints. Beside them stands the longest callback of the event loop meanwhile, by the
clock and by what its own thread had of the processor: nothing else is answered as long as it lasts.
"""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from tests.bench.large.build import Build
from tests.bench.large.study import SEED, Words
from tests.bench.terminal import Terminal

Found: TypeAlias = dict[str, list[float]]
"""What was measured, by a name that ends with its unit."""

_LETTERS = 6
_EACH_KEY_S = 1.5
_UNTIL_SEEN_S = 2.0
"""How long a board may take to show what another program has written, before a key is pressed."""
_BOARD = b"60000"
_PATIENCE_S = 120.0
_CTRL_L, _ESCAPE, _F1 = b"\x0c", b"\x1b", b"\x1bOP"
_HIDDEN = (b"Locking", b"It is locked")
_MOST_KEYS = 20


@dataclass(frozen=True)
class Watched:
    """An app in a terminal, and the file in which its callbacks are written down."""

    terminal: Terminal
    file: Path

    def press(self, keys: bytes, *texts: bytes) -> float:
        """Milliseconds from these keys until one of the texts was painted."""
        pressed_s = self.terminal.press(keys)
        return (self.terminal.until(*texts, patience_s=_PATIENCE_S) - pressed_s) * 1_000

    def longest(self, since_s: float) -> tuple[float, float]:
        """The longest callback since then: by the clock, and the most that one had of the processor (ms)."""
        lines = [tuple(map(float, line.split())) for line in self.file.read_text("utf-8").splitlines()]
        since = [(lasted, used) for began, lasted, used in lines if began >= since_s]
        return max((lasted for lasted, _ in since), default=0.0), max((used for _, used in since), default=0.0)


@contextmanager
def opened(build: Build, study: Path) -> Iterator[Watched]:
    """The app on a study, its board painted."""
    with tempfile.TemporaryDirectory(prefix="vivavoce-large-") as folder:
        file = Path(folder) / "callbacks"
        file.touch()
        program = build.program("tests.bench.large.probe", str(file))
        more = {**build.environment, "VIVAVOCE_STUDY": str(study)}
        with Terminal(program=program, more=more) as terminal:
            terminal.until(_BOARD, patience_s=_PATIENCE_S)
            terminal.wait(1.0)
            yield Watched(terminal, file)


def searching(build: Build) -> Found:
    """A word is typed letter by letter, each when the one before has found something."""
    found: Found = defaultdict(list)
    word = Words(SEED).frequent(_LETTERS).encode()
    with opened(build, build.study) as app:
        app.press(b"/", b"All the words must stand")
        for end in range(1, len(word) + 1):
            pressed_s = time.monotonic()
            found["a key in search, until it is painted, ms"].append(app.press(word[end - 1 : end], word[:end]))
            app.terminal.wait(max(0.0, pressed_s + _EACH_KEY_S - time.monotonic()))
            by_clock, by_processor = app.longest(pressed_s)
            found["a key in search, longest callback by the clock, ms"].append(by_clock)
            found["a key in search, longest callback by the processor, ms"].append(by_processor)
    return found


def looking_over(build: Build) -> Found:
    """Keys while doctor looks: help is opened and closed until doctor is done."""
    found: Found = defaultdict(list)
    with opened(build, build.study) as app:
        pressed_s = time.monotonic()
        app.press(b"d", b"Looking at every")
        for _ in range(_MOST_KEYS):
            found["a key while doctor looks, until it is painted, ms"].append(app.press(_F1, b"Escape closes"))
            app.terminal.press(_ESCAPE)
            app.terminal.wait(0.5)
            if app.terminal.shows(b"MB on disk"):
                break
        by_clock, by_processor = app.longest(pressed_s)
        found["doctor, longest callback by the clock, ms"].append(by_clock)
        found["doctor, longest callback by the processor, ms"].append(by_processor)
    return found


def locking(build: Build) -> Found:
    """ctrl+l over what was found, and where something that was destroyed is still to be erased."""
    found: Found = defaultdict(list)
    word = Words(SEED).frequent(_LETTERS).encode()
    with build.copy() as study:
        with opened(build, study) as app:
            app.press(b"/", b"All the words must stand")
            app.press(word, b"places")
            found["ctrl+l over what was found, hidden, ms"].append(app.press(_CTRL_L, *_HIDDEN))
        with opened(build, study) as app:
            build.leave_unerased(study)
            app.terminal.wait(_UNTIL_SEEN_S)
            found["ctrl+l, something to be erased, hidden, ms"].append(app.press(_CTRL_L, *_HIDDEN))
    return found
