"""Cuts sound into stretches of speech, by the sound alone: one probability of voice and one loudness per 32 ms."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from transcribe.level import rms_db
from transcribe.recording import FRAMES_PER_MS, Samples
from transcribe.stretchwise import attempt
from transcribe.voice import FRAME, Everything, Voice
from transcribe.wire import Span

STEP_MS = FRAME // FRAMES_PER_MS


@dataclass(frozen=True)
class Rules:
    """Where speech begins and ends. Probabilities from 0 to 1, times in ms; tried on meetings and read speech.

    To encode the longest stretch takes 40 MB, and one of 28 s 90 (tiny.en); that it is no longer than 20 s costs two
    words of 1,883 in prompts, read without a pause, and none in meetings.
    """

    start: float = 0.5
    stop: float = 0.35
    pause_ms: int = 544
    pad_ms: int = 256
    shortest_ms: int = 160
    long_ms: int = 17_000
    long_pause_ms: int = 192
    longest_ms: int = 20_000
    search_ms: int = 6_000
    rest_ms: int = 1_000
    tell_ms: int = 192


RULES = Rules()

FILE_RULES = Rules(long_ms=20_000, longest_ms=28_000)
"""Of a sound file, which is read in windows of 28 s anyway: later cuts save five wrong words of 1,883 in prompts."""


class Chance(Protocol):
    """What gives the probabilities of voice for the next frames of 512 samples."""

    def probabilities(self, frames: Samples) -> NDArray[np.float32]:
        """From 0 to 1, one for each row."""
        ...

    def reset(self) -> None:
        """Another sound begins."""
        ...


class Segmenter:
    """Pushed a frame at a time, gives the spans: open ones as they grow, each closed once. Nothing else is asked.

    Times are those of the recording: frame n begins at ``start_ms`` + 32 n.
    """

    def __init__(self, rules: Rules = RULES, start_ms: int = 0) -> None:
        self._rules = rules
        self._now_ms = self._free_ms = start_ms  # free: no span reaches beyond here yet
        self._begin_ms: int | None = None
        self._first_ms = self._voiced_ms = start_ms  # of the first frame with a voice in it, and end of the last
        self._open = False
        self._told_ms = start_ms
        self._recent: deque[tuple[int, float, float]] = deque(maxlen=rules.search_ms // STEP_MS)

    def push(self, probability: float, rms_db: float) -> tuple[Span, ...]:
        """The next 32 ms; gives the spans that opened, grew or closed by it."""
        self._recent.append((self._now_ms, probability, rms_db))
        self._now_ms += STEP_MS
        if self._begin_ms is None:
            if probability < self._rules.start:
                return ()
            self._first_ms = self._now_ms - STEP_MS
            self._begin_ms = max(self._free_ms, self._first_ms - self._rules.pad_ms)
        if probability >= self._rules.stop:
            self._voiced_ms = self._now_ms
        return self._grown(self._begin_ms)

    def finish(self, end_ms: int) -> tuple[Span, ...]:
        """The sound stops here (pause, gap, end): closes what is open."""
        if self._begin_ms is None:
            return ()
        self._now_ms = max(self._now_ms, end_ms)
        return self._close(self._begin_ms)

    def _grown(self, begin_ms: int) -> tuple[Span, ...]:
        rules, length_ms = self._rules, self._now_ms - begin_ms
        pause_ms = rules.long_pause_ms if length_ms > rules.long_ms else rules.pause_ms
        if self._now_ms - self._voiced_ms >= pause_ms:
            return self._close(begin_ms)
        if length_ms >= rules.longest_ms:
            return self._split(begin_ms)
        self._open = self._open or self._long_enough()
        hushed = self._now_ms - self._voiced_ms > rules.pad_ms  # a caption would only be in the way
        if self._open and not hushed and self._now_ms - self._told_ms >= rules.tell_ms:
            self._told_ms = self._now_ms
            return (Span(begin_ms, self._now_ms, closed=False),)
        return ()

    def _close(self, begin_ms: int) -> tuple[Span, ...]:
        end_ms = min(self._now_ms, self._voiced_ms + self._rules.pad_ms)
        wanted = self._open or self._long_enough()
        self._begin_ms, self._open = None, False
        if not wanted:
            return ()
        self._free_ms = end_ms
        return (Span(begin_ms, end_ms, closed=True),)

    def _split(self, begin_ms: int) -> tuple[Span, ...]:
        """Too long: the next span begins exactly where this one ends, at the likeliest breath of late."""
        latest_ms = self._now_ms - self._rules.rest_ms
        cut_ms = min((p * 30 + db, -at) for at, p, db in self._recent if at <= latest_ms)[1] * -1
        self._begin_ms = self._free_ms = self._told_ms = cut_ms
        return (Span(begin_ms, cut_ms, closed=True),)

    def _long_enough(self) -> bool:
        return self._voiced_ms - self._first_ms >= self._rules.shortest_ms


class Listener:
    """Finds the spans in samples as they come, in pieces of any length; a break makes it begin anew."""

    def __init__(self, voice: Chance, start_ms: int = 0, rules: Rules = RULES) -> None:
        self._voice, self._rules = voice, rules
        self.begin(start_ms)

    def begin(self, start_ms: int) -> None:
        """The next sample is at this recording time and has nothing to do with the last one."""
        self._segmenter = Segmenter(self._rules, start_ms)
        self._rest: Samples = np.zeros(0, np.int16)
        self._voice.reset()

    def hear(self, samples: Samples) -> Iterator[Span]:
        """The spans that opened, grew or closed by these samples."""
        held = np.concatenate([self._rest, samples])
        whole = len(held) // FRAME * FRAME
        self._rest = held[whole:]
        frames = held[:whole].reshape(-1, FRAME)
        for frame, probability in zip(frames, self._chances(frames), strict=True):
            yield from self._segmenter.push(float(probability), rms_db(frame))

    def _chances(self, frames: Samples) -> NDArray[np.float32]:
        """Frames at which the network fails are taken for speech: then somebody reads them, and no word is lost."""
        found = attempt(lambda: self._voice.probabilities(frames))
        if found is None:
            self._voice.reset()
            return Everything().probabilities(frames)
        return found

    def finish(self, end_ms: int) -> tuple[Span, ...]:
        """The sound breaks off here: the span that is open closes."""
        return self._segmenter.finish(end_ms)


def spans(
    blocks: Iterable[Samples], start_ms: int = 0, voice: Chance | None = None, rules: Rules = RULES
) -> Iterator[Span]:
    """The closed spans in a stream of sound that begins at ``start_ms``; the same however it is cut into blocks."""
    listener, frames = Listener(voice or Voice(), start_ms, rules), 0
    for block in blocks:
        frames += len(block)
        yield from (span for span in listener.hear(block) if span.closed)
    yield from listener.finish(start_ms + frames // FRAMES_PER_MS)
