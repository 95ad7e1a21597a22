"""Which pairs are tried: every one of the grid that is like no other, or so many that each two kinds of acts meet."""

from __future__ import annotations

import itertools
import random
from collections import Counter

from tests.at_once.acts import ACTS
from tests.at_once.pair import Pair, Phase, Slow

NAMES = tuple(act.name for act in ACTS)
_OF_ONE_KIND = (
    ("withdraw in it", "withdraw audio", "withdraw words", "withdraw taking part", "withdraw all"),
    ("transcript", "show"),
    ("search", "search by line"),
)
KIND_OF = {name: next((kind for kind in _OF_ONE_KIND if name in kind), (name,)) for name in NAMES}
"""The acts that come to nearly the same, by the name of each of them."""
KINDS = tuple(dict.fromkeys(KIND_OF.values()))


def grid() -> tuple[Pair, ...]:
    """Every act beside every act, in every phase, beside everything that is slow; each once that comes to the same."""
    pairs = (Pair(*row) for row in itertools.product(NAMES, NAMES, Phase, Slow))
    return tuple(pair for pair in pairs if makes_a_difference(pair) and not _other_way_round(pair))


def cover(seed: int) -> tuple[Pair, ...]:
    """Each two kinds of acts meet, in one order or the other, and each kind meets every phase and what can be slow.

    Acts of one kind take turns.
    """
    chance = random.Random(seed)
    turns = {kind: itertools.cycle(chance.sample(kind, len(kind))) for kind in KINDS}
    rows = list(itertools.combinations_with_replacement(KINDS, 2))
    chance.shuffle(rows)
    meetings = [(next(turns[one]), next(turns[other])) for one, other in rows]
    met: Counter[tuple[object, ...]] = Counter()
    return tuple(_least_met(met, chance, _ways(*two) + _ways(*two[::-1])) for two in meetings)


def few(seed: int, without: Slow) -> tuple[Pair, ...]:
    """One for each act, in which each comes first once, and once second; none beside what takes longest."""
    chance = random.Random(seed)
    ring = chance.sample(NAMES, len(NAMES))
    met: Counter[tuple[object, ...]] = Counter()
    all_ways = [_ways(*two) for two in zip(ring, (*ring[1:], ring[0]), strict=True)]
    return tuple(_least_met(met, chance, [way for way in ways if way.slow is not without]) for ways in all_ways)


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


def _ways(first: str, second: str) -> list[Pair]:
    """All that can be made of these two acts in this order."""
    pairs = [Pair(first, second, phase, slow) for phase in Phase for slow in Slow]
    return [pair for pair in pairs if makes_a_difference(pair)]


def _least_met(met: Counter[tuple[object, ...]], chance: random.Random, ways: list[Pair]) -> Pair:
    """The one of which the fewest parts have met each other so far, and the least often."""
    chance.shuffle(ways)
    chosen = min(ways, key=lambda way: (sum(met[part] > 0 for part in _parts(way)), sum(met[p] for p in _parts(way))))
    met.update(_parts(chosen))
    return chosen


def _parts(pair: Pair) -> tuple[tuple[object, ...], ...]:
    """What meets what in it, by kind; and who comes first, and second."""
    first, second = KIND_OF[pair.first], KIND_OF[pair.second]
    slow = ((one, pair.slow) for one in {first, second})
    phases = ((first, pair.phase, "first"), (second, pair.phase, "second"))
    return (*slow, *phases, (pair.phase, pair.slow), (pair.first, "first"), (pair.second, "second"))
