"""Part *keys*: from a key to what it paints, in an interview with sound, captions and all."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial

from tests.bench.lab import Lab
from tests.bench.results import Figures, Row
from tests.bench.scores.latency import spread
from tests.bench.terminal import Terminal

PART = "keys"
WAY = "the app, 120x40"

_EVERY_S = 0.37  # out of step with the clock on the screen
_LED_IN_S = 10.0
_ANSWERS = (b"Words are hidden", b"h hides")


def measure(lab: Lab) -> None:
    """The demo, at its own pace."""
    presses = 10 if lab.options.quick else 200
    for model in lab.options.models:
        lab.row(Row(PART, "demo", model, WAY), partial(_pressed, model, presses))


def _pressed(model: str, presses: int) -> Figures:
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
        lags = []
        for number in range(presses):
            pressed_s = app.press(b"h")
            lags.append(app.until(_ANSWERS[number % 2]) - pressed_s)
            app.wait(_EVERY_S)
    return {"paint": asdict(spread(lags))}
