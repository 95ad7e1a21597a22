"""Textual's driver, for a program that is suspended and let go on: its terminal is put right before, and taken once."""

from __future__ import annotations

import asyncio
import signal
from typing import Any, cast

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from tui.terminal import Screen, soon


class TerminalDriver(LinuxDriver):
    """Draws on the terminal and reads its keys, whenever the program is suspended and let go on.

    Whoever ends a program politely tells it to go on as well (SIGCONT), in case it was suspended: so do systemd and
    ``timeout``. Textual then reads the keys in one more thread, and leaves when somebody has typed a key for each.
    """

    _taken = _given_back = False

    def __init__(self, app: App[object], **how: Any) -> None:
        """Signals are obeyed between two callbacks: Textual would draw in the midst of drawing, and wait for itself."""
        super().__init__(app, **how)
        loop = asyncio.get_running_loop()
        signal.signal(signal.SIGTSTP, lambda *_: soon(loop, self._sigtstp_application))
        signal.signal(signal.SIGCONT, lambda *_: soon(loop, self._sigcont_application))

    def start_application_mode(self) -> None:
        """Take the terminal; where it is not ours to take, the program is suspended again, and nothing is taken."""
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's
        self._taken = self._key_thread is not None and self._key_thread.is_alive()
        self._given_back = self._given_back and not self._taken

    def stop_application_mode(self) -> None:
        """Put the terminal right."""
        self._taken = False
        super().stop_application_mode()

    def disable_input(self) -> None:
        """Read no more keys."""
        self._taken = False
        super().disable_input()

    def suspend_application_mode(self) -> None:
        """Give the terminal back, and wait until all that puts it right is there: then the program stands still."""
        if self._taken:
            super().suspend_application_mode()
            self._given_back = True
            if isinstance(screen := cast(object, self._file), Screen):
                screen.settle()

    def resume_application_mode(self) -> None:
        """Take the terminal again; who stood still without giving it back gives it back first: it may be changed."""
        if self._taken:
            super().suspend_application_mode()
            self._given_back = True
        if self._given_back:
            super().resume_application_mode()
