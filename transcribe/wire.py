"""What the app and its children say to each other: each message a frozen dataclass, one line on the wire.

Times are integer milliseconds. ``*_ms`` is recording time (stands still while paused, runs on through a gap)
unless the name says ``played``: played time is the clock of the room: the position in a replayed file, or
the time since the microphone was opened.
"""

from __future__ import annotations

from dataclasses import dataclass

# --- app -> recorder --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Begin:
    """First line to the recorder: the permit (path, key) and the source.

    ``replay`` names a sound file to play in place of the microphone, at ``speed`` (0: as fast as granted).
    ``device`` names the microphone (None: the system's default).
    ``at_ms`` is the recording time now and ``played_ms`` the played time to start from: beyond the end of what the
    file holds already when a recorder is started anew, which writes a gap row for the difference. ``clock_ms`` is when
    that was so, by the clock that all processes share; what passes until the first sound is added to the gap.
    """

    path: str
    key_hex: str
    device: str | None = None
    replay: str | None = None
    speed: float = 1.0
    at_ms: int = 0
    played_ms: int = 0
    paused: bool = False
    clock_ms: float | None = None


@dataclass(frozen=True)
class Check:
    """First line to a recorder that shall record nothing: tell how loud this microphone is until ``Stop``.

    It is given neither path nor key: there is nowhere it could keep a sample.
    """

    device: str | None = None


@dataclass(frozen=True)
class Grant:
    """A replay may play up to here (played time). Microphones need none."""

    played_ms: int


@dataclass(frozen=True)
class Pause:
    """Capture nothing from now on."""


@dataclass(frozen=True)
class Resume:
    """Capture again."""


@dataclass(frozen=True)
class StrikeSpan:
    """Destroy the samples of this stretch of recording time."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class Stop:
    """Close the open span, commit what is in hand, checkpoint, and leave."""


RecorderCommand = Begin | Check | Grant | Pause | Resume | StrikeSpan | Stop

# --- recorder -> app --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Opened:
    """The source is open; no block has arrived yet."""

    device: str
    rate_hz: int


@dataclass(frozen=True)
class Started:
    """The first block of sound since ``Begin`` is committed: now REC may be shown."""

    at_ms: int


@dataclass(frozen=True)
class Level:
    """Sent with every commit: the receipt, where we are, how loud it is, how much sound was captured in all.

    ``seq`` is that of the newest chunk row.

    While paused no chunk is written, but ``played_ms`` moves on and levels are still sent (``rms_db`` = -100).
    """

    seq: int
    at_ms: int
    played_ms: int
    rms_db: float
    peak_db: float
    captured_ms: int = 0


@dataclass(frozen=True)
class Span:
    """A stretch of speech. Open ones are sent again a few times a second as they grow; a closed one once."""

    start_ms: int
    end_ms: int
    closed: bool


@dataclass(frozen=True)
class Gap:
    """Recording time that was not captured, or was destroyed. ``reason``: restart, stall, device, strike."""

    start_ms: int
    end_ms: int
    reason: str


@dataclass(frozen=True)
class Paused:
    """Nothing after ``at_ms`` is captured."""

    at_ms: int
    played_ms: int


@dataclass(frozen=True)
class Resumed:
    """Capturing again from ``at_ms``."""

    at_ms: int
    played_ms: int


@dataclass(frozen=True)
class Signal:
    """A change in what the microphone gives. ``state``: ok, no_signal, silent, clipping."""

    state: str
    at_ms: int


@dataclass(frozen=True)
class Struck:
    """The samples of this stretch are destroyed."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class Ended:
    """The recorder is done. ``reason``: stopped, file_end. ``captured_ms`` is captured sound (audio seconds)."""

    reason: str
    seq: int
    at_ms: int
    captured_ms: int
    dropped_frames: int


@dataclass(frozen=True)
class Failed:
    """A child can't do its work (``id`` names the job, if it was one). ``text`` is one sentence for people."""

    code: str
    text: str
    id: str | None = None


RecorderReport = Opened | Started | Level | Span | Gap | Paused | Resumed | Signal | Struck | Ended | Failed

# --- app -> scribe ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Load:
    """First line to the scribe: the recording it reads from and the model it reads with."""

    path: str
    key_hex: str
    model: str
    device: str = "auto"
    threads: int = 0


@dataclass(frozen=True)
class Hear:
    """Transcribe this closed stretch of the recording."""

    id: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class Reread:
    """Read these neighbours in one window, with a wide beam and in each other's context; ``Reheard`` answers.

    What of them still waits to be heard alone need not be any more.
    """

    id: str
    stretches: tuple[Hear, ...]


@dataclass(frozen=True)
class Glance:
    """Caption this open stretch, if nothing else waits; a newer glance takes the place of an older one."""

    id: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class Scan:
    """Find the speech in a stretch that nobody listened to yet; closed ``Span``s answer, then ``Scanned``."""

    start_ms: int
    end_ms: int


ScribeCommand = Load | Hear | Reread | Glance | Scan

# --- scribe -> app ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ready:
    """The model is loaded and warm. ``notice`` is one sentence when a fallback was taken."""

    model: str
    device: str
    compute_type: str
    notice: str | None = None


@dataclass(frozen=True)
class Word:
    """One word with its place in the recording and the model's probability (0 to 1)."""

    start_ms: int
    end_ms: int
    text: str
    probability: float


@dataclass(frozen=True)
class Caption:
    """What is being said in an open stretch: ``text`` begins with ``confirmed``, on which two readings agree."""

    id: str
    start_ms: int
    end_ms: int
    text: str
    confirmed: str = ""


@dataclass(frozen=True)
class Heard:
    """The words of a closed stretch; no text means that nothing was said in it."""

    id: str
    text: str
    words: tuple[Word, ...]
    language: str = "en"


@dataclass(frozen=True)
class Reheard:
    """The words of a window, stretch by stretch."""

    id: str
    heard: tuple[Heard, ...]


@dataclass(frozen=True)
class Scanned:
    """A scan is done: every span up to here was told."""

    end_ms: int


ScribeReport = Ready | Caption | Heard | Reheard | Span | Scanned | Failed

Message = RecorderCommand | RecorderReport | ScribeCommand | ScribeReport
