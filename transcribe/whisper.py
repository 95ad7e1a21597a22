"""The engine: windows of sound in, text and words with times out, on the device that works."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import chain, groupby
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from transcribe import compute, guards, models
from transcribe.decoding import FRAME, FULL_FRAMES, RATE_HZ, Decoder, Hearing, Sound
from transcribe.errors import ModelError
from transcribe.scope import scope_of
from transcribe.second import AS_IT_COMES, Manner
from transcribe.wire import Word

WINDOW_MS = 30_000

# Captions pass by. A window of 10 s is a third less work than one of 15 s, for half a word more in a hundred; 5 s for
# the first 4 s of an utterance spare another quarter of their work, for three words more in a hundred (measured).
_CAPTION_FRAMES, _SHORT_CAPTION_FRAMES = 1000, 500
_SHORT = 4 * RATE_HZ  # samples
_STEP_FRAMES = 500
_AGAIN_FRAMES = 2000  # of a second try; the full window takes 50 MB more, for two words of 1,535 in meetings
_BATCH = 8
_SHORTEST = RATE_HZ // 10  # samples; nothing shorter is a word

Result = TypeVar("Result")


class Engine:
    """A Whisper model in CTranslate2 layout, from ``model_dir``.

    ``notice`` is one sentence once a fallback to the processor was taken. ``language`` is found out by a multilingual
    model (and kept once it is sure) unless it is given. ``manner`` is how its words are read beyond what Whisper does
    by itself. Several ``workers`` read windows side by side on the processor, each with one thread: less work and less
    time for many windows at once, as of a file, but one window takes as long as on one thread. ``frugal`` is for a
    session on a slow machine (see ``scope``). Raises ModelError when the processor can't load the model.
    """

    def __init__(
        self,
        model_dir: Path,
        device: str | compute.Compute = "auto",
        threads: int = 0,
        language: str | None = None,
        load: compute.Loader = compute.load,
        manner: Manner = AS_IT_COMES,
        workers: int = 1,
        frugal: bool = False,
    ) -> None:
        self.model_dir, self._load, self._language, self._manner = model_dir, load, language, manner
        self.scope = scope_of(models.name_at(model_dir), frugal=frugal)
        self._shortest_frames = self.scope.shortest_ms * RATE_HZ // 1000 // FRAME
        self._threads, self._workers = 1 if workers > 1 else compute.thread_count(threads), workers
        self._compute, self.notice = compute.choose(device)
        self._decoder: Decoder | None = None
        self._meanwhile: Callable[[], None] = _nothing
        self._safely(self._ready)

    @property
    def device(self) -> str:
        """What it runs on now: cpu or cuda."""
        return self._compute.device

    @property
    def english_only(self) -> bool:
        """Whether it takes whatever it hears for English."""
        return not self._ready().multilingual

    @property
    def manner(self) -> Manner:
        """How its words are read."""
        return self._manner

    @property
    def compute_type(self) -> str:
        """How the numbers are kept, as CTranslate2 says it: int8, float16, ..."""
        return self._compute.kind

    @property
    def language(self) -> str | None:
        """What the speech is taken for: given, or found out by now."""
        return self._language if self._decoder is None else self._decoder.language

    def warm(self) -> None:
        """Decode a second of quiet noise, so that the first words do not wait for it; what comes of it is dropped.

        Raises ModelError where the model can't do even that: then it is no window's fault that one can't be read.
        """
        noise = np.random.default_rng(1).normal(0, 0.01, RATE_HZ).astype(np.float32)
        try:
            self._safely(lambda: self._ready().decode([noise], beam=5, words=True, frames=self._shortest_frames))
        except compute.COMPUTE_FAULTS:
            raise self.unusable() from None

    @contextmanager
    def interruptible(self, meanwhile: Callable[[], None]) -> Iterator[None]:
        """What is heard in here may be laid aside: ``meanwhile`` is called between its steps, and may hear more."""
        self._meanwhile = meanwhile
        try:
            yield
        finally:
            self._meanwhile = _nothing

    def _between(self) -> None:
        meanwhile, self._meanwhile = self._meanwhile, _nothing  # what is heard meanwhile is not laid aside in its turn
        try:
            meanwhile()
        finally:
            self._meanwhile = meanwhile

    def hear(
        self,
        windows: Sequence[npt.NDArray[np.int16] | Sound],
        *,
        beam: int = 5,
        words: bool = True,
        offset_ms: int = 0,
    ) -> tuple[Hearing, ...]:
        """What is said in each window: 16 kHz mono, int16 or float32 (-1 to 1), at most 30 s.

        ``words`` asks for words with times (ms from ``offset_ms``), and for a second try on a longer window where a
        guard is not content; captions do without both. What goes wrong with these windows alone is raised as it is;
        raises ModelError when the model does not work any more, on the processor either.
        """
        sounds = [_as_float(window) for window in windows]
        if any(len(sound) > WINDOW_MS * RATE_HZ // 1000 for sound in sounds):
            raise ValueError("a window holds at most 30 s")
        try:
            found = self._safely(lambda: self._hear(sounds, beam, words))
        except compute.COMPUTE_FAULTS:
            self.warm()
            raise
        return tuple(replace(hearing, words=_moved(hearing.words, offset_ms)) for hearing in found)

    def _hear(self, sounds: Sequence[Sound], beam: int, words: bool) -> list[Hearing]:
        found = [Hearing(language=self._language or "en") for _ in sounds]
        length = partial(_frames_for, least=self._shortest_frames) if words else _caption_frames
        loud = [at for at, sound in enumerate(sounds) if len(sound) >= _SHORTEST and not guards.is_silent(sound)]
        decode = partial(self._ready().decode, beam=beam, words=words, between=self._between)
        for at, hearing in self._each(decode, sounds, [(at, length(sounds[at])) for at in loud]):
            found[at] = hearing
        again = [at for at in loud if words and found[at].doubtful and length(sounds[at]) < _AGAIN_FRAMES]
        for at, hearing in self._each(decode, sounds, [(at, _AGAIN_FRAMES) for at in again]):
            found[at] = min(found[at], hearing, key=lambda one: (one.doubtful, -one.mean_logprob))
        return found

    def _each(
        self, decode: Callable[..., list[Hearing]], sounds: Sequence[Sound], windows: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[int, Hearing]]:
        """Windows (number, frames) and what is heard in them."""
        workers = self._workers if self._compute == compute.CPU else 1

        def read(batch: tuple[int, list[int]]) -> Iterator[tuple[int, Hearing]]:
            frames, numbers = batch
            return zip(numbers, decode([sounds[at] for at in numbers], frames=frames), strict=True)

        while windows and workers > 1 and not self.language:  # side by side only once it is sure
            (number, frames), *windows = windows
            yield from read((frames, [number]))
        batches = list(_batches(windows, workers))
        if min(workers, len(batches)) < 2:
            yield from chain.from_iterable(map(read, batches))
            return
        with ThreadPoolExecutor(workers, thread_name_prefix="reader") as pool:
            yield from chain.from_iterable(pool.map(read, batches))

    def _ready(self) -> Decoder:
        """The decoder; loaded again when a fallback has let go of it."""
        if self._decoder is None:
            on_processor = self._compute == compute.CPU
            try:
                workers = self._workers if on_processor else 1
                model = self._load(self.model_dir, self._compute, self._threads, workers)
                self._decoder = Decoder(model, self._language, self._manner)
            except compute.COMPUTE_FAULTS:
                if on_processor:
                    raise self.unusable() from None
                raise
        return self._decoder

    def _safely(self, work: Callable[[], Result]) -> Result:
        """Do the work; if the card fails at it, do it again on the processor, which does the rest unless it fails too.

        What fails on both is not the card's fault.
        """
        where, notice = self._compute, self.notice
        try:
            return work()
        except compute.COMPUTE_FAULTS:
            if where == compute.CPU:
                raise
            if self._compute == where:  # else what was heard meanwhile has met it first
                self._go_to(compute.CPU, compute.CARD_FAILED)
        try:
            return work()
        except compute.COMPUTE_FAULTS:
            self._go_to(where, notice)
            raise

    def _go_to(self, place: compute.Compute, notice: str | None) -> None:
        """Let go of one device before the other takes its share of memory."""
        self._language, self._decoder = self.language, None
        self._compute, self.notice = place, notice

    def unusable(self) -> ModelError:
        """What is to be said where the model reads nothing."""
        return ModelError(f"The model in {self.model_dir} does not work here; check it with: vivavoce models verify")


def _nothing() -> None:
    pass


def _as_float(window: npt.NDArray[np.int16] | Sound) -> Sound:
    scale = 32768 if window.dtype == np.int16 else 1
    return np.asarray(window, dtype=np.float32) / np.float32(scale)


def _frames_for(sound: Sound, least: int) -> int:
    """The window's own length, rounded up, at least so many."""
    steps = -(-len(sound) // (FRAME * _STEP_FRAMES))
    return min(max(steps * _STEP_FRAMES, least), FULL_FRAMES)


def _caption_frames(sound: Sound) -> int:
    return _SHORT_CAPTION_FRAMES if len(sound) <= _SHORT else _frames_for(sound, _CAPTION_FRAMES)


def _batches(windows: Sequence[tuple[int, int]], workers: int) -> Iterator[tuple[int, list[int]]]:
    """Windows (number, frames) of one length together, a batch at a time, shorter ones first; for each worker some."""
    for frames, group in groupby(sorted(windows, key=lambda one: one[1]), key=lambda one: one[1]):
        numbers = [number for number, _ in group]
        most = min(_BATCH, -(-len(numbers) // workers))
        for start in range(0, len(numbers), most):
            yield frames, numbers[start : start + most]


def _moved(words: Sequence[Word], offset_ms: int) -> tuple[Word, ...]:
    return tuple(replace(word, start_ms=word.start_ms + offset_ms, end_ms=word.end_ms + offset_ms) for word in words)
