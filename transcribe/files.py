"""A sound or video file to a transcript, a stretch at a time: an hour of sound never lies in one array."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from transcribe import foreign, models, packing, sound, verbatim
from transcribe.decoding import Hearing
from transcribe.findings import clock
from transcribe.foreign import Impression
from transcribe.packing import Stretch
from transcribe.parting import parted
from transcribe.recording import FRAMES_PER_MS, Samples
from transcribe.segmenter import FILE_RULES, spans
from transcribe.speakers import UNSURE, Label
from transcribe.stretchwise import attempt
from transcribe.whisper import Engine
from transcribe.whose import Whose
from transcribe.windows import with_quiet
from transcribe.wire import Hear, Span, Word

_AROUND_MS = 2_000  # more than the quiet that a stretch is read with
_OPEN_MS = 60_000  # longer than a stretch with the silence that ends it
_BATCH_MS = 8 * 28_000  # speech that is decoded in one go: eight full windows

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True)
class FileUtterance:
    """One stretch of speech. ``speaker`` is None where nobody asked who speaks, "?" where nobody can tell."""

    start_ms: int
    end_ms: int
    speaker: str | None
    text: str
    words: tuple[Word, ...]


@dataclass(frozen=True)
class FileTranscript:
    """What was said in a file, and what it was read with."""

    model: str
    device: str
    language: str
    duration_ms: int
    utterances: tuple[FileUtterance, ...]
    verbatim: str = verbatim.CLEAN
    unread: tuple[tuple[int, int], ...] = ()
    """Stretches of speech, from and to in ms, that could not be read."""
    notices: tuple[str, ...] = ()


def transcribe_file(
    source: Path | sound.Reading,
    engine: Engine,
    *,
    beam: int = 5,
    whose: Whose | None = None,
    progress: Progress | None = None,
) -> FileTranscript:
    """The transcript of a file; ``progress`` is told (done_ms, total_ms or None when the file does not say).

    A ``source`` that is no path has as many channels as ``whose`` wants. ``whose`` tells speakers apart; without it no
    utterance has one. Raises SoundError when the file is no sound, ModelError when the model stops working, or can read
    nothing of what is said.
    """
    channels = 1 if whose is None else whose.channels
    reading = source if isinstance(source, sound.Reading) else sound.Reading(source, channels=channels)
    total_ms = sound.duration_ms(reading.path)
    tape = _Tape(iter(reading))
    utterances: list[FileUtterance] = []
    unread: list[tuple[int, int]] = []
    languages: list[str] = []
    read = 0
    for batch in _batches(tape, whose, engine.scope.quiet_ms):
        heard = packing.hear(engine, [stretch for _, stretch in batch], beam=beam, packed=True)
        found = [(one, _utterance(engine, one, its)) for (one, _), its in zip(batch, heard, strict=True)]
        utterances += [its for _, its in found if its is not None and its.text]
        unread += [(one.start_ms, one.end_ms) for one, its in found if its is None]
        languages += [its.language for its in heard if its.text]
        read += len(found)
        if progress:
            progress(batch[-1][0].end_ms, total_ms)
    if progress:
        progress(tape.end_ms, tape.end_ms)
    if unread and len(unread) == read:
        raise engine.unusable()
    if whose is not None:
        utterances = _with_speakers(utterances, whose)
    language = max(languages, key=languages.count, default="en")
    name, kind = models.name_at(engine.model_dir), verbatim.kind(engine.manner.strict, language)
    doubt = "" if unread and not utterances else _doubt(reading.path.name, engine, tape.impression, utterances)
    notices = (*reading.findings.sentences(), *map(_missing, unread), *([doubt] if doubt else []))
    return FileTranscript(name, engine.device, language, tape.end_ms, tuple(utterances), kind, tuple(unread), notices)


def _missing(stretch: tuple[int, int]) -> str:
    start, end = map(clock, stretch)
    return f"What is said from {start} to {end} could not be transcribed; everything else is there."


def _doubt(file: str, engine: Engine, impression: Impression, utterances: Sequence[FileUtterance]) -> str:
    """What there is to say of a transcript in which nothing stands, or nothing that can be relied on."""
    if not utterances:
        return f"No speech was heard in {file}: its transcript is empty."
    if not engine.english_only:
        return ""
    words = [word for one in utterances for word in one.words]
    return foreign.sentence(file, models.name_at(engine.model_dir), words, impression)


def as_dict(transcript: FileTranscript) -> dict[str, Any]:
    """The transcript as the JSON of ``vivavoce transcribe --format json``, times in seconds.

    What strict verbatim adds is there only where it was asked for, what could not be read and ``notices`` (sentences
    about the file) only where there is something to say.
    """
    return {
        "model": transcript.model,
        "device": transcript.device,
        "language": transcript.language,
        "duration": _seconds(transcript.duration_ms),
        "utterances": [
            {
                "start": _seconds(one.start_ms),
                "end": _seconds(one.end_ms),
                "speaker": one.speaker,
                "text": one.text,
                "words": [
                    {
                        "start": _seconds(word.start_ms),
                        "end": _seconds(word.end_ms),
                        "word": word.text,
                        "probability": word.probability,
                        **({"strict": True} if word.strict else {}),
                    }
                    for word in one.words
                ],
            }
            for one in transcript.utterances
        ],
        **({"verbatim": transcript.verbatim} if transcript.verbatim != verbatim.CLEAN else {}),
        **({"unread": [_from_to(*one) for one in transcript.unread]} if transcript.unread else {}),
        **({"notices": list(transcript.notices)} if transcript.notices else {}),
    }


class _Tape:
    """Blocks of sound that run by; keeps what is not cut off it yet, and of hours without speech the end only."""

    def __init__(self, blocks: Iterator[Samples]) -> None:
        self._blocks = blocks
        self._held: deque[tuple[int, Samples]] = deque()  # each with its first frame
        self._wanted = (0, 0)
        self.impression = Impression()
        self._end = 0  # frames

    @property
    def end_ms(self) -> int:
        """How far it has run."""
        return self._end // FRAMES_PER_MS

    def run(self) -> Iterator[Samples]:
        """The blocks as they come."""
        for block in self._blocks:
            self._held.append((self._end, block))
            self._end += len(block)
            self._let_go()
            yield self.impression.hear(sound.in_mono(block))

    def want(self, start_ms: int, end_ms: int) -> None:
        """A stretch that is going to be cut off, however long the next one may be in coming."""
        self._wanted = (start_ms - _AROUND_MS) * FRAMES_PER_MS, (end_ms + _AROUND_MS) * FRAMES_PER_MS

    def cut(self, start_ms: int, end_ms: int) -> Samples:
        """The samples of a stretch, in all channels; what lies before its end is let go."""
        first, last = start_ms * FRAMES_PER_MS, end_ms * FRAMES_PER_MS
        parts = [block[max(0, first - at) : max(0, last - at)] for at, block in self._held if at < last]
        while self._held and self._held[0][0] + len(self._held[0][1]) <= last:
            self._held.popleft()
        return np.concatenate(parts)

    def _let_go(self) -> None:
        """Of what is older than any stretch that may still be open, all but what is wanted."""
        if self._end - self._held[0][0] > 2 * _OPEN_MS * FRAMES_PER_MS + len(self._held[0][1]):
            since, (first, last) = self._end - _OPEN_MS * FRAMES_PER_MS, self._wanted
            ends = ((at, at + len(one), one) for at, one in self._held)
            self._held = deque((at, one) for at, end, one in ends if end > since or (first < end and at < last))


def _batches(tape: _Tape, whose: Whose | None, quiet_ms: int) -> Iterator[list[tuple[Hear, Stretch]]]:
    """What is said, and its sound with the quiet around it, as much as is decoded in one go."""
    batch: list[tuple[Hear, Stretch]] = []
    length_ms = 0
    for one in _with_quiet(spans(tape.run(), rules=FILE_RULES), quiet_ms, tape.want):
        samples = tape.cut(one.start_ms - one.before_ms, one.end_ms + one.after_ms)
        stretch = Stretch(one.start_ms - one.before_ms, sound.in_mono(samples))
        tape.impression.take(stretch.sound)
        if whose is not None:
            spoken = samples[one.before_ms * FRAMES_PER_MS : len(samples) - one.after_ms * FRAMES_PER_MS]
            attempt(partial(whose.listen, one.id, one.start_ms, spoken))
        if batch and length_ms + stretch.length_ms > _BATCH_MS:
            yield batch
            batch, length_ms = [], 0
        batch.append((one, stretch))
        length_ms += stretch.length_ms
    if batch:
        yield batch


def _with_quiet(found: Iterable[Span], most_ms: int, want: Callable[[int, int], None]) -> Iterator[Hear]:
    """Each as soon as the next one is known, with its share of the quiet around it; ``want`` is told of it at once."""
    latest: list[Hear] = []
    for span in found:
        latest = [*latest[-2:], Hear(str(span.start_ms), span.start_ms, span.end_ms)]
        if len(latest) > 1:
            yield with_quiet(latest, most_ms)[-2]
        want(span.start_ms, span.end_ms)
    if latest:
        yield with_quiet(latest, most_ms)[-1]


def _with_speakers(utterances: Sequence[FileUtterance], whose: Whose) -> list[FileUtterance]:
    """Each parted where the voice changes; one of which nothing can be told keeps its words, and nobody's name."""
    texts = {str(one.start_ms): one.text for one in utterances}
    labels = attempt(lambda: whose.labels(texts)) or {}
    found: list[FileUtterance] = []
    for one in utterances:
        label = labels.get(str(one.start_ms), Label(UNSURE, 0.0, ()))
        found += attempt(partial(_parted, one, label)) or [replace(one, speaker=UNSURE)]
    return found


def _parted(one: FileUtterance, label: Label) -> list[FileUtterance]:
    return list(parted(one, label))


def _utterance(engine: Engine, one: Hear, hearing: Hearing) -> FileUtterance | None:
    """None where it could not be read."""
    words = attempt(lambda: packing.placed(engine, hearing.words, one.start_ms, one.end_ms))
    if hearing.failed or words is None:
        return None
    return FileUtterance(one.start_ms, one.end_ms, None, hearing.text, words)


def _from_to(start_ms: int, end_ms: int) -> dict[str, float]:
    return {"start": _seconds(start_ms), "end": _seconds(end_ms)}


def _seconds(ms: int) -> float:
    return round(ms / 1000, 3)
