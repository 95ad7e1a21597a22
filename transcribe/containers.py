"""Opens a stranger's sound or video file, and refuses in one sentence what can't be read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from transcribe.errors import SoundError

if TYPE_CHECKING:
    from av.container import InputContainer

# A playlist must not reach out to a network, nor to other files; and there are devices among the formats.
_REACHING_OUT = {"concat", "dash", "hls", "imf", "lavfi", "rtsp", "sdp", "webm_dash_manifest"}

FROM_ZERO = {"mov", "matroska", "ogg", "flv", "asf", "nut"}
"""Formats whose clock begins with the file; that of others begins with its first packet."""

_LONG_BEFORE_S = 600.0  # a clock that begins later is that of a cut or of a stream
_NEXT_PART = {"ogg": b"OggS\x00\x02", "flv": b"FLV\x01", "wav": b"RIFF"}
_LOOK_BYTES = 1 << 20

MOST_CHANNELS = 64
RATES_HZ = range(2_000, 768_001)
"""A file that claims other things is damaged, or made to do harm: one of 1 Hz grows to 16,000 times its size."""


@contextmanager
def opened(path: Path, begin: int = 0) -> Iterator[InputContainer]:
    """The file from byte ``begin`` on, closed afterwards. Raises SoundError."""
    import av

    _refuse_what_is_no_file(path)
    formats = ",".join(sorted(av.formats_available - _REACHING_OUT))
    try:
        options = {"protocol_whitelist": "file", "format_whitelist": formats}
        source: Any = _Rest(path, begin) if begin else str(path.absolute())
        container = av.open(source, options=options, metadata_errors="replace")
    except (av.FFmpegError, OSError, ValueError):
        raise _unreadable(path) from None
    with container:
        if not container.streams.audio:
            raise SoundError(f"{path} holds no sound; choose a file with a sound track.")
        known = [stream.codec_context for stream in container.streams.audio if stream.codec_context is not None]
        if not known:
            raise _unreadable(path)
        refuse_what_can_not_be(path, known[0].channels, known[0].sample_rate)
        yield container


def _unreadable(path: Path) -> SoundError:
    return SoundError(f"{path} is not a sound file this program can read; convert it to WAV or FLAC.")


def refuse_what_can_not_be(path: Path, channels: int, rate_hz: int) -> None:
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


def begin_s(container: InputContainer) -> float:
    """Where the file's clock begins: at 0 where a format says so, or else where its first packet is."""
    found_s = (container.start_time or 0) / 1_000_000
    from_zero = set(container.format.name.split(",")) & FROM_ZERO
    return min(0.0, found_s) if from_zero and found_s < _LONG_BEFORE_S else found_s


def next_part(path: Path, container: InputContainer, begin: int) -> int | None:
    """Where another file of this format begins from this byte on: what was joined has heads in its midst."""
    marks = [mark for name, mark in _NEXT_PART.items() if name in container.format.name.split(",")]
    if not marks:
        return None
    with path.open("rb") as file:
        file.seek(begin)
        held = file.read(_LOOK_BYTES)
        while len(held) > len(marks[0]):
            if marks[0] in held:
                return begin + held.index(marks[0])
            begin += len(held) - len(marks[0])
            file.seek(begin)
            held = file.read(_LOOK_BYTES)
    return None


class _Rest:
    """A file from one of its bytes on, as libav reads it."""

    def __init__(self, path: Path, begin: int) -> None:
        self._file, self._begin, self.name = path.open("rb"), begin, path.name
        self._room = self._file.seek(0, os.SEEK_END)
        self._file.seek(begin)

    def read(self, length: int) -> bytes:
        return self._file.read(length)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        place = min(offset + self._begin, self._room) if whence == os.SEEK_SET else offset
        return self._file.seek(place, whence) - self._begin

    def tell(self) -> int:
        return self._file.tell() - self._begin

    def close(self) -> None:
        self._file.close()
