"""The stage on which a fault happens: a study, a short sound, and a session that is conducted by lines."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
import soundfile

from tests.faults.fault import Fault, program, reached
from tests.studies import PASSPHRASE, make_study
from tui.demo.script import sound_path

SESSION = "50001-w1-1"
RATE_HZ = 16_000
SECONDS = 6
MODEL = "tiny.en"

_LINES = (
    "ask, wait 1, note written before, mark here, wait 2, follow why, note written after, wait end, stop, memo done"
)
_LINES_GOING_ON = "note gone on, wait 1, stop, memo done again"
_WHO = ("--participant", "50001", "--wave", "1")
_PATIENCE_S = 90.0
_LEAVE_S = 15.0


@dataclass(frozen=True)
class Run:
    """What a program said: its events, what it told on stderr, and what was wrong with the way it ran."""

    events: tuple[dict[str, Any], ...]
    sentences: tuple[str, ...]
    trouble: tuple[str, ...]
    code: int = 0
    reached: bool = True
    """Whether the fault happened at all; a program may be done before."""


class Stage:
    """A study that is made once and copied for every run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._study = folder / "study"
        self._sound = folder / "short.wav"
        self.samples, _ = soundfile.read(sound_path(), frames=SECONDS * RATE_HZ, dtype="int16")
        soundfile.write(self._sound, self.samples, RATE_HZ)
        make_study(self._study)

    @contextmanager
    def copy(self, name: str) -> Iterator[Path]:
        """A fresh copy of the study in a folder of its own, which is gone afterwards."""
        folder = self._folder / name
        folder.mkdir()
        try:
            yield Path(shutil.copytree(self._study, folder / "study"))
        finally:
            shutil.rmtree(folder)

    def conduct(self, study: Path, fault: Fault | None) -> Run:
        """A session in this copy, from consent to memo, with the fault in it."""
        run = self._session(program(fault, study.parent), study, ("--audio", "granted"), _LINES)
        return run if fault is None else replace(run, reached=reached(fault, study.parent))

    def go_on(self, study: Path) -> Run:
        """The interrupted session of this copy goes on, and is ended; without a fault."""
        return self._session(program(None, study.parent), study, ("--go-on",), _LINES_GOING_ON)

    def _session(self, command: list[str], study: Path, how: tuple[str, ...], lines: str) -> Run:
        sound = ("--plain", "--json", "--replay", str(self._sound), "--speed", "0", "--model", MODEL)
        return _run([*command, "session", *_WHO, *how, *sound], study, lines.replace(", ", "\n") + "\n")


def call(study: Path, *words: str) -> Run:
    """A command on this study, without a fault."""
    return _run([*program(None, study.parent), *words], study, "")


def _run(command: list[str], study: Path, lines: str) -> Run:
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=_environment(study)) as process:
        trouble = []
        try:
            out, err = process.communicate(lines, timeout=_PATIENCE_S)
        except subprocess.TimeoutExpired:
            trouble.append(f"the program hung for {_PATIENCE_S:.0f} s")
            process.kill()
            out, err = process.communicate()
    trouble += _stayed(study)
    if "Traceback" in err:
        trouble.append(f"a traceback: {err.splitlines()[-1]}")
    return Run(tuple(_events(out)), tuple(err.splitlines()), tuple(trouble), process.returncode)


def _events(out: str) -> Iterator[dict[str, Any]]:
    for line in out.splitlines():
        with suppress(ValueError):  # the last one may be cut short
            event = json.loads(line)
            if isinstance(event, dict):
                yield event


def _environment(study: Path) -> dict[str, str]:
    mine = {"VIVAVOCE_STUDY": str(study), "VIVAVOCE_PASSPHRASE": PASSPHRASE, "HOME": str(study.parent)}
    return {**os.environ, **mine, "VIVAVOCE_MODELS": str(study.parent / "models")}


def _stayed(study: Path) -> list[str]:
    """A sentence for every process of this study that does not leave in time; it is ended then."""
    end = time.monotonic() + _LEAVE_S
    while left := [process for process in psutil.process_iter() if _belongs(process, study)]:
        if time.monotonic() > end:
            names = [" ".join(process.cmdline()[-2:]) for process in left]
            for process in left:
                process.kill()
            return [f"{name} stayed" for name in names]
        time.sleep(0.05)
    return []


def _belongs(process: psutil.Process, study: Path) -> bool:
    with suppress(psutil.Error):
        mine: bool = process.environ().get("VIVAVOCE_STUDY") == str(study)
        return mine and process.status() != psutil.STATUS_ZOMBIE
    return False
