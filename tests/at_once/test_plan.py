"""What is done at once where not all of the grid is: so much that whatever there is meets the rest."""

from __future__ import annotations

import itertools

import pytest

from tests.at_once.pair import Pair, Phase, Slow
from tests.at_once.plan import KINDS, NAMES, cover, few, grid

DEFAULT, ANOTHER = 1, 21


@pytest.fixture(params=[DEFAULT, ANOTHER])
def pairs(request: pytest.FixtureRequest) -> tuple[Pair, ...]:
    return cover(request.param)


def test_each_two_kinds_of_acts_meet_once_and_each_act_comes_first_and_second(pairs: tuple[Pair, ...]) -> None:
    met = [tuple(kind for kind in KINDS if pair.first in kind or pair.second in kind) for pair in pairs]
    wanted = [tuple(dict.fromkeys(two)) for two in itertools.combinations_with_replacement(KINDS, 2)]

    assert sorted(met) == sorted(wanted)
    assert {pair.first for pair in pairs} == {pair.second for pair in pairs} == {*NAMES}


def test_each_kind_meets_every_phase_and_everything_that_can_be_slow_with_it(pairs: tuple[Pair, ...]) -> None:
    for kind in KINDS:
        first, second = [one for one in pairs if one.first in kind], [one for one in pairs if one.second in kind]
        could = {one.slow for one in grid() if one.first in kind or one.second in kind}
        assert {one.phase for one in first} == {one.phase for one in second} == {*Phase}
        assert {one.slow for one in (*first, *second)} == could
    assert {(one.phase, one.slow) for one in pairs} == {*itertools.product(Phase, Slow)}


@pytest.mark.parametrize("seed", [DEFAULT, ANOTHER])
def test_of_few_each_act_comes_first_once_and_second_in_some_phase_beside_something_slow(seed: int) -> None:
    pairs = few(seed, Slow.LOCKED_14)

    assert sorted(pair.first for pair in pairs) == sorted(pair.second for pair in pairs) == sorted(NAMES)
    assert {pair.phase for pair in pairs} == {*Phase}
    assert {pair.slow for pair in pairs} == {*Slow} - {Slow.LOCKED_14}
