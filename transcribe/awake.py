"""The child that keeps the laptop awake as long as it lives: ``python -m transcribe.awake``.

It has a process of its own because it asks the desktop, which may take seconds to answer, and because on some systems
asking takes a thread. On Linux it talks to the desktop over a socket of this machine (D-Bus), and to nobody else.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack

from transcribe.errors import WireError
from transcribe.serve import App
from transcribe.wire import Awake, AwakeReport, MaySleep


def stay_awake(stack: ExitStack) -> AwakeReport:
    """Ask for a screen that stays on, else at least for a system that stays awake, until the stack is left."""
    from wakepy import keep

    for mode in (keep.presenting, keep.running):
        asked = stack.enter_context(mode(on_fail="pass"))
        if asked.active:
            return Awake(asked.method.name if asked.method is not None else "")
    return MaySleep()


def main() -> int:
    """Until the app closes stdin."""
    app = App()
    with ExitStack() as stack:
        app.report(stay_awake(stack))
        try:
            for _ in app.commands:
                pass  # there is nothing to tell it but the end
        except WireError:
            return 1
    app.until_told()
    return 0


if __name__ == "__main__":
    sys.exit(main())
