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

_FILES_ONLY = {"protocol_whitelist": "file"}  # a playlist must not reach out to a network


def decode(path: Path, start_ms: int = 0) -> Iterator[Samples]:
    """The file's sound from ``start_ms`` on, mixed to mono, in blocks (n) of any length. Raises SoundError."""
    with _opened(path) as container:
        yield from _from(start_ms, _converted(container, 1))


def decode_channels(path: Path, start_ms: int = 0) -> Iterator[Samples]:
    """The same in two channels, blocks (n, 2). Raises SoundError, also where there is only one."""
    refuse_mono(path)
    with _opened(path) as container:
        yield from _from(start_ms, _converted(container, 2))


def refuse_mono(path: Path) -> None:
    """Raises SoundError where two people can't have a channel each."""
    with _opened(path) as container:
        if container.streams.audio[0].codec_context.channels < 2:
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
    try:
        container = av.open(str(path.absolute()), options=_FILES_ONLY)
    except (av.FFmpegError, OSError, ValueError):
        raise SoundError(f"{path} is not a sound file this program can read; convert it to WAV or FLAC.") from None
    with container:
        if not container.streams.audio:
            raise SoundError(f"{path} holds no sound; choose a file with a sound track.")
        yield container


def _refuse_what_is_no_file(path: Path) -> None:
    try:
        if path.is_dir():
            raise SoundError(f"{path} is a folder; give a sound file.")
        if not path.exists():
            raise SoundError(f"There is no file {path}; check its name.")
        if path.is_file() and path.stat().st_size == 0:
            raise SoundError(f"{path} is empty; choose a file with sound in it.")
        with path.open("rb"):
            pass
    except OSError as error:
        raise SoundError(f"{path} can't be read ({error.strerror}); check its permissions.") from None


def _converted(container: InputContainer, channels: int) -> Iterator[Samples]:
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
            yield from _blocks(resampler.resample(frame), channels)
    yield from _blocks(resampler.resample(None), channels)


def _blocks(frames: list[av.AudioFrame], channels: int) -> Iterator[Samples]:
    shape = (-1,) if channels == 1 else (-1, channels)
    for frame in frames:
        block = np.ascontiguousarray(frame.to_ndarray().reshape(shape), dtype=np.int16)
        if len(block):
            yield block
