"""Time and word error rate of the engine beside faster-whisper's own ways, on real speech with references.

Run as ``python tests/bench/bench_words.py --sound DIR`` (or set ``$VIVAVOCE_SPEECH``). DIR holds ``NAME.wav`` and
``NAME.txt``, the words said in it; names that begin with ``ami`` are counted as meetings, the others as clean speech.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
from whisper_normalizer.english import EnglishTextNormalizer

from transcribe import compute, models, packing
from transcribe.files import transcribe_file
from transcribe.packing import Stretch
from transcribe.recording import FRAMES_PER_MS
from transcribe.segmenter import spans
from transcribe.sound import decode, duration_ms
from transcribe.whisper import Engine

Way = Callable[[Path], str]

_normal = EnglishTextNormalizer()


def main() -> None:
    """Print one line for each way."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sound", type=Path, default=os.environ.get("VIVAVOCE_SPEECH"))
    options.add_argument("--model", default=models.BUNDLED)
    options.add_argument("--threads", type=int, default=0)
    given = options.parse_args()
    if given.sound is None:
        options.error("give --sound DIR, or set VIVAVOCE_SPEECH")
    files = [path for path in sorted(Path(given.sound).glob("*.wav")) if path.with_suffix(".txt").is_file()]
    print(f"{'way':24}{'real time':>10}{'cpu':>8}{'clean':>9}{'meetings':>10}  insertions deletions substitutions")
    for name, way in ways(given.model, given.threads).items():
        print(measured(name, way, files), flush=True)


def ways(name: str, threads: int) -> dict[str, Way]:
    """Ours (files, as when live and on time) and faster-whisper's (batched, bare), with the same threads."""
    from faster_whisper import BatchedInferencePipeline

    model = models.find(name)
    engine = Engine(model.path, "cpu", threads)
    engine.warm()
    bare = compute.load(model.path, compute.CPU, compute.thread_count(threads))
    batched = BatchedInferencePipeline(bare)
    return {
        "files, packed": lambda path: _text(transcribe_file(path, engine).utterances),
        "live, one by one": lambda path: live(engine, path),
        "faster-whisper batched 8": lambda path: _text(batched.transcribe(str(path), batch_size=8, beam_size=5)[0]),
        "faster-whisper bare": lambda path: _text(bare.transcribe(str(path), beam_size=5)[0]),
    }


def live(engine: Engine, path: Path) -> str:
    """Each stretch by itself, as the scribe hears it while it is not behind."""
    samples = np.concatenate(list(decode(path)))
    stretches = [
        Stretch(span.start_ms, samples[span.start_ms * FRAMES_PER_MS : span.end_ms * FRAMES_PER_MS])
        for span in spans([samples])
    ]
    return _text(packing.hear(engine, [one], beam=5, packed=False)[0] for one in stretches)


def measured(name: str, way: Way, files: list[Path]) -> str:
    """Run one way over all files and put its figures in a line."""
    began_s, cpu_s = time.perf_counter(), time.process_time()
    texts = {path: way(path) for path in files}
    took_s, cpu_s = time.perf_counter() - began_s, time.process_time() - cpu_s
    length_s = sum(duration_ms(path) or 0 for path in files) / 1000
    clean = _score(texts, [path for path in files if not path.stem.startswith("ami")])
    meetings = _score(texts, [path for path in files if path.stem.startswith("ami")])
    whole = _score(texts, files)
    counts = f"{whole.insertions:12}{whole.deletions:10}{whole.substitutions:14}"
    return f"{name:24}{took_s / length_s:10.3f}{cpu_s / length_s:8.3f}{clean.wer:9.1%}{meetings.wer:10.1%}{counts}"


def _score(texts: dict[Path, str], files: list[Path]) -> Any:
    said = [_normal(path.with_suffix(".txt").read_text()) for path in files]
    return jiwer.process_words(said, [_normal(texts[path]) for path in files])


def _text(parts: Any) -> str:
    return " ".join(part.text for part in parts)


if __name__ == "__main__":
    main()
