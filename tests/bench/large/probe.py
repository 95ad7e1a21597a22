"""Runs the app, and writes down each callback of its event loop that held it up.

``python -m tests.bench.large.probe FILE`` is ``vivavoce``; a line of FILE is when such a callback began (monotonic,
seconds), how long it lasted, and how much of the processor its own thread had meanwhile (milliseconds).
"""

from __future__ import annotations

import sys
import time
from asyncio.events import Handle
from pathlib import Path

LEAST_MS = 3.0


def watch(file: Path) -> None:
    """From now on each callback that takes as long is written down, in this process."""
    run, out = Handle._run, file.open("a", buffering=1, encoding="utf-8")

    def timed(handle: Handle) -> None:
        began_s, used_s = time.monotonic(), time.thread_time()
        run(handle)
        lasted_ms = (time.monotonic() - began_s) * 1_000
        if lasted_ms >= LEAST_MS:
            out.write(f"{began_s} {lasted_ms} {(time.thread_time() - used_s) * 1_000}\n")

    setattr(Handle, "_run", timed)  # noqa: B010  # asyncio tells nobody else


def main() -> None:
    """The app, watched."""
    watch(Path(sys.argv.pop(1)))
    from tui.cli import main as vivavoce  # what it loads is part of what is watched

    vivavoce()


if __name__ == "__main__":
    main()
