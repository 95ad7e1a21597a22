"""Files of every kind, whole and otherwise, made of sound that a test has."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from transcribe.recording import RATE_HZ, Samples


@dataclass(frozen=True)
class Kind:
    """A container, a codec and its rate. ``timed`` says that times are kept beside the sound."""

    container: str
    codec: str
    rate_hz: int
    timed: bool
    layout: str = "stereo"

    def __str__(self) -> str:
        return f"{self.container} with {self.codec}"


KINDS = (
    Kind("wav", "pcm_s16le", 44_100, timed=False),
    Kind("w64", "pcm_s24le", 48_000, timed=False),
    Kind("flac", "flac", 44_100, timed=False),
    Kind("mp3", "libmp3lame", 44_100, timed=False),
    Kind("adts", "aac", 44_100, timed=False),
    Kind("ac3", "ac3", 48_000, timed=False),
    Kind("amr", "libopencore_amrnb", 8_000, timed=False, layout="mono"),
    Kind("avi", "libmp3lame", 44_100, timed=False),
    Kind("ogg", "libopus", 48_000, timed=True),
    Kind("mp4", "aac", 48_000, timed=True),
    Kind("mov", "alac", 44_100, timed=True),
    Kind("3gp", "libopencore_amrnb", 8_000, timed=True, layout="mono"),
    Kind("matroska", "libopus", 48_000, timed=True),
    Kind("matroska", "pcm_s16le", 44_100, timed=True),
    Kind("webm", "libopus", 48_000, timed=True),
    Kind("flv", "aac", 44_100, timed=True),
    Kind("mpegts", "mp2", 48_000, timed=True),
    Kind("asf", "wmav2", 44_100, timed=True, layout="mono"),
)

BIT_RATES = {"libopencore_amrnb": 12_200, "wmav2": 64_000}
"""Of codecs that do not know one by themselves."""


def made(
    path: Path,
    kind: Kind,
    sound: Samples,
    *,
    late_s: float = 0.0,
    jump: tuple[float, float] = (0.0, 0.0),
    rate_hz: int = 0,
) -> Path:
    """The sound (16 kHz mono, or two channels) in a file; ``jump``: from then on, all times are later by so much."""
    with av.open(str(path), "w", format=kind.container) as container:
        _encode(container, [(kind, sound)], late_s, jump, rate_hz)
    return path


def tracks(path: Path, kind: Kind, sounds: Sequence[Samples], *, default: int | None = None) -> Path:
    """A track for each sound; ``default`` is the place of the one that a player takes."""
    with av.open(str(path), "w", format=kind.container) as container:
        _encode(container, [(kind, sound) for sound in sounds], 0.0, (0.0, 0.0), 0, default)
    return path


def with_picture(path: Path, kind: Kind, sound: Samples, *, late_s: float) -> Path:
    """The same beside a picture that begins at once and lasts as long."""
    with av.open(str(path), "w", format=kind.container) as container:
        picture = container.add_stream("mpeg4", rate=10, width=64, height=48)
        drawn = []
        for at in range(round((late_s + len(sound) / RATE_HZ) * 10)):
            frame = av.VideoFrame(64, 48, "yuv420p")
            frame.pts, frame.time_base = at, Fraction(1, 10)
            drawn += picture.encode(frame)
        _encode(container, [(kind, sound)], late_s, (0.0, 0.0), 0, besides=drawn + picture.encode(None))
    return path


def joined(path: Path, parts: Sequence[Path]) -> Path:
    """One file after the other, byte by byte."""
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path


def wiped(path: Path, begin: int, end: int) -> Path:
    """The same with zeros from one byte to another."""
    raw = bytearray(path.read_bytes())
    raw[begin:end] = bytes(len(raw[begin:end]))
    path.write_bytes(raw)
    return path


def cut(path: Path, length: int) -> Path:
    """The beginning of it."""
    path.write_bytes(path.read_bytes()[:length])
    return path


def _encode(
    container: Any,
    sounds: Sequence[tuple[Kind, Samples]],
    late_s: float,
    jump: tuple[float, float],
    rate_hz: int,
    default: int | None = None,
    besides: Sequence[Any] = (),
) -> None:
    streams = []
    for at, (kind, _) in enumerate(sounds):
        stream = container.add_stream(kind.codec, rate=rate_hz or kind.rate_hz, layout=kind.layout)
        if kind.codec in BIT_RATES:
            stream.bit_rate = BIT_RATES[kind.codec]
        if default is not None:
            stream.disposition = av.stream.Disposition.default if at == default else av.stream.Disposition(0)
        streams.append(stream)
    packets = [
        packet
        for stream, (_, sound) in zip(streams, sounds, strict=True)
        for packet in _packets(stream, sound, late_s, jump)
    ]
    for packet in sorted([*besides, *packets], key=lambda packet: packet.dts * packet.time_base):
        container.mux(packet)


def _packets(stream: Any, sound: Samples, late_s: float, jump: tuple[float, float]) -> list[Any]:
    codec, rate_hz = stream.codec_context, stream.codec_context.sample_rate
    resampler = av.AudioResampler(codec.format, codec.layout, rate_hz, codec.frame_size or 1_024)
    layout = "mono" if sound.ndim == 1 else "stereo"
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound).reshape(1, -1), format="s16", layout=layout)
    frame.sample_rate, frame.pts, given = RATE_HZ, 0, 0
    packets: list[Any] = []
    for piece in (*resampler.resample(frame), *resampler.resample(None)):
        later_s = late_s + (jump[1] if jump[1] and given >= jump[0] * rate_hz else 0.0)
        piece.pts, piece.time_base = given + round(later_s * rate_hz), Fraction(1, rate_hz)
        given += piece.samples
        packets += stream.encode(piece)
    return [*packets, *stream.encode(None)]
