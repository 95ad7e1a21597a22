"""The program as a person runs it, in processes of its own, and what it prints."""

from __future__ import annotations

import io
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.studies import PASSPHRASE
from tui import cli
from tui.demo.script import sound_path

__all__ = ["PASSPHRASE", "PATIENCE_S", "AtOnce", "Running", "Vivavoce"]

PATIENCE_S = 120.0
OF_THEIR_OWN = {"demo", "session", "transcribe", "retranscribe", "recover", "voice", "doctor"}
"""Commands that start children, or go on until they are told to end: they get a process of their own."""


@dataclass
class Running:
    """One ``vivavoce`` process whose events are read as they come."""

    process: subprocess.Popen[str]
    events: list[dict[str, Any]] = field(default_factory=list)
    _lines: queue.Queue[str | None] = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def say(self, *lines: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("".join(f"{line}\n" for line in lines))
        self.process.stdin.flush()

    def until(self, wanted: Callable[[dict[str, Any]], bool] | str) -> dict[str, Any]:
        """The next event that is wanted (by name, or by a predicate); fails when the program ends before it."""
        test = (lambda event: event["event"] == wanted) if isinstance(wanted, str) else wanted
        end = time.monotonic() + PATIENCE_S
        while (left := end - time.monotonic()) > 0:
            line = self._lines.get(timeout=left)
            if line is None:
                pytest.fail(f"the program ended before {wanted}: {self.errors()}")
            event: dict[str, Any] = json.loads(line)
            self.events.append(event)
            if test(event):
                return event
        raise TimeoutError(str(wanted))

    def children(self) -> list[psutil.Process]:
        children: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
        return children

    def child(self, module: str) -> psutil.Process:
        """The child that runs this module."""
        for process in self.children():
            if module in process.cmdline():
                return process
        raise LookupError(module)

    def finish(self) -> int:
        """Close its input, read the rest, and give its exit code."""
        if self.process.stdin is not None and not self.process.stdin.closed:
            self.process.stdin.close()
        while (line := self._lines.get(timeout=PATIENCE_S)) is not None:
            self.events.append(json.loads(line))
        return self.process.wait(PATIENCE_S)

    def errors(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read()

    def of(self, name: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["event"] == name]


class Vivavoce:
    """The program on one study folder."""

    def __init__(self, study: Path, env: dict[str, str] | None = None) -> None:
        self.study = study
        mine = {"VIVAVOCE_PASSPHRASE": PASSPHRASE, "VIVAVOCE_STUDY": str(study)}
        no_models = {"VIVAVOCE_MODELS": str(study.parent / "models")}  # whatever is installed on this machine
        self.env = {**os.environ, **mine, **no_models, **(env or {})}

    def __call__(self, *words: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        """A command, in this process where that proves the same: a start takes most of the time of a short one."""
        way = self.apart if OF_THEIR_OWN & set(words[:1]) else self.at_once
        return way(*words, stdin=stdin, **env)

    def apart(self, *words: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        """A command in a process of its own."""
        return subprocess.run(
            [sys.executable, "-m", "tui", *words],
            input=stdin,
            capture_output=True,
            text=True,
            env={**self.env, **env},
            timeout=PATIENCE_S * 3,
            check=False,
        )

    def at_once(self, *words: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        """A command in this process, where no terminal and no child is needed."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            wanted = {**self.env, **env}
            for name in os.environ.keys() - wanted.keys():
                patch.delenv(name)
            for name, value in wanted.items():
                patch.setenv(name, value)
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            patch.setattr(cli, "leave_no_core", lambda: None)  # what the tests start later would inherit it
            code = cli._run(list(words))
        return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())

    def json(self, *words: str) -> Any:
        """What a command that only reads prints for other programs; read in this process."""
        done = self.at_once(*words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def start(self, *words: str, command: Sequence[str] = (sys.executable, "-m", "tui")) -> Running:
        process = subprocess.Popen(
            [*command, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.env,
        )
        return Running(process)

    def session(self, *words: str, speed: str = "1", sound: Path | None = None) -> Running:
        """A plain session on the demo's sound (or another), events as JSON."""
        replay = ["--replay", str(sound or sound_path()), "--speed", speed]
        who = ["--participant", "50001", "--wave", "1"]
        return self.start("session", *who, "--plain", "--json", *replay, *words)


class AtOnce(Vivavoce):
    """The same, with every command in this process."""

    def __call__(self, *words: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        return self.at_once(*words, stdin=stdin, **env)
