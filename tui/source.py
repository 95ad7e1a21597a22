"""Where the sound of a session comes from: a microphone, or a file that stands in for one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

# The two channels of a device or a file, by the names that people give them.
CHANNELS = {"left": 0, "right": 1}
# The setting of a study that says which is the interviewer's; empty where one microphone hears both.
CHANNEL = "interviewer_channel"


@dataclass(frozen=True)
class Source:
    """Where sound comes from: a microphone by name (None: the default), or a replayed file at a speed.

    ``interviewer_channel`` is 0 or 1 where each person has a microphone, on the first two channels; None: one for all.
    """

    device: str | None = None
    replay: Path | None = None
    speed: float = 1.0
    interviewer_channel: int | None = None


def with_channel(source: Source, side: str | None) -> Source:
    """The source as the study has it set: ``left`` or ``right`` where each person has a microphone."""
    return replace(source, interviewer_channel=CHANNELS.get(side or "", source.interviewer_channel))
