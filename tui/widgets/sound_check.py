"""The check of the microphone before a session: what will listen, what will read, how long it lasts.

No microphone is opened for it and nothing is recorded: the level moves once the recording has begun.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from store import Decision
from tui.machine import Machine

NO_MICROPHONE = "No microphone will be opened."
_WAITING = "This waits for the decision about audio."


@dataclass(frozen=True)
class SoundCheck:
    """What is known before the recording begins, in words."""

    device: str
    model: str
    runs_on: str
    machine: Machine


def lines(audio: Decision | None, check: SoundCheck) -> Content:
    """What the right half of the consent screen says."""
    if audio is None:
        return Content.styled(_WAITING, "$text-muted")
    rows: list[Content] = []
    if audio is Decision.DECLINED:
        rows += [
            Content.styled(NO_MICROPHONE, "bold $warning"),
            Content("The same interview runs with typed notes. This is sound method."),
            Content(""),
        ]
    else:
        rows += [
            _row("microphone", check.device),
            _row("level", "moves when the recording starts"),
            _row("model", check.model),
            _row("runs on", check.runs_on),
        ]
    disk = _row("disk", check.machine.disk_text)
    rows.append(disk.stylize("$warning") if check.machine.disk_low else disk)
    if check.machine.battery_text is not None:
        rows.append(_row("battery", check.machine.battery_text))
    return Content("\n").join(rows)


def _row(name: str, text: str) -> Content:
    return Content.assemble((name.ljust(11), "$text-muted"), text)
