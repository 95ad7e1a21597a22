"""How much of real time reading takes, predicted from a few timings, and which way to read follows from it.

An interview is taken for speech without a pause, in utterances of 5 s and 25 tokens. Each is read once, to its end, in
a window of 15 s, by beam 5; where windows grow, in one of 30 s, with two others before it. With captions it is also
read each second, by beam 1, when half of its words are there: four times in a window of 5 s, once in one of 10 s. In
seconds of work for a second of sound:

    finals   = (1.5 x encode + 25 x final_token) / 5
    growing  = (8.0 x encode + 75 x final_token) / 5
    captions = (0.6 x encode + 13 x caption_token) / 1

Where a machine keeps up with a model, but not with its growing windows, it reads without them (``Pick.frugal``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import log2

from transcribe.scope import scope_of
from transcribe.wire import Timing

#: A session with captions may need this much of real time: the rest is for the recorder, voices and second readings.
ENOUGH = 0.5
#: Figures that were taken while others had more than this share of the processors say too little of the machine.
QUIET = 0.25
#: Beyond this, captions are left out: closed utterances would wait behind them.
MOST_WITH_CAPTIONS = 0.8

#: Twice the threads must be so many times faster to be taken: they cost the processor more, and figures waver.
_DOUBLING = 1.15

_UTTERANCE_S = 5.0
_TOKENS = 25
_CAPTION_EVERY_S = 1.0
_CAPTION_TOKENS = 13
_TOGETHER = 3  # utterances, on average, in a window that grows
_FINAL_WINDOW, _CAPTION_WINDOW = 1.5, 0.6  # windows of 10 s
_FULL_WINDOW = 8.0  # attention grows with the square: base takes 0.08 s for 10 s, and 0.7 s for 30 s (measured)


@dataclass(frozen=True)
class Pick:
    """The way to read: with what, on what, how much at once, and whether captions run as well."""

    timing: Timing
    captions: bool
    frugal: bool
    """The machine can't keep up with growing windows of this model, and reads without."""


def work(timing: Timing, *, captions: bool, frugal: bool = False) -> float:
    """Seconds of work for a second of speech."""
    grows = scope_of(timing.model, frugal=frugal).grows
    tokens = _TOKENS * (_TOGETHER if grows else 1)
    final_ms = (_FULL_WINDOW if grows else _FINAL_WINDOW) * timing.encode_ms + tokens * timing.final_token_ms
    caption_ms = _CAPTION_WINDOW * timing.encode_ms + _CAPTION_TOKENS * timing.caption_token_ms
    return (final_ms / _UTTERANCE_S + (caption_ms / _CAPTION_EVERY_S if captions else 0)) / 1000


def pick(timings: Iterable[Timing]) -> Pick | None:
    """The biggest model that keeps up with captions, else the smallest; None without timings.

    ``timings`` go from the smallest model to the biggest. Each model is taken at its fastest.
    """
    best = fastest(timings)
    if not best:
        return None
    able = [one for one in best if work(one, captions=True, frugal=True) <= ENOUGH]
    chosen = able[-1] if able else best[0]
    frugal = scope_of(chosen.model).grows and work(chosen, captions=True) > ENOUGH
    return Pick(chosen, work(chosen, captions=True, frugal=frugal) <= MOST_WITH_CAPTIONS, frugal)


def fastest(timings: Iterable[Timing]) -> tuple[Timing, ...]:
    """The fastest way of each model, in the order in which the models come; more threads must be worth it."""
    best: dict[str, Timing] = {}
    for one in timings:
        held = best.get(one.model)
        if held is None or _price(one) < _price(held):
            best[one.model] = one
    return tuple(best.values())


def _price(timing: Timing) -> float:
    return work(timing, captions=True) * float(_DOUBLING ** log2(timing.threads))


def supposed(model: str, times_bigger: float, known: Timing) -> Timing:
    """What a model that was not measured is taken to cost: as much more as its file is bigger."""
    return replace(
        known,
        model=model,
        encode_ms=known.encode_ms * times_bigger,
        caption_token_ms=known.caption_token_ms * times_bigger,
        final_token_ms=known.final_token_ms * times_bigger,
    )
