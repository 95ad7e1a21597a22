"""Learns the interviewer's voice, once and outside any session; knows nothing of screens."""

from __future__ import annotations

from collections.abc import Callable

from transcribe import wire
from transcribe.child import Child
from transcribe.errors import SoundError
from tui.source import Source

ENOUGH_SPEECH_MS = 30_000
BROKEN = "The voice could not be learnt; try again."


async def learn_voice(source: Source, tell: Callable[[wire.Level], None]) -> wire.Enrolled:
    """Listen to one person alone until they have spoken for half a minute; nothing but the voiceprint is kept.

    ``tell`` gets each Level, whose ``played_ms`` is how much speech was heard so far. Raises TranscribeError.
    """
    child = await Child.start_patiently("transcribe.enrol")
    replay = None if source.replay is None else str(source.replay.absolute())
    try:
        child.send(wire.Enrol(source.device, replay, ENOUGH_SPEECH_MS))
        async for report in child.messages():
            match report:
                case wire.Level():
                    tell(report)
                case wire.Enrolled():
                    return report
                case wire.Failed(text=text):
                    raise SoundError(text)
                case _:
                    pass
    finally:
        child.kill()
        await child.leave(0.5)
    raise SoundError(BROKEN)
