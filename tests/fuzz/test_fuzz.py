"""A few inputs of each kind that nobody meant; ``make fuzz`` tries many."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fuzz import guide_files, sounds, wires
from tests.fuzz.target import Target

EDGES = (guide_files.EDGE, sounds.EDGE)
TARGETS = (*guide_files.TARGETS, *wires.TARGETS, *sounds.TARGETS)


@pytest.fixture(scope="module", autouse=True)
def _nobody_is_left() -> Iterator[None]:
    yield
    for edge in EDGES:
        edge.close()


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_what_nobody_meant_is_dealt_with(target: Target) -> None:
    target.tried(target.quick, chance=1)


@pytest.mark.parametrize("raw", sounds.real(), ids=lambda raw: repr(raw[:4]))
def test_what_is_fuzzed_is_sound_before_anything_is_done_to_it(raw: bytes) -> None:
    answer = sounds.EDGE.answers_to(path=str(sounds.EDGE.file("whole", raw)))

    assert [sentence for sentence in answer["sentences"] if "only one channel" not in sentence] == []


def test_a_process_that_crashes_is_seen_as_a_failure() -> None:
    from tests.fuzz.asking import Edge

    edge = Edge()
    nothing = str(edge.file("x.wav", b""))
    edge.answers_to(path=nothing)
    assert edge._process is not None
    edge._process.kill()

    with pytest.raises((AssertionError, BrokenPipeError)):
        edge.answers_to(path=nothing)
