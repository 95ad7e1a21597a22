"""Long sound out of short pieces, as quiet as they are or in the noise of a room; written as it goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from tests.bench.noises import as_samples, pink, scaled
from tests.bench.sounds import Sound, read, written
from transcribe.recording import RATE_HZ, Samples

_SPEECH_DB = -26.0  # of full scale, over what is not quiet: every piece is brought to this
_QUIET_S = 0.8
_ACTIVE_FRAME = RATE_HZ // 50
_SEED = 31
_LAST = 10 * RATE_HZ  # where the last words are looked for
_QUIETER_DB = 10.0  # than speech on the whole: still speech
_INTO_SPEECH = RATE_HZ // 2  # samples before its end


def tiled(path: Path, pieces: Sequence[Sound], seconds: float, snr_db: float | None = None) -> Sound:
    """Pieces in seeded order, again and again, until ``seconds`` are full; a piece is never cut.

    With ``snr_db`` there is noise of a room all through, so far below the speech.
    """
    order: list[Sound] = []
    chance = np.random.default_rng(_SEED)
    while sum(piece.seconds + _QUIET_S for piece in order) < seconds:
        order += [pieces[at] for at in chance.permutation(len(pieces))]
    fitting = list(_fitting(order, seconds))
    frames = 0
    with soundfile.SoundFile(path, "w", RATE_HZ, 1, "PCM_16") as file:
        for number, piece in enumerate(fitting):
            block = _block(piece, number, snr_db)
            frames += len(block)
            file.write(block)
    return Sound(path.stem, path, frames / RATE_HZ, " ".join(piece.text or "" for piece in fitting))


def broken_off(sound: Sound, path: Path) -> Sound:
    """The same, but it ends in the middle of the last words, as when somebody stops while another still speaks."""
    samples = read(sound.path)
    loud = np.flatnonzero(_powers(samples[-_LAST:]) > 10 ** ((_SPEECH_DB - _QUIETER_DB) / 10))
    end = len(samples) - min(_LAST, len(samples)) + int(loud[-1] if len(loud) else 0) * _ACTIVE_FRAME - _INTO_SPEECH
    return Sound(path.stem, path, written(path, samples[:end]), sound.text)


def level_db(samples: Samples) -> float:
    """Of full scale, over the frames of 20 ms that are within 25 dB of the loudest ones."""
    power = _powers(samples)
    active = power[power > np.percentile(power, 95) * 10**-2.5]
    return float(10 * np.log10(active.mean()))


def _powers(samples: Samples) -> npt.NDArray[np.float64]:
    """Mean square of each 20 ms; full scale is 1."""
    whole = samples[: len(samples) // _ACTIVE_FRAME * _ACTIVE_FRAME].astype(np.float64) / 32_768
    return np.asarray(np.square(whole.reshape(-1, _ACTIVE_FRAME)).mean(axis=1) + 1e-12)


def _fitting(order: Sequence[Sound], seconds: float) -> Iterator[Sound]:
    """Pieces as long as there is room; the first one in any case."""
    used_s = 0.0
    for number, piece in enumerate(order):
        if number and used_s + piece.seconds + _QUIET_S > seconds * 1.01:
            continue
        used_s += piece.seconds + _QUIET_S
        yield piece


def _block(piece: Sound, number: int, snr_db: float | None) -> Samples:
    samples = read(piece.path)
    gain = 10 ** ((_SPEECH_DB - level_db(samples)) / 20)
    waves = np.concatenate([samples / 32_768 * gain, np.zeros(round(_QUIET_S * RATE_HZ))])
    if snr_db is not None:
        waves = waves + scaled(pink(len(waves), _SEED + number), _SPEECH_DB - snr_db)
    return as_samples(waves)
