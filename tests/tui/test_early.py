"""A reading begun in a pause: whoever closes as it was foreseen gets its words, and nobody else ever does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from transcribe import wire
from tui.early import Early

FORESEEN = wire.Hear("u1#1", 1_000, 4_000)
WORDS = ("early-1000-4000", "So then they tell me.", ())


def begun() -> Early:
    early = Early()
    assert early.begin(1_000, 4_000).id == WORDS[0]
    return early


def test_words_that_have_come_already_are_there_when_the_stretch_closes() -> None:
    early = begun()
    assert early.named(wire.Heard(*WORDS)) is None
    assert early.adopt(FORESEEN)
    assert early.here() == wire.Heard("u1#1", *WORDS[1:])


def test_words_that_are_on_their_way_come_under_the_name_of_the_stretch() -> None:
    early = begun()
    assert early.adopt(FORESEEN)
    assert early.here() is None
    assert early.named(wire.Heard(*WORDS)) == wire.Heard("u1#1", *WORDS[1:])


def test_a_stretch_that_closes_elsewhere_is_heard_by_itself() -> None:
    early = begun()
    assert not early.adopt(wire.Hear("u1#1", 1_000, 6_000))
    assert early.named(wire.Heard(*WORDS)) is None


def test_a_reading_that_failed_says_which_stretch_must_be_heard_after_all() -> None:
    early = begun()
    early.adopt(FORESEEN)
    early.here()
    assert early.failed(WORDS[0]) == "u1#1"
    assert early.failed(WORDS[0]) is None


def test_what_was_struck_is_adopted_by_nobody() -> None:
    early = begun()
    early.let_go(3_000, 5_000)
    assert not early.adopt(FORESEEN)


def test_a_strike_elsewhere_leaves_words_that_are_on_their_way() -> None:
    early = begun()
    early.adopt(FORESEEN)
    early.here()
    early.let_go(3_000, 5_000)
    assert early.named(wire.Heard(*WORDS)) is not None


ends = st.integers(1, 5).map(lambda second: second * 1_000)


@given(st.lists(st.tuples(st.sampled_from(["begin", "close", "heard"]), ends), max_size=30))
def test_no_stretch_ever_gets_words_of_another(steps: list[tuple[str, int]]) -> None:
    early, closed = Early(), {}
    for number, (step, end_ms) in enumerate(steps):
        report = None
        if step == "begin":
            early.begin(0, end_ms)
        elif step == "close":
            job = wire.Hear(f"u{number}", 0, end_ms)
            closed[job.id] = end_ms
            report = early.here() if early.adopt(job) else None
        else:
            report = early.named(wire.Heard(f"early-0-{end_ms}", str(end_ms), ()))
        if report is not None:
            assert report.text == str(closed[report.id])
