"""Sessions with a part of the demo, and how they were read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import soundfile

from tui.demo.script import sound_path

GRANTED = ("--audio", "granted")
LENGTH_S = 45


def part_of_the_demo(path: Path, length_s: int = LENGTH_S) -> Path:
    """The first three quarters of a minute: two windows and a bit."""
    samples, rate = soundfile.read(sound_path(), frames=length_s * 16_000)
    soundfile.write(path, samples, rate)
    return path


def conducted(run: Any) -> Any:
    run.say("wait end")
    assert run.finish() == 0
    return run


def transcript(vivavoce: Any, session: str) -> list[tuple[float, float, str]]:
    shown = vivavoce.json("sessions", "show", session)
    return [(row["start"], row["end"], row["text"]) for row in shown["utterances"]]


def readings(vivavoce: Any, session: str) -> dict[str, int]:
    """How many utterances each reading holds."""
    counted: dict[str, int] = {}
    for one in vivavoce.json("sessions", "show", session)["versions"]:
        counted[one["reading"]] = counted.get(one["reading"], 0) + one["utterances"]
    return counted
