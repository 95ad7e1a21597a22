"""What the app and its children say to each other: each message a frozen dataclass, one line on the wire.

Times are integer milliseconds. ``*_ms`` is recording time (stands still while paused, runs on through a gap)
unless the name says ``played``: played time is the clock of the room: the position in a replayed file, or
the time since the microphone was opened.
"""

from __future__ import annotations

from transcribe.wire.awake import Awake, AwakeReport, MaySleep
from transcribe.wire.measure import Measure, Measurement, MeasureReport, Timing, Unusable
from transcribe.wire.recorder import (
    Begin,
    Check,
    Ended,
    Gap,
    Grant,
    Level,
    LogEmptied,
    Opened,
    Pause,
    Paused,
    RecorderCommand,
    RecorderReport,
    Resume,
    Resumed,
    Signal,
    Started,
    Stop,
    StrikeSpan,
    Struck,
)
from transcribe.wire.scribe import (
    Attribute,
    Attributed,
    Caption,
    Forget,
    Glance,
    Hear,
    Heard,
    LanguageFound,
    Load,
    Loading,
    Printed,
    Ready,
    Reheard,
    Reread,
    Said,
    Scan,
    Scanned,
    ScribeCommand,
    ScribeReport,
    TakePrint,
    Whose,
    WhoseTurn,
    Word,
)
from transcribe.wire.shared import Enrol, Enrolled, Failed, Span

Message = (
    RecorderCommand
    | RecorderReport
    | ScribeCommand
    | ScribeReport
    | Enrol
    | Enrolled
    | Measure
    | MeasureReport
    | Measurement
    | AwakeReport
)

__all__ = [
    "Attribute",
    "Attributed",
    "Awake",
    "AwakeReport",
    "Begin",
    "Caption",
    "Check",
    "Ended",
    "Enrol",
    "Enrolled",
    "Failed",
    "Forget",
    "Gap",
    "Glance",
    "Grant",
    "Hear",
    "Heard",
    "LanguageFound",
    "Level",
    "Load",
    "Loading",
    "LogEmptied",
    "MaySleep",
    "Measure",
    "MeasureReport",
    "Measurement",
    "Message",
    "Opened",
    "Pause",
    "Paused",
    "Printed",
    "Ready",
    "RecorderCommand",
    "RecorderReport",
    "Reheard",
    "Reread",
    "Resume",
    "Resumed",
    "Said",
    "Scan",
    "Scanned",
    "ScribeCommand",
    "ScribeReport",
    "Signal",
    "Span",
    "Started",
    "Stop",
    "StrikeSpan",
    "Struck",
    "TakePrint",
    "Timing",
    "Unusable",
    "Whose",
    "WhoseTurn",
    "Word",
]
