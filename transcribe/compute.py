"""What a model runs on: a graphics card where one works, else the processor, and the sentence that says so."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: What a library that is missing, out of memory or unfit for the card raises out of CTranslate2.
COMPUTE_FAULTS = (RuntimeError, ValueError, OSError, MemoryError)

#: What is said when a card fails, by the scribe that survives it, or by the app for one that did not.
CARD_FAILED = "The CUDA graphics card does not work here; the processor does the work."

#: Is there where a card has its driver: what can be known of one without loading its libraries.
CARD_DRIVER = Path("/proc/driver/nvidia/version")

_MOST_THREADS = 4  # with more the parts of so small a model wait for each other

_CARD_TYPES = ("float16", "int8_float16", "int8", "float32")  # the best that a card can do comes first


@dataclass(frozen=True)
class Compute:
    """``device`` is cpu or cuda; ``kind`` is CTranslate2's compute type."""

    device: str
    kind: str


CPU = Compute("cpu", "int8")


#: Whatever makes a ``faster_whisper.WhisperModel``, or what behaves like one, of a folder, threads and workers.
Loader = Callable[[Path, Compute, int, int], Any]


def choose(wanted: str | Compute) -> tuple[Compute, str | None]:
    """What to run on for ``auto``, ``cpu`` or ``cuda``, and one sentence when ``cuda`` was asked for in vain.

    A whole ``Compute`` is taken as it is where the card can do so; the processor always works by int8.
    """
    device, kind = (wanted.device, wanted.kind) if isinstance(wanted, Compute) else (wanted, "")
    if device not in ("auto", "cpu", "cuda"):
        raise ValueError("a device is auto, cpu or cuda")
    if device == "cpu":
        return CPU, None
    can = card_types()
    best = next((one for one in (kind, *_CARD_TYPES) if one in can), None)
    if best:
        return Compute("cuda", best), None
    return CPU, "No CUDA graphics card can be used here; the processor does the work." if device == "cuda" else None


def card_types() -> frozenset[str]:
    """The compute types of the CUDA device; none when there is no device or no driver."""
    import ctranslate2

    try:
        if not ctranslate2.get_cuda_device_count():
            return frozenset()
        return frozenset(ctranslate2.get_supported_compute_types("cuda"))
    except COMPUTE_FAULTS:
        return frozenset()


def thread_count(threads: int = 0) -> int:
    """``threads``, or as many as this process may have cores: on two a reading takes three fifths of the time."""
    if threads > 0:
        return threads
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, _MOST_THREADS))


def load(model_dir: Path, compute: Compute, threads: int, workers: int = 1) -> Any:
    """A ``faster_whisper.WhisperModel`` from a folder; nothing is ever fetched.

    Several ``workers`` share its weights and read side by side, each with so many threads.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from faster_whisper import WhisperModel

    return WhisperModel(
        str(model_dir),
        device=compute.device,
        compute_type=compute.kind,
        cpu_threads=threads,
        num_workers=workers,
        local_files_only=True,
    )
