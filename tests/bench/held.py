"""A whole session as anybody would hold it: ``vivavoce session`` in its own process, a file for a microphone."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from guides import bundled_guide
from store import Study, Utterance
from tests.bench.processes import BenchError
from tests.bench.scores.latency import Event
from tests.bench.scores.memory import Sample
from tests.bench.scores.speakers import Turn
from tests.bench.scores.times import TimedWord
from tui.clock import world_now

_PASSPHRASE = "a quiet room with a window"
_PARTICIPANT = "50001"
_GUIDE = "open-interview"
_EVERY_S = 1.0
_WHILE = ("recording", "stopped")


@dataclass(frozen=True)
class Held:
    """A session that is over. ``cpu_s`` is of the app and its children, start and end included; memory likewise."""

    events: tuple[Event, ...]
    transcript: tuple[Utterance, ...]
    memory: tuple[Sample, ...]
    wall_s: float
    cpu_s: float

    @property
    def summary(self) -> Event:
        """The last event."""
        return next(event for event in reversed(self.events) if event["event"] == "summary")

    @property
    def memory_while_recording(self) -> tuple[Sample, ...]:
        """Without the start, and without the end, when the children leave."""
        from_s, to_s = (next(event["t"] for event in self.events if event["event"] == name) for name in _WHILE)
        return tuple(sample for sample in self.memory if from_s <= sample[0] <= to_s)

    @property
    def text(self) -> str:
        """The transcript as it stands at the end."""
        return " ".join(utterance.text for utterance in self.transcript if utterance.text)

    @property
    def live_text(self) -> str:
        """The first words that each utterance had; what was parted from one later has no first words of its own."""
        firsts: dict[str, Event] = {}
        for event in self.events:
            if event["event"] == "utterance" and event["id"] not in firsts:
                inside = any(one["start"] < event["end"] and event["start"] < one["end"] for one in firsts.values())
                if not inside:
                    firsts[event["id"]] = event
        return " ".join(event["text"] for event in sorted(firsts.values(), key=lambda one: one["start"]))

    @property
    def words(self) -> tuple[TimedWord, ...]:
        """The words of the transcript."""
        found = (word for utterance in self.transcript for word in utterance.words)
        return tuple(TimedWord(word.text, word.start_ms / 1000, word.end_ms / 1000) for word in found)

    @property
    def labels(self) -> tuple[Turn, ...]:
        """Who speaks in each utterance, as the last event about it says."""
        last = {event["id"]: event for event in self.events if event["event"] == "utterance"}
        return tuple((event["start"], event["end"], event["speaker"] or event["voice"]) for event in last.values())


def hold(
    sound: Path, model: str, speed: float, options: Sequence[str] = (), standstill: tuple[float, float] | None = None
) -> Held:
    """Hold a session on a sound file in a throw-away study. Raises BenchError when it fails.

    ``standstill`` stops the scribe so many seconds after the start, for so many seconds.
    """
    with tempfile.TemporaryDirectory(prefix="vivavoce-bench-") as folder:
        study = Path(folder) / "study"
        _make(study)
        command = [*_program(), "session", "--participant", _PARTICIPANT, "--wave", "1", "--plain", "--json"]
        command += ["--audio", "granted", "--replay", str(sound), "--speed", f"{speed:g}", "--model", model]
        command += options or ["--captions"]  # whatever this machine was found fit for
        began_s, spent_s = time.monotonic(), _children_cpu_s()
        output, memory = _watched(command, study, standstill)
        wall_s, spent_s = time.monotonic() - began_s, _children_cpu_s() - spent_s
        return Held(
            tuple(json.loads(line) for line in output.splitlines()), _transcript(study), memory, wall_s, spent_s
        )


def knows(option: str) -> bool:
    """Whether ``vivavoce session`` has this option."""
    done = subprocess.run([*_program(), "session", "--help"], capture_output=True, text=True, check=True)
    return option in done.stdout


def _program() -> list[str]:
    return [sys.executable, "-m", "tui"]


def _make(folder: Path) -> None:
    study, _ = Study.create(folder, _PASSPHRASE, name="Bench", guide=bundled_guide(_GUIDE), now=world_now())
    with study:
        study.participants.add(_PARTICIPANT, {}, world_now())


def _transcript(folder: Path) -> tuple[Utterance, ...]:
    with Study.open(folder, _PASSPHRASE, world_now()) as study:
        return study.transcript.utterances(study.sessions.list()[0].id)


def _watched(
    command: Sequence[str], study: Path, standstill: tuple[float, float] | None
) -> tuple[str, tuple[Sample, ...]]:
    """Run it; its output, and its memory and that of its children each second."""
    env = {**os.environ, "VIVAVOCE_PASSPHRASE": _PASSPHRASE, "VIVAVOCE_STUDY": str(study)}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True, env=env) as process:
        memory: list[Sample] = []
        over = threading.Event()
        watching = threading.Thread(target=_sample, args=(psutil.Process(process.pid), memory, over))
        watching.start()
        if standstill is not None:
            threading.Thread(target=_stand_still, args=(psutil.Process(process.pid), *standstill), daemon=True).start()
        output, errors = process.communicate()
        over.set()
        watching.join()
    if process.returncode:
        raise BenchError(f"the session ended with code {process.returncode}: {errors.strip()[-500:]}")
    return output, tuple(memory)


def _stand_still(app: psutil.Process, after_s: float, for_s: float) -> None:
    time.sleep(after_s)
    for child in app.children(recursive=True):
        if "transcribe.scribe" in child.cmdline():
            child.suspend()
            time.sleep(for_s)
            child.resume()


def _sample(app: psutil.Process, memory: list[Sample], over: threading.Event) -> None:
    began = time.monotonic()
    while not over.wait(_EVERY_S):
        total = 0
        try:
            for process in [app, *app.children(recursive=True)]:
                total += _memory_bytes(process)
        except psutil.NoSuchProcess:
            continue  # somebody left while it was being counted
        memory.append((time.monotonic() - began, total / 2**20))


def _memory_bytes(process: psutil.Process) -> int:
    """What it holds, and its share of what it shares with others; all of that where the system tells no shares."""
    told = process.memory_full_info()
    return int(getattr(told, "pss", told.rss))


def _children_cpu_s() -> float:
    """User and system time of all descendants that have ended; one thing is measured at a time."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime
