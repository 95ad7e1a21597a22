"""The child that measures this machine: ``python -m transcribe.measure``. A few seconds; a library may break in it.

Each model, the smallest first, reads the same speech in each way that works here: on the processor by int8, with 1, 2
and 4 threads; on a graphics card by float16 and int8_float16. Threads are tried with the smallest model, whose best
serves all.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from transcribe import compute, models, pace
from transcribe.compute import CPU, Compute
from transcribe.decoding import FRAME, RATE_HZ, Sound
from transcribe.errors import TranscribeError, WireError
from transcribe.serve import App
from transcribe.sound import decode
from transcribe.wire import Failed, Measure, MeasureReport, Timing, Unusable

BUDGET_S = 8.0
_FRAMES = 1000  # a window of 10 s
_CARD_TYPES = ("float16", "int8_float16")
_NICE = 5  # as the scribe

Result = TypeVar("Result")


def measure(order: Measure, report: Callable[[MeasureReport], None], budget_s: float = BUDGET_S) -> None:
    """Report the timings as they come; no try is begun that would most likely end after ``budget_s``.

    After a model that can't keep up with captions in any way, no bigger one is tried. Raises SoundError.
    """
    end, last_s, last_bytes, threads = time.monotonic() + budget_s, 0.0, 0, 0
    sound = _speech(Path(order.sound))
    import faster_whisper  # noqa: F401  # takes a second or two, which is no model's

    for name in order.models:
        model = models.find(name)
        timings: list[Timing] = []
        for way, its_threads in _ways(threads):
            began = time.monotonic()
            if last_bytes and began + last_s * model.size_bytes / last_bytes > end:
                return
            one = timing(model, way, its_threads, sound)
            report(one)
            timings += [one] if isinstance(one, Timing) else []
            last_s, last_bytes = time.monotonic() - began, model.size_bytes
        threads = threads or _best_threads(timings)
        if timings and all(pace.work(one, captions=True, frugal=True) > pace.ENOUGH for one in timings):
            return


def thread_counts(cores: int) -> tuple[int, ...]:
    """All that are used at the most, then fewer: the likeliest first, should time run out."""
    return tuple(sorted({count for count in (1, 2, 4) if count <= cores} | {cores}, reverse=True))


def timing(model: models.Model, way: Compute, threads: int, sound: Sound) -> Timing | Unusable:
    """What this model costs in this way, where it works."""
    try:
        return _timed(model, way, threads, sound)
    except compute.COMPUTE_FAULTS:
        return Unusable(model.name, way.device, way.kind)


def _best_threads(timings: list[Timing]) -> int:
    """Those of the fastest way on the processor; 0 where that does not work."""
    best = pace.fastest(one for one in timings if one.device == CPU.device)
    return best[0].threads if best else 0


def _ways(threads: int) -> Iterator[tuple[Compute, int]]:
    """The processor first: what it took is known already should a card's library end the process."""
    for count in (threads,) if threads else thread_counts(compute.thread_count()):
        yield CPU, count
    can = compute.card_types()
    for kind in _CARD_TYPES:
        if kind in can:
            yield Compute("cuda", kind), threads or 1


def _timed(model: models.Model, way: Compute, threads: int, sound: Sound) -> Timing:
    loaded = compute.load(model.path, way, threads)
    window = _window(loaded, sound)
    _encode(loaded, window)  # the first time is slower
    encode_s, encoded = min((_clocked(lambda: _encode(loaded, window)) for _ in range(2)), key=lambda one: one[0])
    caption_s, tokens = _clocked(lambda: _read(loaded, encoded, beam=1))
    final_s, final_tokens = _clocked(lambda: _read(loaded, encoded, beam=5, place=True))
    return Timing(
        model.name,
        way.device,
        way.kind,
        threads,
        encode_s * 1000,
        caption_s * 1000 / len(tokens),
        final_s * 1000 / len(final_tokens),
    )


def _encode(loaded: Any, window: Any) -> Any:
    """Back in main memory, so that a card is waited for."""
    return loaded.model.encode(window, to_cpu=True)


def _read(loaded: Any, encoded: Any, *, beam: int, place: bool = False) -> list[int]:
    """The tokens of the window, placed in time if asked."""
    from faster_whisper.tokenizer import Tokenizer

    words = Tokenizer(loaded.hf_tokenizer, loaded.model.is_multilingual, task="transcribe", language="en")
    prompt = [*words.sot_sequence, words.no_timestamps]
    read = loaded.model.generate(encoded, [prompt], beam_size=beam, max_length=120, sampling_temperature=0)
    tokens: list[int] = read[0].sequences_ids[0] or [words.eot]
    if place:
        loaded.model.align(encoded, words.sot_sequence, [tokens], [_FRAMES])
    return tokens


def _window(loaded: Any, sound: Sound) -> Any:
    from faster_whisper.transcribe import get_ctranslate2_storage

    columns = loaded.feature_extractor(sound)[:, :_FRAMES]
    padded = np.pad(columns, ((0, 0), (0, _FRAMES - columns.shape[1]))).astype(np.float32)
    return get_ctranslate2_storage(padded[np.newaxis])


def _clocked(work: Callable[[], Result]) -> tuple[float, Result]:
    began = time.perf_counter()
    done = work()
    return time.perf_counter() - began, done


def _speech(path: Path) -> Sound:
    """The first 10 s of a sound file. Raises SoundError."""
    held, frames = [], 0
    for block in decode(path):
        held.append(block)
        frames += len(block)
        if frames >= _FRAMES * FRAME:
            break
    return np.concatenate([*held, np.zeros(RATE_HZ, np.int16)])[: _FRAMES * FRAME].astype(np.float32) / np.float32(
        32768
    )


def _tell(app: App, report: MeasureReport) -> None:
    """It has left before the next way is tried: a card's library may end the process."""
    app.report(report)
    app.until_told()


def main() -> int:
    """The process: 0 when all that is worth it was measured, 1 after a ``Failed``."""
    app, failed = App(), None
    if hasattr(os, "nice"):
        os.nice(_NICE)
    try:
        order = next(app.commands, None)
        if not isinstance(order, Measure):
            raise WireError("the first line to the child that measures does not say what")
        measure(order, partial(_tell, app))
    except TranscribeError as error:
        failed = Failed("measure", str(error))
    except Exception as error:  # noqa: BLE001 - the child's edge: the app must learn of it in a sentence
        traceback.print_tb(error.__traceback__)
        failed = Failed("measure", "This machine could not be measured; try again: vivavoce doctor --measure")
    if failed is not None:
        app.report(failed)
    app.until_told()
    return 0 if failed is None else 1


if __name__ == "__main__":
    sys.exit(main())
