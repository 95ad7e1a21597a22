"""The frames of a file, each at its time, as blocks of 16 kHz; between them the silence that the times leave."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from transcribe import claims
from transcribe.containers import begin_s, refuse_what_can_not_be
from transcribe.errors import SoundError
from transcribe.findings import Findings
from transcribe.mixing import Mixer
from transcribe.packets import Pieces
from transcribe.recording import FRAMES_PER_MS, RATE_HZ, Samples
from transcribe.timeline import LONGEST_S, Placed, Timeline

if TYPE_CHECKING:
    import av
    from av.audio.stream import AudioStream
    from av.container import InputContainer

_ODD_BEGIN_S = 2.0
_PAST_ITS_END_S = 10.0
_LEAST_SHORT_S, _SHORT_SHARE = 0.5, 0.01


class Placing:
    """Part after part of a file in, blocks (n), or (n, 2) for two channels, out; what was not there is found out."""

    def __init__(self, path: Path, channels: int, findings: Findings) -> None:
        self._path, self._channels, self._findings = path, channels, findings
        self._resampler: av.AudioResampler | None = None
        self._form: object = None
        self._given = self._overlap = self._part = 0  # frames of 16 kHz; the third is where this part begins
        self._mixer = Mixer()
        self.end_byte = 0

    def blocks(self, container: InputContainer, stream: AudioStream, begin: int) -> Iterator[Samples]:
        """The sound of the part that begins at this byte. Raises SoundError."""
        self._part, clock_s, first = self._given, begin_s(container), not begin
        if clock_s > _ODD_BEGIN_S and first:
            self._findings.begins_ms = round(clock_s * 1000)
        claimed_s = claims.claimed_s(self._path, container, stream) if first else None
        pieces = Pieces(self._path, container, stream, clock_s, begin)
        timeline: Timeline[av.AudioFrame] = Timeline(LONGEST_S if claimed_s is None else claimed_s + _PAST_ITS_END_S)
        for placed in self._mixer.mixed(timeline.place(pieces)):
            yield from self._placed(placed)
        yield from self._flushed()
        yield from self._silence(self._given + round(pieces.quiet_s * RATE_HZ))
        self.end_byte = pieces.end_byte
        self._finish(pieces, claimed_s, first and claims.is_cut_off(self._path, container, self.end_byte))

    def _placed(self, placed: Placed[av.AudioFrame]) -> Iterator[Samples]:
        frame, piece = placed.piece.frame, placed.piece
        at = self._part + round(placed.at_s * RATE_HZ)
        refuse_what_can_not_be(self._path, frame.layout.nb_channels, frame.sample_rate)
        if placed.anew and self._findings.wild_ms is None:
            self._findings.wild_ms = at // FRAMES_PER_MS
        form = (frame.format.name, frame.layout.name, frame.sample_rate)
        if placed.moved_s or form != self._form:
            yield from self._flushed()
            self._form = form
        guessed = piece.at_s is None and self._given > self._part  # few bytes may have been a long silence
        if piece.broken and (placed.moved_s > 0 or guessed):
            self._findings.could_not_read(self._given // FRAMES_PER_MS, at // FRAMES_PER_MS)
            self._findings.estimated = self._findings.estimated or guessed or piece.lost_s > 0
        if placed.moved_s:
            yield from self._silence(at)
        yield from self._given_on(self._resampled(frame))

    def _silence(self, until: int) -> Iterator[Samples]:
        """Up to this frame; what lies beyond it already is an overlap."""
        self._overlap = max(0, self._given - until)
        while self._given < until:
            length = min(RATE_HZ, until - self._given)
            self._given += length
            yield np.zeros((length, self._channels) if self._channels > 1 else length, np.int16)

    def _finish(self, pieces: Pieces, claimed_s: float | None, cut_off: bool) -> None:
        self._findings.headless = self._findings.headless or pieces.headless
        found, held_ms = self._findings, (self._given - self._part) // FRAMES_PER_MS
        if claimed_s is not None and claimed_s - held_ms / 1000 > max(_LEAST_SHORT_S, claimed_s * _SHORT_SHARE):
            found.claimed_ms, found.held_ms = round(claimed_s * 1000), held_ms
        elif cut_off or (claimed_s is None and (pieces.broken_off or pieces.unread_s > _LEAST_SHORT_S)):
            found.could_not_read(self._given // FRAMES_PER_MS, None)

    def _flushed(self) -> Iterator[Samples]:
        """What the resampler still holds; the next frame may have another form."""
        if self._resampler is not None:
            yield from self._given_on(self._resampled(None))
            self._resampler = None

    def _given_on(self, frames: list[av.AudioFrame]) -> Iterator[Samples]:
        for block in _blocks(frames, self._channels):
            rest = block[self._overlap :]
            self._overlap -= len(block) - len(rest)
            self._given += len(rest)
            if len(rest):
                yield rest

    def _resampled(self, frame: av.AudioFrame | None) -> list[av.AudioFrame]:
        import av

        if self._resampler is None:
            layout = "mono" if self._channels == 1 else "stereo"
            self._resampler = av.AudioResampler(format="s16", layout=layout, rate=RATE_HZ)
        try:
            return self._resampler.resample(frame)
        except (av.FFmpegError, ValueError):
            raise SoundError(f"The sound in {self._path} can't be converted; convert it to WAV or FLAC.") from None


def _blocks(frames: list[av.AudioFrame], channels: int) -> Iterator[Samples]:
    shape = (-1,) if channels == 1 else (-1, channels)
    for frame in frames:
        block = np.ascontiguousarray(frame.to_ndarray().reshape(shape), dtype=np.int16)
        if len(block):
            yield block
