"""The check of the microphone before a session: what will listen, what will read, how long it lasts.

No microphone is opened for it and nothing is recorded: the level moves once the recording has begun.
"""

from __future__ import annotations

from dataclasses import dataclass

from store import Decision
from tui.machine import NONE_FOUND, Machine
from tui.widgets.facts import Fact

NO_MICROPHONE = "No microphone will be opened."
_SOUND_METHOD = "The same interview runs with typed notes, which is sound method."


@dataclass(frozen=True)
class SoundCheck:
    """What is known before the recording begins, in words."""

    device: str
    model: str
    runs_on: str
    machine: Machine


def heading(audio: Decision | None) -> tuple[str, str]:
    """What stands above the facts, and its look."""
    if audio is None:
        return "Waits for the decision about audio.", "muted"
    return (NO_MICROPHONE, "doubtful strong") if audio is not Decision.GRANTED else ("", "")


def facts(audio: Decision | None, check: SoundCheck) -> tuple[Fact, ...]:
    """What the right half of the consent screen says below it."""
    rows: list[Fact] = []
    if audio is Decision.GRANTED:
        rows += [
            Fact("device", check.device, "bad" if check.device == NONE_FOUND else ""),
            Fact("level", "moves once recording starts"),
            Fact("model", check.model),
            Fact("runs on", check.runs_on),
        ]
    elif audio is not None:
        rows.append(Fact("instead", _SOUND_METHOD))
    rows.append(Fact("disk", check.machine.disk_text, "doubtful" if check.machine.disk_low else ""))
    if check.machine.battery_text is not None:
        rows.append(Fact("battery", check.machine.battery_text))
    return tuple(rows)
