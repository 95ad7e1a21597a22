"""A scribe with a graphics card that fails: ``python -m tests.transcribe.card`` in the place of ``transcribe.scribe``.

The card is a stand-in that lends itself the processor for the work; all else is the real child. How it fails stands
in ``$FAILING_CARD``: ``load`` (a library is missing when the model is loaded), ``work`` (out of memory after some
decodes), ``abort`` (a library ends the process after some decodes, as those of a card do), ``abort-at-load`` (so it
does at once, on a machine that is too busy to have told anything yet).
"""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from transcribe import compute as ways
from transcribe import scribe, serve
from transcribe.compute import CPU, Compute
from transcribe.whisper import Engine

HOW = os.environ.get("FAILING_CARD", "load")
ABORT_AT_LOAD = "abort-at-load"
BUSY_S = 0.2
GOOD_DECODES = 2  # one of them warms up

_load = ways.load


class Memory:
    """The model, and how many decodes the card's memory lasts for."""

    def __init__(self, real: Any) -> None:
        self._real, self._left = real, GOOD_DECODES

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def generate(self, *args: Any, **more: Any) -> Any:
        self._left -= 1
        if self._left < 0:
            if HOW == "abort":
                os.abort()
            raise RuntimeError("CUDA failed with error out of memory")
        return self._real.generate(*args, **more)


class Busy:
    """The system, on which nothing is written at once."""

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def write(self, descriptor: int, content: bytes) -> int:
        time.sleep(BUSY_S)
        return os.write(descriptor, content)


def load(model_dir: Path, compute: Compute, threads: int, workers: int = 1) -> Any:
    if compute == CPU:
        return _load(model_dir, compute, threads, workers)
    if HOW == "load":
        raise RuntimeError("Library libcublas.so.12 is not found or cannot be loaded")
    if HOW == ABORT_AT_LOAD:
        os.abort()
    model = _load(model_dir, CPU, threads)
    model.model = Memory(model.model)
    return model


def main() -> int:
    """The scribe, on a machine with such a card."""
    ways.card_types = lambda: frozenset({"float16", "int8_float16", "int8", "float32"})
    if HOW == ABORT_AT_LOAD:
        setattr(serve, "os", Busy())  # noqa: B010 - as below
    setattr(scribe, "Engine", partial(Engine, load=load))  # noqa: B010 - the checker takes it for a class
    return scribe.main()


if __name__ == "__main__":
    sys.exit(main())
