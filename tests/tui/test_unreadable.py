"""What is said of stretches that could not be read, and when there is more to be done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store import Study, Utterance
from tests.tui.conftest import NOW, PASSPHRASE, _begun
from tui.events import Notice
from tui.unreadable import Unreadable


@pytest.fixture
def study(demo_folder: Path) -> Iterator[Study]:
    with Study.open(demo_folder, PASSPHRASE, NOW) as opened:
        yield opened


def rows(study: Study, count: int) -> list[Utterance]:
    session = _begun(study, "50003", 1, 0).id
    keys = [study.transcript.add_utterance(session, at * 10_000, at * 10_000 + 900, NOW) for at in range(count)]
    return [study.transcript.get(key) for key in keys]


def texts(told: list[Notice]) -> list[str]:
    return [one.text for one in told if one.code == "set_aside"]


def test_a_few_are_named_and_of_many_the_rest_is_said_once(study: Study) -> None:
    told: list[Notice] = []
    unreadable = Unreadable(study, told.append, lambda: NOW)

    for row in rows(study, 12):
        unreadable.refused(row, "tiny.en", again=False)

    assert [text.startswith("What is said from") for text in texts(told)] == [True] * 5 + [False]
    assert texts(told)[0].startswith("What is said from 00:00:00 to 00:00:01 could not be transcribed")
    assert len(study.unreadable.list(study.sessions.list()[-1].id)) == 12


def test_what_may_be_read_another_time_is_unfinished_until_the_second_try(study: Study) -> None:
    (row,) = rows(study, 1)
    for unfinished in (True, False):
        unreadable = Unreadable(study, lambda _: None, lambda: NOW)
        unreadable.refused(row, "tiny.en", again=True)
        unreadable.read = 1
        unreadable.look_back("tiny.en")
        assert unreadable.unfinished is unfinished


def test_a_model_that_could_read_nothing_is_named_and_what_it_should_have_read_is_unfinished(study: Study) -> None:
    told: list[Notice] = []
    unreadable = Unreadable(study, told.append, lambda: NOW)
    for row in rows(study, 2):
        unreadable.refused(row, "tiny.en", again=False)

    unreadable.look_back("tiny.en")

    assert unreadable.unfinished
    assert [one.text for one in told if one.code == "nothing_read"] == [
        "tiny.en could read none of it: check it with `vivavoce models verify`, or read with another --model."
    ]
