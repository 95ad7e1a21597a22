"""What ``auto`` comes to, and that whatever was asked for is taken as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transcribe import measurement, models
from transcribe.models import Model
from transcribe.wire import Measurement, Timing
from tui.reader import ENGLISH_ONLY, Choice, Reader, as_begun, settled

TINY = Model("tiny.en", Path("tiny"), 75, bundled=True, multilingual=False)
BASE = Model("base", Path("base"), 150, bundled=False, multilingual=True)
HUGE = Model("huge", Path("huge"), 1500, bundled=False, multilingual=True)


def timing(model: str, encode_ms: float, device: str = "cpu", kind: str = "int8", threads: int = 2) -> Timing:
    return Timing(model, device, kind, threads, encode_ms, 1.0, 2.0)


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Three models, and a cache of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(models, "installed", lambda: (TINY, BASE, HUGE))
    return monkeypatch


def measured(*timings: Timing, others: float = 0.0) -> None:
    state = measurement.state(models.installed())
    measurement.keep(Measurement("2026-11-22T12:00:00+00:00", state, others, timings, ()))


@pytest.mark.usefixtures("shelf")
def test_before_anything_is_measured_the_small_model_reads_with_captions() -> None:
    assert settled(Choice("auto"), "en") == Reader("tiny.en", "auto", language="en")


def test_with_the_bundled_model_alone_it_is_that_one(shelf: pytest.MonkeyPatch) -> None:
    shelf.setattr(models, "installed", lambda: (TINY,))

    assert settled(Choice("auto")).model == "tiny.en"


@pytest.mark.usefixtures("shelf")
def test_the_biggest_model_that_keeps_up_reads_on_what_is_fastest() -> None:
    measured(timing("tiny.en", 150), timing("base", 300), timing("base", 20, "cuda", "int8_float16", 1))

    on_the_processor = Reader("base", "cpu", True, "int8", 2, "en", frugal=True)
    on_the_card = Reader("base", "cuda", True, "int8_float16", 1, "en", spare=on_the_processor)
    assert settled(Choice("auto"), "en") == on_the_card
    assert settled(Choice("auto", "cpu"), "en") == on_the_processor


@pytest.mark.usefixtures("shelf")
def test_should_the_card_fail_what_the_processor_keeps_up_with_reads_on() -> None:
    measured(timing("tiny.en", 150), timing("base", 900), timing("huge", 20, "cuda", "float16", 1))

    spare = settled(Choice("auto"), "en").spare
    assert spare == Reader("tiny.en", "cpu", True, "int8", 2, "en")
    named = settled(Choice("huge"), "en").spare
    assert (named and named.model, named and named.frugal, named and named.captions) == ("huge", True, False)
    assert settled(Choice("auto", patient=True), "en").spare is None
    assert settled(Choice("auto", "cpu"), "en").spare is None


@pytest.mark.usefixtures("shelf")
def test_what_was_begun_goes_on_with_its_own_model_while_it_is_here_and_none_is_named() -> None:
    assert as_begun(Choice("auto"), "base") == Choice("base")
    assert as_begun(Choice("auto"), "gone") == Choice("auto")
    assert as_begun(Choice("auto"), None) == Choice("auto")
    assert as_begun(Choice("huge", "cpu"), "base") == Choice("huge", "cpu")


@pytest.mark.usefixtures("shelf")
def test_a_slow_machine_reads_without_captions_unless_they_are_asked_for() -> None:
    measured(timing("tiny.en", 900))

    assert not settled(Choice("auto")).captions
    assert settled(Choice("auto", captions=True)).captions


@pytest.mark.usefixtures("shelf")
def test_figures_of_a_busy_moment_take_no_captions_away() -> None:
    measured(timing("tiny.en", 900), others=0.9)

    assert settled(Choice("auto")).captions


@pytest.mark.usefixtures("shelf")
def test_a_named_model_that_was_not_measured_is_supposed_to_cost_as_much_more_as_it_is_bigger() -> None:
    measured(timing("tiny.en", 150), timing("base", 200))

    assert settled(Choice("huge"), "en") == Reader("huge", "cpu", False, "int8", 2, "en", frugal=True)


@pytest.mark.usefixtures("shelf")
def test_a_slow_machine_gives_a_named_model_less_sound_at_once_unless_nobody_waits() -> None:
    measured(timing("tiny.en", 150), timing("base", 600))

    assert settled(Choice("base"), "en").frugal
    assert not settled(Choice("base", patient=True), "en").frugal
    assert not settled(Choice("tiny.en"), "en").frugal


@pytest.mark.usefixtures("shelf")
def test_another_language_takes_a_model_that_reads_it() -> None:
    assert settled(Choice("auto"), "pt-BR") == Reader("base", "auto", language="pt")
    measured(timing("tiny.en", 150), timing("base", 900))

    assert settled(Choice("auto"), "pt-BR").model == "base"
    assert settled(Choice("auto", language="detected"), "en") == Reader(
        "base", "cpu", False, "int8", 2, "", frugal=True
    )


def test_where_no_model_reads_the_language_that_is_said_in_a_sentence(shelf: pytest.MonkeyPatch) -> None:
    assert settled(Choice("tiny.en"), "de").notice == ENGLISH_ONLY.format(model="tiny.en")
    shelf.setattr(models, "installed", lambda: (TINY,))

    assert settled(Choice("auto"), "de").notice == ENGLISH_ONLY.format(model="tiny.en")
    assert settled(Choice("auto"), "en").notice is None


@given(
    st.sampled_from(["tiny.en", "base", "huge"]),
    st.sampled_from(["cpu", "cuda"]),
    st.booleans(),
    st.sampled_from(["en", "de"]),
    st.lists(st.builds(timing, st.sampled_from(["tiny.en", "base"]), st.floats(1, 3000)), max_size=4),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_what_was_asked_for_always_wins(
    shelf: pytest.MonkeyPatch, model: str, device: str, captions: bool, language: str, timings: list[Timing]
) -> None:
    measured(*timings)

    reader = settled(Choice(model, device, captions, language), "fr")

    assert (reader.model, reader.device, reader.captions, reader.language) == (model, device, captions, language)
