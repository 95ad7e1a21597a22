import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transcribe import measurement, models
from transcribe.wire import Measurement, Timing, Unusable

TIMING = Timing("tiny.en", "cpu", "int8", 2, 150.0, 4.0, 8.0)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def measured(*timings: Timing, at: str = "2026-11-22T12:00:00+00:00") -> Measurement:
    state = measurement.state(models.installed())
    return Measurement(at, state, 0.1, timings or (TIMING,), (Unusable("tiny.en", "cuda", "float16"),))


def kept() -> Measurement | None:
    return measurement.kept(models.installed())


def test_what_was_measured_is_found_again_in_the_cache_of_its_owner_alone(cache: Path) -> None:
    assert kept() is None

    measurement.keep(measured())

    assert kept() == measured()
    assert measurement.path().is_relative_to(cache)
    assert stat.S_IMODE(measurement.path().stat().st_mode) == 0o600
    assert list(measurement.path().parent.iterdir()) == [measurement.path()]


def test_another_model_or_another_version_is_another_state(monkeypatch: pytest.MonkeyPatch) -> None:
    measurement.keep(measured())
    assert measurement.kept([*models.installed(), models.Model("small", Path("s"), 9, False, True)]) is None

    monkeypatch.setattr(measurement, "_versions", lambda: ("another",))
    assert kept() is None


def test_another_machine_with_the_same_home_has_a_file_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    measurement.keep(measured())
    here = measurement.path()

    monkeypatch.setattr("platform.node", lambda: "the other laptop")

    assert measurement.path() != here
    assert kept() is None


@given(st.binary(max_size=400))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_a_damaged_file_is_as_good_as_none(damage: bytes) -> None:
    measurement.keep(measured())
    whole = measurement.path().read_bytes()
    for text in (damage, whole[: len(damage)], whole + damage.strip() + b"}"):
        measurement.path().write_bytes(text)
        assert kept() is None


@pytest.mark.parametrize(
    "wrong",
    [
        measured(Timing("tiny.en", "cpu", "int8", 2, float("nan"), 4.0, 8.0)),
        measured(Timing("tiny.en", "cpu", "int8", 0, 150.0, 4.0, 8.0)),
        measured(at="yesterday"),
        measured(at="2026-11-22T12:00:00"),
    ],
)
def test_figures_that_can_not_be_are_not_believed(wrong: Measurement) -> None:
    measurement.keep(wrong)

    assert kept() is None


def test_where_nothing_can_be_kept_nothing_is_kept_and_nothing_breaks(cache: Path) -> None:
    cache.write_text("a file where a folder ought to be")

    measurement.keep(measured())

    assert kept() is None
