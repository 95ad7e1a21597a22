"""How loud sound is, and what is odd about it: pure silence, clipping, or no sound at all."""

from __future__ import annotations

import numpy as np

from transcribe.recording import FRAMES_PER_MS, Samples

SILENCE_DB = -100.0
FULL_SCALE = 32_768.0
SILENT_AFTER_MS = 3_000
CLIPPING_AT = 32_700
CLIPPED_SAMPLES = 4
CLIPPING_FOR_MS = 1_000


def rms_db(samples: Samples) -> float:
    """Loudness in dB below full scale, at least -100."""
    if not len(samples):
        return SILENCE_DB
    wide = samples.astype(np.float32)
    return _db(float(np.sqrt(np.dot(wide, wide) / len(wide))))


def peak_db(samples: Samples) -> float:
    """Loudest sample in dB below full scale, at least -100."""
    return _db(float(np.abs(samples.astype(np.int32)).max(initial=0)))


def _db(value: float) -> float:
    return SILENCE_DB if value < 0.33 else round(20 * float(np.log10(value / FULL_SCALE)), 1)


class Watch:
    """What a microphone gives: ``ok``, ``silent`` (exact zeros for 3 s: muted, or no permission) or ``clipping``."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Another stretch of sound begins."""
        self._zero_ms = 0
        self._since_clip_ms = CLIPPING_FOR_MS

    def state(self, samples: Samples) -> str:
        """The state after these samples."""
        length_ms = len(samples) // FRAMES_PER_MS
        lowest, highest = int(samples.min(initial=0)), int(samples.max(initial=0))
        self._zero_ms = 0 if lowest or highest else self._zero_ms + length_ms
        loud = max(-lowest, highest) > CLIPPING_AT  # asked first: this runs with every block, and most are not
        self._since_clip_ms = 0 if loud and _clipped(samples) else self._since_clip_ms + length_ms
        if self._zero_ms >= SILENT_AFTER_MS:
            return "silent"
        return "clipping" if self._since_clip_ms < CLIPPING_FOR_MS else "ok"


def _clipped(samples: Samples) -> bool:
    return bool(np.count_nonzero((samples > CLIPPING_AT) | (samples < -CLIPPING_AT)) >= CLIPPED_SAMPLES)
