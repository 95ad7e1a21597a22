"""A child's end of the wire: commands come in on stdin, reports go out on stdout, and nothing else does.

Both go through threads of their own, so that an app that is slow to read never holds up the recording of sound.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from threading import Event, Thread

from transcribe.codec import decode, encode
from transcribe.errors import WireError
from transcribe.no_core import leave_no_core
from transcribe.wire import Message

_DRAIN_S = 2.0


class App:
    """The app as a child sees it. Make one, first thing: it takes stdout for itself and ignores SIGINT and SIGHUP."""

    def __init__(self) -> None:
        for name in ("SIGINT", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.SIG_IGN)
        leave_no_core()
        self._fd = os.dup(1)
        os.dup2(2, 1)  # what a library prints must not end up among the reports
        self.gone = False
        self.commands = self._read()
        """What the app says until it closes stdin; a line that is no message raises WireError."""
        self._reports: SimpleQueue[bytes | Event] = SimpleQueue()
        Thread(target=self._write, name="reports", daemon=True).start()

    def listen(self, heard: Callable[[Message | None], None]) -> None:
        """Calls ``heard`` on a thread of its own with every command, and with None when the app is gone for good."""
        Thread(target=self._listen, args=(heard,), name="commands", daemon=True).start()

    def report(self, message: Message) -> None:
        """Tells the app, without waiting for it; an app that is gone is no error (``gone`` says so)."""
        self._reports.put(encode(message))

    def until_told(self) -> None:
        """Waits until every report so far has left, but not longer than an app that reads would take."""
        left = Event()
        self._reports.put(left)
        left.wait(_DRAIN_S)

    def _read(self) -> Iterator[Message]:
        held = b""
        while some := os.read(0, 65_536):  # not sys.stdin: a thread waiting in it can't be left behind at the exit
            *lines, held = (held + some).split(b"\n")
            for line in lines:
                yield decode(line)

    def _listen(self, heard: Callable[[Message | None], None]) -> None:
        try:
            for command in self.commands:
                heard(command)
        except WireError:
            pass  # what can't be understood is no app any more
        finally:
            heard(None)

    def _write(self) -> None:
        while True:
            report = self._reports.get()
            if isinstance(report, Event):
                report.set()
            elif not self.gone:
                self._put(report)

    def _put(self, line: bytes) -> None:
        try:
            while line:
                line = line[os.write(self._fd, line) :]
        except OSError:
            self.gone = True
