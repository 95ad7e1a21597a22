"""Reads any sound or video file as a stream of 16 kHz blocks; never the whole of it in one array."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from transcribe import tracks
from transcribe.containers import next_part, opened, refuse_what_can_not_be
from transcribe.errors import SoundError
from transcribe.findings import Findings
from transcribe.placing import Placing
from transcribe.recording import FRAMES_PER_MS, RATE_HZ, Samples
from transcribe.voice import FRAME, Voice

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer


_VOICE, _VOICED_FRAMES = 0.5, 16
_LOOK = 600 * RATE_HZ


def decode(path: Path, start_ms: int = 0) -> Iterator[Samples]:
    """The file's sound from ``start_ms`` on, mixed to mono, in blocks (n) of any length. Raises SoundError."""
    return iter(Reading(path, start_ms=start_ms))


def decode_channels(path: Path, start_ms: int = 0) -> Iterator[Samples]:
    """The same in two channels, blocks (n, 2). Raises SoundError, also where there is only one."""
    return iter(Reading(path, start_ms=start_ms, channels=2))


class Reading:
    """One pass through a file's sound at 16 kHz: blocks (n), or (n, 2) for two channels, each where its time says.

    What was not there to be read is silence, and stands in ``findings`` when it is over. ``track`` is counted from 1;
    without it the likeliest of several is read. Raises SoundError.
    """

    def __init__(self, path: Path, *, start_ms: int = 0, channels: int = 1, track: int | None = None) -> None:
        self.path, self._start_ms, self._channels, self._track = path, start_ms, channels, track
        self._stream: int | None = None
        self.findings = Findings(path.name)

    def __iter__(self) -> Iterator[Samples]:
        skip = self._start_ms * FRAMES_PER_MS
        for block in self._blocks():
            if skip < len(block):
                yield block[skip:]
            skip = max(0, skip - len(block))

    def look(self) -> None:
        """Choose the track; raises SoundError where nothing can be read, or two channels are wanted and not there."""
        with opened(self.path) as container:
            if self._stream is None:
                self._stream = self._chosen(container)
            codec = container.streams.audio[self._stream].codec_context
            refuse_what_can_not_be(self.path, codec.channels, codec.sample_rate)
            if self._channels > 1 and codec.channels < 2:
                raise SoundError(f"{self.path} has only one channel; leave out who is in which.")

    def _chosen(self, container: InputContainer) -> int:
        if self._track is not None:
            return tracks.wanted(self.path, container, self._track)
        stream = tracks.likely(container, self._speaks)
        self.findings.tracks = tracks.others(self.path.name, container, stream)
        return stream

    def _speaks(self, stream: int) -> bool:
        """Whether somebody speaks in the first ten minutes of a track; nobody does where it can't be read."""
        try:
            return is_spoken(Reading(self.path, track=stream + 1))
        except SoundError:
            return False

    def _blocks(self) -> Iterator[Samples]:
        self.look()
        placing = Placing(self.path, self._channels, self.findings)
        begin: int | None = 0
        while begin is not None:
            with opened(self.path, begin) as container:
                yield from placing.blocks(container, self._stream_of(container), begin)
                begin = self._next_part(container, begin, placing.end_byte)

    def _stream_of(self, container: InputContainer) -> AudioStream:
        streams = container.streams.audio
        return streams[min(self._stream or 0, len(streams) - 1)]

    def _next_part(self, container: InputContainer, begin: int, end: int) -> int | None:
        """Where what follows in the same file begins; it may be no sound after all."""
        found = next_part(self.path, container, begin + max(end, 1))
        if found is None:
            return None
        try:
            with opened(self.path, found):
                self.findings.goes_on()
                return found
        except SoundError:
            return None


def is_spoken(blocks: Iterable[Samples]) -> bool:
    """Whether there is half a second of voice in the first ten minutes."""
    voice, voiced, looked = Voice(), 0, 0
    rest: Samples = np.zeros(0, np.int16)
    for block in blocks:
        looked += len(block)
        held = np.concatenate([rest, block])
        whole = len(held) // FRAME * FRAME
        rest = held[whole:]
        if held.any():
            voiced += int((voice.probabilities(held[:whole].reshape(-1, FRAME)) > _VOICE).sum())
        if voiced >= _VOICED_FRAMES or looked > _LOOK:
            break
    return voiced >= _VOICED_FRAMES


def duration_ms(path: Path) -> int | None:
    """How long the file says it is, None when it does not say. Raises SoundError."""
    with opened(path) as container:
        stream = container.streams.audio[0]
        if stream.duration is not None and stream.time_base is not None:
            return round(stream.duration * stream.time_base * 1000)
        return None if container.duration is None else round(container.duration / 1000)


def in_mono(samples: Samples) -> Samples:
    """Two channels (n, 2) as one; what is one already is given back."""
    return samples if samples.ndim == 1 else samples.mean(axis=1).astype(np.int16)
