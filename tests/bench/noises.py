"""Sound in which nobody speaks: silence, a room, mains hum, a keyboard, tones. Made from a seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tests.bench.sounds import Sound, written
from transcribe.recording import RATE_HZ, Samples

Waves = npt.NDArray[np.float64]
"""-1 to 1."""

_ROOM_DB = -50.0  # of full scale: a quiet office
_SEED = 23


def all_noises(folder: Path, seconds: float) -> list[Sound]:
    """One file of each, so long."""
    makers: dict[str, Callable[[int], Waves]] = {
        "silence": lambda count: np.zeros(count),
        "room": lambda count: scaled(pink(count, _SEED), _ROOM_DB),
        "hum": _hum,
        "keyboard": _keyboard,
        "tones": _tones,
    }
    return [_noise(folder / f"{name}.wav", make(round(seconds * RATE_HZ))) for name, make in makers.items()]


def pink(count: int, seed: int) -> Waves:
    """Noise whose power falls by 3 dB an octave above 30 Hz, like that of a room with a fan; at 0 dB."""
    size = 1 << max(1, count - 1).bit_length()  # a power of two: other lengths can take a minute
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=size))
    hertz = np.fft.rfftfreq(size, 1 / RATE_HZ)
    return scaled(np.fft.irfft(spectrum / np.sqrt(np.maximum(hertz, 30.0)), size)[:count], 0.0)


def scaled(waves: Waves, db: float) -> Waves:
    """At this many dB of full scale, root mean square."""
    return waves * (10 ** (db / 20) / max(float(np.sqrt(np.mean(waves**2))), 1e-12))


def as_samples(waves: npt.NDArray[np.floating]) -> Samples:
    """To int16, what is too loud is cut."""
    return np.clip(np.round(waves * 32_767), -32_768, 32_767).astype(np.int16)


def _noise(path: Path, waves: Waves) -> Sound:
    return Sound(path.stem, path, written(path, as_samples(waves)), "")


def _hum(count: int) -> Waves:
    """50 Hz with its odd and even overtones, over a quiet room."""
    at = np.arange(count) / RATE_HZ
    parts = ((1, 1.0), (2, 0.5), (3, 0.6), (5, 0.3), (7, 0.15), (9, 0.1))
    hum = sum(strength * np.sin(2 * np.pi * 50 * times * at) for times, strength in parts)
    return scaled(np.asarray(hum), -36) + scaled(pink(count, _SEED + 1), _ROOM_DB - 6)


def _keyboard(count: int) -> Waves:
    """Bursts of typing, five to nine keys a second, with rests between."""
    chance = np.random.default_rng(_SEED + 2)
    waves = scaled(pink(count, _SEED + 3), _ROOM_DB - 3)
    for at in _key_presses(chance, count):
        click = chance.normal(size=RATE_HZ // 25) * np.exp(-np.arange(RATE_HZ // 25) / (RATE_HZ * 0.006))
        part = waves[at : at + len(click)]
        part += click[: len(part)] * chance.uniform(0.05, 0.3)
    return waves


def _key_presses(chance: np.random.Generator, count: int) -> Iterator[int]:
    at = 0.0
    while at < count:
        for _ in range(chance.integers(5, 60)):
            at += chance.uniform(1 / 9, 1 / 5) * RATE_HZ
            if at < count:
                yield int(at)
        at += chance.uniform(0.5, 4.0) * RATE_HZ


def _tones(count: int) -> Waves:
    """Single tones and pairs, as of telephones and doors, 0.2 to 1.5 s long, with as much quiet between."""
    chance = np.random.default_rng(_SEED + 4)
    waves, at = scaled(pink(count, _SEED + 5), _ROOM_DB - 6), 0
    while at < count:
        length = int(chance.uniform(0.2, 1.5) * RATE_HZ)
        part = waves[at : at + length]
        clock = np.arange(len(part)) / RATE_HZ
        for hertz in chance.uniform(300, 1_800, chance.integers(1, 3)):
            part += 0.08 * np.sin(2 * np.pi * hertz * clock)
        at += length + int(chance.uniform(0.2, 1.5) * RATE_HZ)
    return waves
