"""Whether memory stays where it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Sample = tuple[float, float]
"""Seconds, and megabytes (of 1024 * 1024 bytes)."""


def peak_mb(samples: Sequence[Sample]) -> float:
    """The most there ever was."""
    return max((mb for _, mb in samples), default=0.0)


def slope_mb_per_min(samples: Sequence[Sample]) -> float | None:
    """The straight line through the last three quarters; None when there are too few samples to tell."""
    if len(samples) < 8:
        return None
    begin = samples[0][0] + (samples[-1][0] - samples[0][0]) / 4
    late = np.array([sample for sample in samples if sample[0] >= begin])
    return float(np.polyfit(late[:, 0] / 60, late[:, 1], 1)[0])
