"""A scribe without a model that dies of one kind of work: ``python -m tests.transcribe.dying``.

``$DYING`` names the kind of message. All else it answers at once, with one word. Where ``$DYING_BY`` is
``hanging`` it does nothing any more; else it leaves.
"""

from __future__ import annotations

import os
import time

from transcribe import wire
from transcribe.serve import App

OF, BY = os.environ.get("DYING", ""), os.environ.get("DYING_BY", "")


def main() -> None:
    """Until the app is gone, or the work comes that it dies of."""
    app = App()
    for work in app.commands:
        if isinstance(work, wire.Load):
            app.report(wire.Loading())
        if type(work).__name__ == OF:
            _die(app)
        if (answer := _answer(work)) is not None:
            app.report(answer)
    app.until_told()


def _die(app: App) -> None:
    while BY == "hanging":
        time.sleep(60)
    app.until_told()
    os._exit(1)


def _answer(work: wire.Message) -> wire.Message | None:
    match work:
        case wire.Load():
            return wire.Ready("tiny.en", "cpu", "int8", voices=True)
        case wire.Hear():
            return _heard(work)
        case wire.Reread():
            return wire.Reheard(work.id, tuple(map(_heard, work.stretches)))
        case wire.Glance():
            return wire.Caption(work.id, work.start_ms, work.end_ms, "word")
        case wire.Scan():
            return wire.Scanned(work.end_ms)
        case wire.TakePrint():
            return wire.Printed(work.id)
        case wire.Attribute():
            return wire.Attributed(work.id, ())
        case _:
            return None


def _heard(work: wire.Hear) -> wire.Heard:
    return wire.Heard(work.id, "word", (wire.Word(work.start_ms, work.end_ms, "word", 1.0),))


if __name__ == "__main__":
    main()
