"""Each two things that can be done with a study are done at once; ``make at-once`` does so in every way."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.at_once.pair import Found, Pair, Slow, happen
from tests.at_once.plan import NAMES, cover, few, grid
from tests.at_once.programs import programs
from tests.at_once.stage import make, memory

SEED, COUNT, AT_A_TIME = 21, 24, 4
LONG = frozenset({Slow.LOCKED_14})
MOST_HELD_UP_MS = 400.0
"""Longer than a machine adds that is busy with other tests; whoever waits for another program waits for longer."""


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="vivavoce-at-once-", dir=memory()) as name:
        yield Path(name)


def test_both_are_done_or_refused_in_a_sentence_and_nothing_is_lost_or_kept(folder: Path) -> None:
    (folder / "made").mkdir()
    stage = make(folder / "made")
    with programs() as started:  # one for all of them: to load the program takes longer than most pairs

        def one(at_and_pair: tuple[int, Pair]) -> Found:
            place = folder / str(at_and_pair[0])
            place.mkdir()
            try:
                return happen(started, stage, at_and_pair[1], place, MOST_HELD_UP_MS)
            finally:
                shutil.rmtree(place)

        with ThreadPoolExecutor(AT_A_TIME) as pool:
            found = list(pool.map(one, enumerate(few(SEED, COUNT, LONG))))
    assert {str(one.pair): one.trouble for one in found if one.trouble} == {}


def test_each_two_acts_meet_and_each_act_meets_everything_slow() -> None:
    pairs = cover(SEED, LONG)
    met = {frozenset((pair.first, pair.second)) for pair in pairs}
    assert len(met) == len(NAMES) * (len(NAMES) + 1) // 2
    for name in NAMES:
        assert {pair.slow for pair in grid() if name in (pair.first, pair.second)} == set(Slow)


def test_few_of_them_have_each_act_come_first_and_second() -> None:
    chosen = few(SEED, COUNT, LONG)
    assert len(chosen) == COUNT
    assert {pair.first for pair in chosen} == {pair.second for pair in chosen} == set(NAMES)
