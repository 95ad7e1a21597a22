"""Runs the app, which keeps the terminal's descriptor for itself."""

from __future__ import annotations

import os

from tui.app import VivavoceApp
from tui.keys import SENTENCE, take_any_keys
from tui.log import log_path, start_log
from tui.opening import Opening
from tui.terminal import keep_the_screen, put_right_at_last


def run(opening: Opening) -> int:
    """Run the app until it is left; the exit code. Whatever libraries print to descriptor 2 goes to the log."""
    start_log()
    screen = None
    if os.name == "posix":
        put_right_at_last()
        screen = keep_the_screen(log_path())
    app = VivavoceApp(opening)
    if screen is not None:
        from tui.driver import TerminalDriver  # Textual has it where there are POSIX terminals

        app.driver_class = TerminalDriver
    take_any_keys(lambda: app.call_later(app.warn, SENTENCE))
    try:
        return app.run() or 0
    finally:
        if screen is not None:
            screen.leave()
