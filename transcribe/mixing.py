"""Makes sound fit for one channel of 16 bits: what is very quiet louder, what would cancel itself out turned round.

Anything else is passed on as it is, to the bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from transcribe.recording import RATE_HZ, Samples
from transcribe.timeline import Placed
from transcribe.voice import FRAME, Voice

if TYPE_CHECKING:
    import av

_BLOCK_S = 0.5
_LONG_S, _SHORT_S, _HELD_S = 4.0, 1.0, 8.0
_HELD_BYTES = 1 << 25
_QUIET = 10 ** (-45 / 20)
_NOTHING = 10 ** (-120 / 20)
_WANTED = 10 ** (-15 / 20)
_CANCELLED = 0.05  # of the power of two channels is left in their mean
_LOUDEST = 0.7
_UNEVEN = 10 ** (25 / 20)
_VOICE, _VOICE_FRAMES = 0.5, 6
_FULL = {"s16": 2**15, "s16p": 2**15, "s32": 2**31, "s32p": 2**31, "flt": 1, "fltp": 1, "dbl": 1, "dblp": 1}

Sound = npt.NDArray[np.float32]
Frames = Sequence["Placed[av.AudioFrame]"]


class Mixer:
    """Frames in and out, in order, up to eight seconds later; of two channels it also looks at each."""

    def __init__(self) -> None:
        self._voice: Voice | None = None
        self._held: list[Placed[av.AudioFrame]] = []
        self._held_s = 0.0
        self._held_bytes = 0
        self._heard = False  # anything that is not very quiet, so far
        self._turned = False
        self._peaks = np.zeros(2, np.float32)
        self._apart = False  # somebody was heard in the lower of two uneven channels only

    def mixed(self, frames: Iterable[Placed[av.AudioFrame]]) -> Iterator[Placed[av.AudioFrame]]:
        """All of them."""
        block: list[Placed[av.AudioFrame]] = []
        length_s = 0.0
        for placed in frames:
            if block and _form(placed) != _form(block[0]):
                yield from self._passed(block, length_s)
                yield from self._let_go(at_end=False)
                block, length_s = [], 0.0
            block.append(placed)
            length_s += placed.piece.length_s
            if length_s >= _BLOCK_S:
                yield from self._passed(block, length_s)
                block, length_s = [], 0.0
        if block:
            yield from self._passed(block, length_s)
        yield from self._let_go(at_end=True)

    def _passed(self, block: list[Placed[av.AudioFrame]], length_s: float) -> Iterator[Placed[av.AudioFrame]]:
        sound = _sound(block)
        if sound is None:
            yield from self._let_go(at_end=False)
            yield from block
            return
        block = self._in_phase(block, sound)
        quiet = bool(np.abs(sound).max(initial=0) < _QUIET)
        if not quiet and not self._uneven(sound):
            yield from self._let_go(at_end=False)
            self._heard = True
            yield from block
            return
        self._held += block
        self._held_s += length_s
        self._held_bytes += sound.nbytes
        if self._held_s >= _HELD_S or self._held_bytes > _HELD_BYTES:
            yield from self._let_go(at_end=False)

    def _in_phase(self, block: list[Placed[av.AudioFrame]], sound: Sound) -> list[Placed[av.AudioFrame]]:
        """With the second channel turned round where both together come to nothing."""
        if len(sound) != 2:
            return block
        power = float(np.square(sound).mean())
        if power > _NOTHING:
            self._turned = float(np.square(sound.mean(axis=0)).mean()) < _CANCELLED * power
        return _changed(block, np.array([1, -1], np.float32)) if self._turned else block

    def _uneven(self, sound: Sound) -> bool:
        """Whether one channel is far below the other, all along."""
        if len(sound) != 2:
            return False
        self._peaks = np.maximum(self._peaks, np.abs(sound).max(axis=1))
        return bool(_NOTHING < self._peaks.min() < self._peaks.max() / _UNEVEN)

    def _let_go(self, *, at_end: bool) -> Iterator[Placed[av.AudioFrame]]:
        held, long_enough = self._held, self._held_s >= (_LONG_S if self._heard or not at_end else _SHORT_S)
        self._held, self._held_s, self._held_bytes = [], 0.0, 0
        gains = self._gains_for(held) if held and long_enough else None
        yield from held if gains is None else _changed(held, gains)

    def _gains_for(self, held: Frames) -> Sound | None:
        """How much louder each channel is to be; None where nobody speaks, or nothing needs it."""
        sound = _sound(held)
        if sound is None:
            return None
        rate_hz = held[0].piece.frame.sample_rate
        loudest = float(np.abs(sound).max())
        if len(sound) == 2 and self._uneven(sound):
            gains = self._level(sound, rate_hz)
            if gains is not None:
                return gains
        if not _NOTHING < loudest < _QUIET:
            return None
        for gains in _ways(len(sound), _power_of_two(_WANTED / loudest)):
            if self._voiced((sound * gains[:, None]).mean(axis=0), rate_hz).sum() >= _VOICE_FRAMES:
                return gains
        return None

    def _level(self, sound: Sound, rate_hz: int) -> Sound | None:
        """The lower channel as loud as the other, once somebody has been heard in it and not in the other."""
        low = int(self._peaks.argmin())
        gain = _power_of_two(
            min(self._peaks.max() / self._peaks[low], _LOUDEST / max(np.abs(sound[low]).max(), _NOTHING))
        )
        if not self._apart:
            here, there = (self._voiced(one, rate_hz) for one in (sound[low] * gain, sound[1 - low]))
            self._apart = int((here & ~there).sum()) >= _VOICE_FRAMES
        return np.where(np.arange(2) == low, np.float32(gain), np.float32(1)) if self._apart else None

    def _voiced(self, sound: Sound, rate_hz: int) -> npt.NDArray[np.bool_]:
        """Which 32 ms of one channel hold a voice."""
        self._voice = self._voice or Voice()
        self._voice.reset()
        samples = _at_16_khz(sound, rate_hz)
        frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
        return self._voice.probabilities(frames) > _VOICE


def _ways(channels: int, gain: float) -> Iterator[Sound]:
    """All of them louder, then each of two by itself, for the other may only hum."""
    yield np.full(channels, gain, np.float32)
    if channels == 2:
        yield np.array([gain, 0], np.float32)
        yield np.array([0, gain], np.float32)


def _power_of_two(gain: float) -> float:
    return float(2.0 ** max(0, int(np.floor(np.log2(gain)))))


def _form(placed: Placed[av.AudioFrame]) -> tuple[str, str, int]:
    frame = placed.piece.frame
    return frame.format.name, frame.layout.name, frame.sample_rate


def _sound(frames: Frames) -> Sound | None:
    """The samples (channels, n) from -1 to 1; None where they are of a kind that is not looked at."""
    frame = frames[0].piece.frame
    full = _FULL.get(frame.format.name)
    if full is None:
        return None
    raw = np.concatenate([_channels(one.piece.frame) for one in frames], axis=1)
    with np.errstate(over="ignore"):  # of damaged sound, which is not looked at then
        sound = raw.astype(np.float32) / np.float32(full)
    return sound if np.isfinite(sound).all() else None


def _channels(frame: av.AudioFrame) -> npt.NDArray[Any]:
    raw = frame.to_ndarray()
    return raw if frame.format.is_planar else raw.reshape(-1, frame.layout.nb_channels).T


def _changed(frames: Frames, gains: Sound) -> list[Placed[av.AudioFrame]]:
    """The same with each channel multiplied."""
    return [
        replace(placed, piece=replace(placed.piece, frame=_multiplied(placed.piece.frame, gains))) for placed in frames
    ]


def _multiplied(frame: av.AudioFrame, gains: Sound) -> av.AudioFrame:
    import av

    raw = _channels(frame)
    wide = raw.astype(np.float64) * gains[:, None]
    if raw.dtype.kind == "i":
        limits = np.iinfo(raw.dtype)
        wide = np.clip(np.rint(wide), limits.min, limits.max)
    made = wide.astype(raw.dtype)
    made = np.ascontiguousarray(made if frame.format.is_planar else made.T.reshape(1, -1))
    changed = av.AudioFrame.from_ndarray(made, format=frame.format.name, layout=frame.layout.name)
    changed.sample_rate = frame.sample_rate
    return changed


def _at_16_khz(sound: Sound, rate_hz: int) -> Samples:
    import av

    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound[None, :]), format="flt", layout="mono")
    frame.sample_rate = rate_hz
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    made = [one.to_ndarray().reshape(-1) for one in (*resampler.resample(frame), *resampler.resample(None))]
    return np.concatenate(made) if made else np.zeros(0, np.int16)
