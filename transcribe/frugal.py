"""Environment for the libraries' own threads, to be set before they are loaded: idle threads sleep instead of spinning.

Measured on two cores with tiny.en: numpy's threads burn 0.13 s after each spectrogram, a fifth of a caption's cost. And
beside another busy program a caption on two threads that spin takes 1.5 s, on two that sleep 0.7 s (alone 0.34 s).
"""

from __future__ import annotations

FRUGAL = {"OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
