"""Reads any sound or video file as a stream of 16 kHz blocks; never the whole of it in one array."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from transcribe.errors import SoundError
from transcribe.recording import FRAMES_PER_MS, RATE_HZ, Samples

if TYPE_CHECKING:
    import av
    from av.container import InputContainer

# A playlist must not reach out to a network, nor to other files; and there are devices among the formats.
_REACHING_OUT = {"concat", "dash", "hls", "imf", "lavfi", "rtsp", "sdp", "webm_dash_manifest"}

MOST_CHANNELS = 64
RATES_HZ = range(2_000, 768_001)
"""A file that claims other things is damaged, or made to do harm: one of 1 Hz grows to 16,000 times its size."""


def decode(path: Path, start_ms: int = 0) -> Iterator[Samples]:
    """The file's sound from ``start_ms`` on, mixed to mono, in blocks (n) of any length. Raises SoundError."""
    with _opened(path) as container:
        yield from _from(start_ms, _converted(path, container, 1))


def decode_channels(path: Path, start_ms: int = 0) -> Iterator[Samples]:
    """The same in two channels, blocks (n, 2). Raises SoundError, also where there is only one."""
    refuse_mono(path)
    with _opened(path) as container:
        yield from _from(start_ms, _converted(path, container, 2))


def refuse_mono(path: Path) -> None:
    """Raises SoundError where two people can't have a channel each."""
    with _opened(path) as container:
        if _codec(path, container).channels < 2:
            raise SoundError(f"{path} has only one channel; leave out who is in which.")


def duration_ms(path: Path) -> int | None:
    """How long the file says it is, None when it does not say. Raises SoundError."""
    with _opened(path) as container:
        stream = container.streams.audio[0]
        if stream.duration is not None and stream.time_base is not None:
            return round(stream.duration * stream.time_base * 1000)
        return None if container.duration is None else round(container.duration / 1000)


def _from(start_ms: int, blocks: Iterator[Samples]) -> Iterator[Samples]:
    skip = start_ms * FRAMES_PER_MS
    for block in blocks:
        if skip >= len(block):
            skip -= len(block)
        else:
            yield block[skip:]
            skip = 0


def in_mono(samples: Samples) -> Samples:
    """Two channels (n, 2) as one; what is one already is given back."""
    return samples if samples.ndim == 1 else samples.mean(axis=1).astype(np.int16)


@contextmanager
def _opened(path: Path) -> Iterator[InputContainer]:
    import av

    _refuse_what_is_no_file(path)
    formats = ",".join(sorted(av.formats_available - _REACHING_OUT))
    try:
        options = {"protocol_whitelist": "file", "format_whitelist": formats}
        container = av.open(str(path.absolute()), options=options, metadata_errors="replace")
    except (av.FFmpegError, OSError, ValueError):
        raise _unreadable(path) from None
    with container:
        if not container.streams.audio:
            raise SoundError(f"{path} holds no sound; choose a file with a sound track.")
        codec = _codec(path, container)
        _refuse_what_can_not_be(path, codec.channels, codec.sample_rate)
        yield container


def _unreadable(path: Path) -> SoundError:
    return SoundError(f"{path} is not a sound file this program can read; convert it to WAV or FLAC.")


def _codec(path: Path, container: InputContainer) -> av.AudioCodecContext:
    codec = container.streams.audio[0].codec_context
    if codec is None:
        raise _unreadable(path)
    return codec


def _refuse_what_can_not_be(path: Path, channels: int, rate_hz: int) -> None:
    """Some formats tell neither before their first frame: 0 is no claim."""
    if channels > MOST_CHANNELS or (rate_hz and rate_hz not in RATES_HZ):
        raise SoundError(
            f"{path} claims {channels} channels of {rate_hz} Hz, which can't be read here; convert it to WAV or FLAC."
        )


def _refuse_what_is_no_file(path: Path) -> None:
    try:
        if path.is_dir():
            raise SoundError(f"{path} is a folder; give a sound file.")
        if not path.exists():
            raise SoundError(f"There is no file {path}; check its name.")
        if not path.is_file():
            raise SoundError(f"{path} is not an ordinary file; give a sound file.")
        if path.stat().st_size == 0:
            raise SoundError(f"{path} is empty; choose a file with sound in it.")
        with path.open("rb"):
            pass
    except OSError as error:
        raise SoundError(f"{path} can't be read ({error.strerror}); check its permissions.") from None


def _converted(path: Path, container: InputContainer, channels: int) -> Iterator[Samples]:
    import av

    resampler = av.AudioResampler(format="s16", layout="mono" if channels == 1 else "stereo", rate=RATE_HZ)
    packets = container.demux(audio=0)
    while True:
        try:
            packet = next(packets)
            frames = packet.decode()
        except StopIteration:
            break
        except av.InvalidDataError:
            continue  # a damaged stretch: what comes after it may be whole
        except av.FFmpegError:
            break
        for frame in frames:
            _refuse_what_can_not_be(path, frame.layout.nb_channels, frame.sample_rate)
            yield from _blocks(_resampled(path, resampler, frame), channels)
    yield from _blocks(_resampled(path, resampler, None), channels)


def _resampled(path: Path, resampler: av.AudioResampler, frame: av.AudioFrame | None) -> list[av.AudioFrame]:
    import av

    try:
        return resampler.resample(frame)
    except (av.FFmpegError, ValueError):  # ValueError: it changes its rate or channels on the way
        raise SoundError(f"The sound in {path} can't be converted; convert it to WAV or FLAC.") from None


def _blocks(frames: list[av.AudioFrame], channels: int) -> Iterator[Samples]:
    shape = (-1,) if channels == 1 else (-1, channels)
    for frame in frames:
        block = np.ascontiguousarray(frame.to_ndarray().reshape(shape), dtype=np.int16)
        if len(block):
            yield block
