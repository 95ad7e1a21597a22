"""Which pairs are tried: every one of the grid that is like no other, or so many that each two acts meet once."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from typing import TypeVar

from tests.at_once.acts import ACTS
from tests.at_once.pair import Pair, Phase, Slow

T = TypeVar("T")
NAMES = tuple(act.name for act in ACTS)


def grid() -> tuple[Pair, ...]:
    """Every act beside every act, in every phase, beside everything that is slow; each once that comes to the same."""
    pairs = (Pair(*row) for row in itertools.product(NAMES, NAMES, Phase, Slow))
    return tuple(pair for pair in pairs if makes_a_difference(pair) and not _other_way_round(pair))


def cover(seed: int, without: frozenset[Slow] = frozenset()) -> tuple[Pair, ...]:
    """Each two acts meet, in one order or the other, and each act meets every phase and what can be slow with it."""
    chance = random.Random(seed)
    slow = [one for one in Slow if one not in without]
    rows = [_in_some_order(chance, pair) for pair in itertools.combinations_with_replacement(NAMES, 2)]
    chance.shuffle(rows)
    phases, slows = {name: _in_turn(chance, list(Phase)) for name in NAMES}, {n: _in_turn(chance, slow) for n in NAMES}
    return tuple(_with(first, second, next(phases[second]), slows[first]) for first, second in rows)


def few(seed: int, count: int, without: frozenset[Slow]) -> tuple[Pair, ...]:
    """So many of them, in which each act comes first at least once, and second."""
    pairs = list(cover(seed, without))
    chosen: dict[Pair, None] = {}
    for name in NAMES:
        for wanted in ([pair for pair in pairs if pair.first == name], [pair for pair in pairs if pair.second == name]):
            if not any(pair in chosen for pair in wanted):
                chosen[max(wanted, key=lambda pair: _is_new(pair, chosen))] = None
    for pair in pairs:
        if len(chosen) >= count:
            break
        chosen[pair] = None
    return tuple(chosen)


def makes_a_difference(pair: Pair) -> bool:
    """Whether what is slow is there: a recorder, a scribe, something that is printed or drawn."""
    first, second = pair.acts
    if pair.slow is Slow.RECORDER:
        return first.records or second.records
    if pair.slow is Slow.SCRIBE:
        return first.transcribes or second.transcribes
    return pair.slow is not Slow.UNREAD or not first.silent


def _other_way_round(pair: Pair) -> bool:
    """Two that begin together are tried in one order, unless something is done to the first alone."""
    together = pair.phase is Phase.START and pair.slow is not Slow.UNREAD
    return together and NAMES.index(pair.first) > NAMES.index(pair.second)


def _with(first: str, second: str, phase: Phase, slows: Iterator[Slow]) -> Pair:
    return next(pair for pair in (Pair(first, second, phase, slow) for slow in slows) if makes_a_difference(pair))


def _is_new(pair: Pair, chosen: dict[Pair, None]) -> int:
    """In how many of its places nobody of its name is yet."""
    firsts, seconds = {one.first for one in chosen}, {one.second for one in chosen}
    return (pair.first not in firsts) + (pair.second not in seconds)


def _in_some_order(chance: random.Random, pair: tuple[str, str]) -> tuple[str, str]:
    return pair if chance.random() < 0.5 else (pair[1], pair[0])


def _in_turn(chance: random.Random, values: Sequence[T]) -> Iterator[T]:
    """Each of them, in an order of its own, again and again."""
    order = chance.sample(values, len(values))
    return itertools.cycle(order)
