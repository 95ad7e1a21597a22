"""Each thing that can be done with a study is done beside two others; ``make at-once`` does each two in every way."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.at_once.pair import Found, Pair, Slow, happen
from tests.at_once.plan import few
from tests.at_once.programs import programs
from tests.at_once.stage import make, memory

SEED, AT_A_TIME = 21, 4
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
            found = list(pool.map(one, enumerate(few(SEED, Slow.LOCKED_14))))
    assert {str(one.pair): one.trouble for one in found if one.trouble} == {}
