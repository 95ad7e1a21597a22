"""The ways that are compared, each a function from a sound file to words, loaded once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.scores.times import TimedWord
from tests.bench.sounds import read

B, BT, BT_WORDS, FILES, LIVE, CPP = "B", "Bt", "Bt+words", "files", "live", "whisper.cpp"
FILES_LABELS = "files, labels"
OURS = (FILES, FILES_LABELS, LIVE)
ENGINES = (B, BT, BT_WORDS, FILES, FILES_LABELS, LIVE)

ABOUT = {
    B: "faster-whisper as it comes: `WhisperModel(device cpu, int8, cpu_threads=0).transcribe(beam_size=5)`",
    BT: "faster-whisper batched: `BatchedInferencePipeline`, batch 8, beam 5",
    BT_WORDS: "the same with `word_timestamps=True`",
    FILES: "vivavoce, `transcribe FILE`",
    FILES_LABELS: "vivavoce, `transcribe FILE --speakers`",
    LIVE: "vivavoce's engine, each utterance as the scribe hears it; no recorder, no captions",
    CPP: "pywhispercpp as it comes",
}

_BEAM, _BATCH = 5, 8


@dataclass(frozen=True)
class Heard:
    """What a way made of a sound; words where the way gives times."""

    text: str
    words: tuple[TimedWord, ...] = ()


Way = Callable[[Path], Heard]


def load(name: str, model: str) -> Way:
    """The way of this name, its model loaded. ``model`` is a folder, for whisper.cpp a file."""
    makers: dict[str, Callable[[str], Way]] = {
        B: _bare,
        BT: lambda path: _batched(path, words=False),
        BT_WORDS: lambda path: _batched(path, words=True),
        FILES: _files,
        FILES_LABELS: _files_with_labels,
        LIVE: _live,
        CPP: _whisper_cpp,
    }
    return makers[name](model)


def _bare(model: str) -> Way:
    bare = _faster_whisper(model)
    return lambda path: _of_segments(bare.transcribe(str(path), beam_size=_BEAM)[0])


def _batched(model: str, *, words: bool) -> Way:
    from faster_whisper import BatchedInferencePipeline

    batched = BatchedInferencePipeline(_faster_whisper(model))
    options = {"batch_size": _BATCH, "beam_size": _BEAM, "word_timestamps": words}
    return lambda path: _of_segments(batched.transcribe(str(path), **options)[0])


def _faster_whisper(model: str) -> Any:
    from faster_whisper import WhisperModel

    return WhisperModel(model, device="cpu", compute_type="int8", cpu_threads=0)


def _of_segments(segments: Iterable[Any]) -> Heard:
    kept = list(segments)
    words = (TimedWord(word.word, word.start, word.end) for one in kept for word in one.words or ())
    return Heard(" ".join(one.text.strip() for one in kept), tuple(words))


def _files(model: str) -> Way:
    from transcribe.files import transcribe_file

    engine = _engine_of_files(model)
    return lambda path: _of_ours(transcribe_file(path, engine).utterances)


def _files_with_labels(model: str) -> Way:
    from transcribe import speaker_model
    from transcribe.files import transcribe_file
    from transcribe.whose import ByVoice

    engine, network = _engine_of_files(model), speaker_model.find()
    return lambda path: _of_ours(transcribe_file(path, engine, whose=ByVoice(network)).utterances)


def _live(model: str) -> Way:
    engine = _engine(model)
    return lambda path: _of_ours(_one_by_one(engine, path))


def _engine(model: str) -> Any:
    """The program's own, with as many threads as a session takes on this machine."""
    from transcribe import models
    from transcribe.whisper import Engine
    from tui.reader import Choice, settled

    path = Path(model)
    return Engine(path, "cpu", settled(Choice(models.name_at(path), "cpu")).threads)


def _engine_of_files(model: str) -> Any:
    from transcribe.compute import thread_count
    from transcribe.whisper import Engine

    return Engine(Path(model), "cpu", workers=thread_count())


def _one_by_one(engine: Any, path: Path) -> Iterable[Any]:
    """Each stretch as the scribe hears it while it is not behind."""
    from transcribe import packing
    from transcribe.recording import FRAMES_PER_MS
    from transcribe.segmenter import spans
    from transcribe.wire import Hear
    from tui.neighbours import Neighbours

    samples = read(path)

    def cut(one: Hear) -> packing.Stretch:
        start_ms, end_ms = one.start_ms - one.before_ms, one.end_ms + one.after_ms
        return packing.Stretch(start_ms, samples[start_ms * FRAMES_PER_MS : end_ms * FRAMES_PER_MS])

    neighbours = Neighbours(engine.scope)
    for span in spans([samples]):
        job = neighbours.place(Hear(str(span.start_ms), span.start_ms, span.end_ms))
        heard, _ = packing.hear_last(engine, [cut(one) for one in job.earlier], cut(job), beam=_BEAM)
        yield replace(heard, words=packing.placed(engine, heard.words, job.start_ms, job.end_ms))


def _of_ours(parts: Iterable[Any]) -> Heard:
    kept = list(parts)
    words = (TimedWord(word.text, word.start_ms / 1000, word.end_ms / 1000) for one in kept for word in one.words)
    return Heard(" ".join(one.text for one in kept if one.text), tuple(words))


def _whisper_cpp(model: str) -> Way:
    from pywhispercpp.model import Model  # type: ignore[import-not-found]  # nothing of ours needs it

    cpp = Model(model, print_progress=False, print_realtime=False)
    return lambda path: Heard(" ".join(one.text.strip() for one in cpp.transcribe(_floats(path))))


def _floats(path: Path) -> np.ndarray:
    return read(path).astype(np.float32) / np.float32(32_768)
