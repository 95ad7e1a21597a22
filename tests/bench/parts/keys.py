"""Part *keys*: from a key to what it paints, in an interview with sound, captions and all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from functools import partial

from tests.bench.lab import Lab
from tests.bench.results import Figures, Row
from tests.bench.scores.latency import spread
from tests.bench.terminal import Terminal

PART = "keys"
HIDING = "h, which hides the words or shows them"
TYPING = "a letter of a note"
WAYS = (HIDING, TYPING)

_EVERY_S = 0.37  # out of step with the clock on the screen
_LED_IN_S = 10.0
_ANSWERS = (b"Words are hidden", b"h hides")
_NOTE = b"ZQXJVKZQ"  # nothing else on the screen looks like it
_ESCAPE = b"\x1b"


def measure(lab: Lab) -> None:
    """The demo, at its own pace, on a terminal of 120 columns and 40 rows."""
    presses = 10 if lab.options.quick else 200
    for model in lab.options.models:
        for way in WAYS:
            lab.row(Row(PART, "demo", model, way), partial(pressed, model, way, presses))


def pressed(model: str, way: str, presses: int) -> Figures:
    """The time from each of so many keys to its paint."""
    with Terminal("demo", "--speed", "1", "--model", model) as app:
        app.until(b"50008")
        app.wait(2)
        app.press(b"\r")
        app.wait(1)
        for _ in range(4):
            app.press(b"g")
            app.wait(0.5)
        app.press(b"\r")
        app.until(b"REC")
        app.wait(_LED_IN_S)
        keys = _hiding(app) if way == HIDING else _typing(app)
        lags = [next(keys) for _ in range(presses)]
    return {"paint": asdict(spread(lags))}


def _hiding(app: Terminal) -> Iterator[float]:
    while True:
        for answer in _ANSWERS:
            yield _lag(app, b"h", answer)


def _typing(app: Terminal) -> Iterator[float]:
    """A note of a few letters, dropped, and another."""
    while True:
        _lag(app, b"n", b"enter keeps it")
        for at in range(len(_NOTE)):
            yield _lag(app, _NOTE[at : at + 1], _NOTE[: at + 1])
        app.press(_ESCAPE)
        app.wait(_EVERY_S)


def _lag(app: Terminal, key: bytes, answer: bytes) -> float:
    pressed_s = app.press(key)
    lag_s = app.until(answer) - pressed_s
    app.wait(_EVERY_S)
    return lag_s
