"""How long after a word was said it stood on the screen, and how long after an utterance it was final."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.bench.scores.times import TimedWord
from tests.bench.scores.words import matches, token_of, tokens

Event = dict[str, Any]

_SLACK_S = 0.5  # a word's time may be off by this much against the text that holds it
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_FIGURES = {word: str(number) for number, word in enumerate(_NUMBERS)}
_SETTLED_S = 1.0  # a replay may stand still for a moment right after its first block


@dataclass(frozen=True)
class Spread:
    """Seconds: mean, median and 95th percentile of ``count`` lags; zeros when there are none."""

    count: int = 0
    mean: float = 0.0
    p50: float = 0.0
    p95: float = 0.0


def spread(values: Sequence[float]) -> Spread:
    """What is told of many lags."""
    if not values:
        return Spread()
    p50, p95 = np.percentile(values, [50, 95])
    return Spread(len(values), float(np.mean(values)), float(p50), float(p95))


def zero_s(events: Iterable[Event]) -> float:
    """When recording time was 0, on the clock of the events' ``t``; for a session at speed 1 without pauses.

    Recording time is told as far as the sound is on disk, so it is late by some ms; the least late event tells best.
    """
    return min((float(event["t"] - event["at"]) for event in events if event.get("at", 0) > _SETTLED_S), default=0.0)


def final_lags(events: Sequence[Event]) -> list[float]:
    """Seconds from an utterance's end to its first words."""
    zero = zero_s(events)
    firsts: dict[str, Event] = {}
    for event in events:
        if event["event"] == "utterance":
            firsts.setdefault(event["id"], event)
    return [event["t"] - zero - event["end"] for event in firsts.values()]


def word_lags(events: Sequence[Event], words: Sequence[TimedWord], *, confirmed: bool = False) -> list[float]:
    """Seconds from a word's end to the first caption or utterance that holds it; words never shown are left out.

    ``confirmed`` asks for the part of a caption that stays as it is (its field ``confirmed``), or the utterance.
    """
    zero = zero_s(events)
    seen: dict[int, float] = {}
    for event in events:
        for place in _held(event, words, confirmed):
            seen.setdefault(place, event["t"] - zero - words[place].end_s)
    return list(seen.values())


def _held(event: Event, words: Sequence[TimedWord], confirmed: bool) -> Iterator[int]:
    """Places of the words that an event shows."""
    if event["event"] not in ("caption", "utterance"):
        return
    final = event["event"] == "utterance"
    text = event["text"] if final or not confirmed else event.get("confirmed", "")
    from_s, to_s = event["start"] - _SLACK_S, (event["end"] if final else event["at"]) + _SLACK_S
    places = [at for at, word in enumerate(words) if from_s <= word.start_s <= to_s]
    said = [_figured(token_of(words[at].text) or "-") for at in places]
    pairs = matches(said, [_figured(token) for token in tokens(text or "")])
    yield from (places[place] for place, _ in pairs)


def _figured(token: str) -> str:
    """A small number as a figure: a caption that writes 4 shows the word four."""
    return _FIGURES.get(token, token)
