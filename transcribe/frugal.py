"""Frugal threads and memory, to be asked for before the libraries that need it are loaded.

Idle threads sleep instead of spinning. Measured on two cores with tiny.en: numpy's threads burn 0.13 s after each
spectrogram, a fifth of a caption's cost; and beside another busy program a caption on two threads that spin takes
1.5 s, on two that sleep 0.7 s.

All threads share one arena of glibc's malloc. In a process that did nothing but load a model and read, as for a sound
file, a window of 10 s took 0.14 s (0.26 s of processor) so and 0.25 s (0.38 s) with an arena for each thread, which
also kept 45 MB more. In the scribe a window took 0.17 s either way; its memory was not compared.

Intel's MKL keeps the buffers it has worked in, 13 MB after the longest window (tiny.en). Told not to, it takes no
longer (within one part in thirty, measured on six minutes, three times each).
"""

from __future__ import annotations

import os
import sys

FRUGAL = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
    "MALLOC_ARENA_MAX": "1",
    "MKL_DISABLE_FAST_MM": "1",
}
"""The environment of a child."""

_M_ARENA_MAX = -8  # of malloc.h


def be_frugal() -> None:
    """Let this process, which is running already, and its children be frugal; what the user has set stays."""
    missing = {name: value for name, value in FRUGAL.items() if name not in os.environ}
    os.environ.update(missing)
    if "MALLOC_ARENA_MAX" in missing:
        _ask_glibc("mallopt", _M_ARENA_MAX, int(missing["MALLOC_ARENA_MAX"]))


def give_back() -> None:
    """Return to the system what malloc keeps for later, 60 MB after a window of 28 s.

    Else a session grows for as long as longer windows turn up. To be asked for now and then only: a window right after
    takes some 20 ms more. Lower thresholds of malloc's would do the same at every window, and cost finals a quarter.
    """
    _ask_glibc("malloc_trim", 0)


def _ask_glibc(name: str, *numbers: int) -> None:
    """Where there is no such function, as in musl, there are no such habits either."""
    if sys.platform == "linux":
        import ctypes

        asked = getattr(ctypes.CDLL(None), name, None)
        if asked is not None:
            asked(*numbers)
