"""What the line of news says in an interview: of the state, for as long as it lasts, and of what was just done."""

from __future__ import annotations

from tui import events
from tui.listening import SIGNALS
from tui.printing import counted_notes
from tui.session import Conductor, Stage
from tui.times import clock_time

SOUNDLESS_KEYS = "o tries again; n still takes notes."
OFF_THE_RECORD = "Nothing is captured now. o records again."
OFF_IN_NOTES = "Notes say: off the record. o goes on."
NOT_ON_DISK = "Not on the disk yet: kept until it can be."
UNWRITTEN = "(not on the disk yet)"
OF_STATE = ("off_the_record", "recorder_back", "recorder_lost", *SIGNALS)
"""Notices that say how things stand; they are untrue when things stand otherwise."""
WITHDRAWN = {
    False: "The recording is destroyed; the interview goes on with notes.",
    True: "Recording and words are destroyed; the interview goes on with notes.",
}


def state_words(conductor: Conductor, reason: str, *, soundless: bool) -> str:
    """How the session stands, where the bar does not say enough; ``reason`` is why no sound comes."""
    match conductor.stage:
        case Stage.LOST:
            return f"{reason} {SOUNDLESS_KEYS if soundless else ''}".strip()
        case Stage.PAUSED:
            return OFF_THE_RECORD if conductor.recording else OFF_IN_NOTES
    return NOT_ON_DISK if conductor.waiting else ""


def struck_words(event: events.StretchStruck) -> str:
    """What was struck."""
    notes = f", with {counted_notes(event.notes)}" if event.notes else ""
    return f"Struck: {clock_time(event.start_ms)} to {clock_time(event.end_ms)}{notes}."


def gap_words(start_ms: int, end_ms: int) -> str:
    """What was not captured."""
    return f"Not captured: {max(1, round((end_ms - start_ms) / 1000))} s from {clock_time(start_ms)}."
