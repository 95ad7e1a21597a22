"""Between the app and the recorder."""

from __future__ import annotations

from dataclasses import dataclass

from transcribe.wire.shared import Failed, Span

# --- app -> recorder --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Begin:
    """First line to the recorder: the permit (path, key) and the source.

    ``replay`` names a sound file to play in place of the microphone, at ``speed`` (0: as fast as granted).
    ``device`` names the microphone (None: the system's default).
    ``at_ms`` is the recording time now and ``played_ms`` the played time to start from: beyond the end of what the
    file holds already when a recorder is started anew, which writes a gap row for the difference. ``clock_ms`` is when
    that was so, by the clock that all processes share; what passes until the first sound is added to the gap.
    With ``two_channels`` each person has a microphone: both are recorded as one, and spans say how loud each was.
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
    two_channels: bool = False


@dataclass(frozen=True)
class Check:
    """First line to a recorder that shall record nothing: tell how loud this microphone is until ``Stop``.

    It is given neither path nor key: there is nowhere it could keep a sample.
    """

    device: str | None = None
    two_channels: bool = False


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
    """Destroy the samples of this stretch of recording time; ``Struck`` answers, in any case.

    Without an end it reaches to now: to the newest sample there is, and what was said before and is still on its way
    from the microphone becomes silence.
    """

    start_ms: int
    end_ms: int | None


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
class Gap:
    """Recording time that was not captured, or was destroyed. ``reason``: restart, stall, device, strike.

    A recorder that takes over from another tells its gaps once more.
    """

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
    """The samples of this stretch are destroyed: from what was asked for to where the recording ended by then.

    ``clean``: also in the log of the recording's file. While another program reads the recording (a backup), what was
    there stays in the log; the recorder goes on, and ``LogEmptied`` follows.
    """

    start_ms: int
    end_ms: int
    clean: bool


@dataclass(frozen=True)
class LogEmptied:
    """Of what was struck before nothing is left in the log of the recording's file either."""


@dataclass(frozen=True)
class Ended:
    """The recorder is done. ``reason``: stopped, file_end; the app says lost for one that left without a word.

    ``captured_ms`` is captured sound (audio seconds), that of earlier recorders included. ``dropped_frames`` are the
    frames (at 16 kHz) of recording time without captured sound: restarts, stalls, devices that were gone, of all
    recorders; neither what was off the record nor what was struck.

    ``notices`` are sentences about a replayed file: what of it could not be read.
    """

    reason: str
    seq: int
    at_ms: int
    captured_ms: int
    dropped_frames: int
    notices: tuple[str, ...] = ()


RecorderReport = (
    Opened | Started | Level | Span | Gap | Paused | Resumed | Signal | Struck | LogEmptied | Ended | Failed
)
