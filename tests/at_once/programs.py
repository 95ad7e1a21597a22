"""Starts programs out of one process that has all loaded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.at_once.running import Running
from tests.at_once.screen import OnScreen
from tests.store.lived import PASSPHRASE
from transcribe.frugal import FRUGAL
from transcribe.onnx import TELL_NOBODY

SELDOM = {"TEXTUAL_FPS": "30"}
"""Frames a second: what is drawn is the same, and costs less."""


class Programs:
    """Gives orders to that process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def start(self, folder: Path, study: Path, argv: tuple[str, ...], *, unread: bool = False) -> Running:
        """A command on this study; with ``unread`` nobody reads what it prints, until ``read_on``."""
        folder.mkdir(parents=True)
        running = Running(folder, argv, unread=unread)
        running.make_pipes()
        self._order(running, study, argv=argv)
        running.open()
        return running

    def start_app(self, folder: Path, study: Path, sound: str) -> OnScreen:
        """The app on this study, in a terminal of its own; a session in it plays ``sound``."""
        folder.mkdir(parents=True)
        running = OnScreen(folder)
        self._order(running, study, terminal=running.terminal, sound=sound)
        return running

    def _order(self, running: Running, study: Path, **more: object) -> None:
        home = study.parent
        mine = {
            "VIVAVOCE_STUDY": str(study),
            "VIVAVOCE_PASSPHRASE": PASSPHRASE,
            "VIVAVOCE_MODELS": str(home / "models"),
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "WAKEPY_FAKE_SUCCESS": "1",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "TERM": "xterm-256color",
        }
        order = {"env": {**os.environ, **mine}, "folder": str(running.folder), **more}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()


@contextmanager
def programs() -> Iterator[Programs]:
    """As long as this lasts programs can be started."""
    command, env = [sys.executable, "-m", "tests.at_once.zygote"], {**os.environ, **FRUGAL, **TELL_NOBODY, **SELDOM}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield Programs(process)
