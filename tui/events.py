"""What a session tells its watchers, as frozen dataclasses: the screens draw them, the plain twin prints them.

``at_ms`` is recording time, None before the first block of sound has arrived.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from guides.plaintext import as_json
from store.records import Decision, Kind, Move


@dataclass(frozen=True)
class ConsentTaken:
    """A decision was recorded."""

    kind: Kind
    decision: Decision


@dataclass(frozen=True)
class RecordingBegan:
    """The first block of sound is on disk."""


@dataclass(frozen=True)
class CueMade:
    """A move in the guide; ``text`` is the words of a follow-up, if any were given."""

    question: str | None
    move: Move
    text: str | None = None


@dataclass(frozen=True)
class CaptionShown:
    """What is being said: ``text`` begins with ``confirmed``, which stays; the rest may change."""

    id: str
    start_ms: int
    text: str
    confirmed: str = ""


@dataclass(frozen=True)
class UtteranceHeard:
    """An utterance has its words, or has them again in a higher version; ``voice`` as in ``store.Utterance``."""

    id: str
    version: int
    start_ms: int
    end_ms: int
    speaker: str | None
    text: str
    question: str | None
    voice: int | None = None


@dataclass(frozen=True)
class MarkMade:
    """A moment was flagged; ``off_record`` as in ``store.Jotting``."""

    text: str | None
    off_record: bool = False


@dataclass(frozen=True)
class JottingMade:
    """A note was typed; by its ``id`` it is corrected or struck. ``off_record`` as in ``store.Jotting``."""

    text: str
    id: str = ""
    off_record: bool = False


@dataclass(frozen=True)
class NoteCorrected:
    """Other words stand in place of a note's."""

    id: str
    text: str


@dataclass(frozen=True)
class NoteStruck:
    """The words of one note are destroyed."""

    id: str


@dataclass(frozen=True)
class CueUndone:
    """A move in the guide was stamped by mistake, and counts for nothing now."""

    question: str | None
    move: Move


@dataclass(frozen=True)
class PauseBegan:
    """Off the record: nothing is captured from here."""


@dataclass(frozen=True)
class PauseEnded:
    """On the record again."""


@dataclass(frozen=True)
class StretchStruck:
    """A stretch was destroyed at the participant's wish; utterances in it have lost their words.

    ``notes`` is how many notes in it were destroyed as well.
    """

    start_ms: int
    end_ms: int
    notes: int = 0


@dataclass(frozen=True)
class GapFound:
    """Recording time that was not captured."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class Notice:
    """Something the interviewer should know, in one sentence."""

    code: str
    text: str


@dataclass(frozen=True)
class NotOnDisk:
    """So many ``writes`` wait, as the study can't be written now; none: all of them are on the disk again."""

    writes: int


@dataclass(frozen=True)
class Stopped:
    """The session has ended; all of its sound is on disk."""


@dataclass(frozen=True)
class MemoOpened:
    """The memo is there to be written; ``memo`` is its id."""

    memo: str


@dataclass(frozen=True)
class TranscriptReady:
    """Every utterance has its words."""


@dataclass(frozen=True)
class AudioWithdrawn:
    """Consent to audio was taken back; the recording and its key are destroyed, with ``transcript`` the words too."""

    transcript: bool = False


@dataclass(frozen=True)
class Summary:
    """The session in figures, at its very end."""

    audio_seconds: float
    utterances: int
    dropped_frames: int
    ready_after_stop_s: float | None
    model: str | None
    device: str | None
    cpu_seconds: float
    peak_rss_mb: float


@dataclass(frozen=True)
class LevelMoved:
    """How loud it is and where we are, several times a second; for screens, never printed."""

    rms_db: float
    peak_db: float
    behind: int


@dataclass(frozen=True)
class SignalChanged:
    """What the microphone gives: ok, no_signal, silent, clipping; for screens, never printed."""

    state: str


@dataclass(frozen=True)
class MachineKnown:
    """Which model reads on which device; for screens, never printed."""

    model: str
    device: str
    compute_type: str


Event = (
    ConsentTaken
    | RecordingBegan
    | CueMade
    | CaptionShown
    | UtteranceHeard
    | MarkMade
    | JottingMade
    | NoteCorrected
    | NoteStruck
    | CueUndone
    | PauseBegan
    | PauseEnded
    | StretchStruck
    | GapFound
    | Notice
    | NotOnDisk
    | Stopped
    | MemoOpened
    | TranscriptReady
    | AudioWithdrawn
    | Summary
    | LevelMoved
    | SignalChanged
    | MachineKnown
)

# What each event is called where it is printed; an event without a name here is for screens only.
NAMES: dict[type, str] = {
    ConsentTaken: "consent",
    RecordingBegan: "recording",
    CueMade: "cue",
    CaptionShown: "caption",
    UtteranceHeard: "utterance",
    MarkMade: "mark",
    JottingMade: "jotting",
    NoteCorrected: "note_corrected",
    NoteStruck: "note_struck",
    CueUndone: "cue_undone",
    PauseBegan: "pause",
    PauseEnded: "resume",
    StretchStruck: "strike",
    GapFound: "gap",
    Notice: "notice",
    NotOnDisk: "not_on_disk",
    Stopped: "stopped",
    MemoOpened: "memo_opened",
    TranscriptReady: "transcript_ready",
    AudioWithdrawn: "withdrawn",
    Summary: "summary",
}


def as_line(event: Event, t: float, at_ms: int | None) -> str | None:
    """The event as one line of JSON, times in seconds; None for what only screens are told."""
    name = NAMES.get(type(event))
    if name is None:
        return None
    head: dict[str, Any] = {"event": name, "t": round(t, 3)}
    if at_ms is not None:
        head["at"] = at_ms / 1000
    return as_json(head | _in_seconds(vars(event)))


def _in_seconds(values: dict[str, Any]) -> dict[str, Any]:
    return {name.removesuffix("_ms"): value / 1000 if name.endswith("_ms") else value for name, value in values.items()}
