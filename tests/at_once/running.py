"""Programs that run at the same time on one study: spoken to, listened to, and seen out."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

PATIENCE_S = 90.0
LOOK_S = 0.02
FULL = 4096
"""Bytes that a pipe takes whose reader has stopped; it is full of them when the program begins."""


class Hung(AssertionError):
    """A program did not end in time, or never did what was waited for."""


class Running:
    """One program that is led by lines; ``folder`` holds what it reads and writes."""

    def __init__(self, folder: Path, argv: tuple[str, ...], *, unread: bool = False) -> None:
        self.folder, self.argv = folder, argv
        self.began = time.time()
        self.ended = 0.0
        self.unread = unread
        self._lines = -1
        self._reader: int | None = None

    def make_pipes(self) -> None:
        """What it is to read from, and to write to."""
        os.mkfifo(self.folder / "in")
        (self.folder / "err").touch()
        if not self.unread:
            (self.folder / "out").touch()
            return
        os.mkfifo(self.folder / "out")
        self._reader = os.open(self.folder / "out", os.O_RDONLY | os.O_NONBLOCK)
        filling = os.open(self.folder / "out", os.O_WRONLY)
        fcntl.fcntl(filling, fcntl.F_SETPIPE_SZ, FULL)
        os.write(filling, bytes(FULL))
        self._filling = filling

    def open(self) -> None:
        """The other end of its input; to be called while it starts."""
        self._lines = os.open(self.folder / "in", os.O_WRONLY)

    @property
    def pid(self) -> int:
        """Once it has started."""
        return int(until(lambda: _content(self.folder / "pid"), f"{self.folder.name} started"))

    @property
    def code(self) -> int | None:
        """How it ended; None while it runs."""
        content = _content(self.folder / "code")
        return int(content) if content else None

    @property
    def cost_s(self) -> float:
        """How much processor time it took, with its children's; once it has ended."""
        return float(_content(self.folder / "cost") or 0)

    def say(self, *lines: str) -> None:
        """Type."""
        with suppress(BrokenPipeError):
            os.write(self._lines, "".join(f"{line}\n" for line in lines).encode())

    def no_more(self) -> None:
        """The end of its input."""
        if self._lines >= 0:
            os.close(self._lines)
            self._lines = -1

    def events(self) -> list[dict[str, Any]]:
        """What it told so far, where it tells in JSON."""
        return list(_events(self.out))

    @property
    def out(self) -> str:
        """What it wrote."""
        return _content(self.folder / ("read" if self.unread else "out"))

    @property
    def err(self) -> str:
        """What it said."""
        return _content(self.folder / "err")

    def child(self, module: str) -> psutil.Process | None:
        """The first that it began to run this module."""
        pids = sorted(int(file.suffix[1:]) for file in self.folder.glob(f"{module}.*"))
        with suppress(psutil.Error):
            return psutil.Process(pids[0]) if pids else None
        return None

    def read_on(self) -> None:
        """Whoever did not read does so now."""
        if self._reader is None:
            return
        with suppress(BlockingIOError), (self.folder / "read").open("ab") as kept:
            while content := os.read(self._reader, 2**16):
                kept.write(content.replace(b"\0", b""))

    def end(self) -> int:
        """Wait for its end; gives its exit code. Raises Hung."""

        def over() -> bool:
            self.read_on()
            return self.code is not None

        try:
            until(over, f"{self.folder.name} ended")
        finally:
            self.no_more()
        self.ended = (self.folder / "code").stat().st_mtime
        self.read_on()
        if self._reader is not None:
            os.close(self._reader)
            os.close(self._filling)
            self._reader = None
        return self.code or 0

    def kill(self) -> None:
        """Whatever happens, it is gone."""
        with suppress(Hung, ProcessLookupError):
            if self.code is None:
                os.killpg(self.pid, signal.SIGKILL)
                until(lambda: self.code is not None, f"{self.folder.name} was killed")

    @property
    def held_up(self) -> tuple[float, str]:
        """The longest that its loop was held up, in ms, and by what."""
        content = _content(self.folder / "loop.json")
        found: dict[str, Any] = json.loads(content) if content else {"longest_ms": 0.0, "where": ""}
        return float(found["longest_ms"]), str(found["where"])


def until(wanted: Callable[[], Any], what: str, patience_s: float = PATIENCE_S) -> Any:
    """Wait until this is true of a process, and give what it is; raises Hung, with ``what`` was waited for."""
    end_s = time.monotonic() + patience_s
    while not (found := wanted()):
        if time.monotonic() > end_s:
            raise Hung(f"not within {patience_s:.0f} s: {what}")
        time.sleep(LOOK_S)
    return found


def _content(file: Path) -> str:
    try:
        return file.read_text(errors="replace")
    except FileNotFoundError:
        return ""


def _events(out: str) -> Iterator[dict[str, Any]]:
    for line in out.splitlines():
        with suppress(ValueError):  # the last one may not be whole yet
            event = json.loads(line)
            if isinstance(event, dict) and "event" in event:
                yield event
