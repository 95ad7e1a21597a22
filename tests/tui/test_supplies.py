"""Disk and battery: what is said before a session, and once while they run low."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import Decision
from tests.small_disk import fill, small_disk
from tests.tui.conftest import Until
from tui import machine, supplies, surroundings
from tui.events import Event, Notice
from tui.machine import BYTES_AN_HOUR, Machine, span_words
from tui.machine import look as really_look
from tui.supplies import BATTERY_STEPS, DISK_STEPS_S, PLANNED_S, Watch, before
from tui.surroundings import Surroundings
from tui.widgets.sound_check import Known, facts

WELL = Machine(400 * 10**9, 90, True, None)
PATIENCE_S = 60.0


def with_disk(seconds: int) -> Machine:
    return replace(WELL, free_bytes=-(-seconds * BYTES_AN_HOUR // 3600))


def on_battery(percent: int, seconds: int | None = None) -> Machine:
    return replace(WELL, battery_percent=percent, plugged=False, battery_s=seconds)


def told(machines: Sequence[Machine], *, recorded: bool = True) -> list[str]:
    """The codes of all notices, look after look."""
    watch, codes = Watch(recorded), []
    for one in machines:
        watch, news = watch.seeing(one)
        codes += [notice.code for notice in news]
    return codes


machines = st.builds(
    Machine,
    st.integers(0, 10**12),
    st.none() | st.integers(0, 100),
    st.booleans(),
    st.none() | st.integers(0, 10**5),
)

# --- before a session -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts_now", "code", "words"),
    [
        (with_disk(80 * 60), "low_disk", "1 h 20 min"),
        (on_battery(70, 70 * 60), "low_battery", "1 h 10 min"),
        (on_battery(30), "low_battery", "30 %"),
    ],
)
def test_what_is_too_little_for_an_interview_is_said_in_one_sentence_with_what_to_do(
    facts_now: Machine, code: str, words: str
) -> None:
    (notice,) = before(facts_now, recorded=True)

    assert notice.code == code
    assert words in notice.text
    assert notice.text.endswith("before you begin.")


@pytest.mark.parametrize(
    "fine",
    [
        WELL,
        with_disk(PLANNED_S),
        on_battery(15, 2 * 3600),
        replace(on_battery(3, 60), plugged=True),
        replace(WELL, battery_percent=None, plugged=False),
    ],
)
def test_what_is_enough_or_unknown_is_not_talked_about(fine: Machine) -> None:
    assert before(fine, recorded=True) == ()


@given(machines)
def test_a_session_of_notes_needs_no_room_for_sound(one: Machine) -> None:
    assert "low_disk" not in {notice.code for notice in before(one, recorded=False)}
    assert "low_disk" not in told([one, one], recorded=False)


def test_the_consent_screen_says_what_to_do_beside_the_figure() -> None:
    low = replace(on_battery(40, 3600), free_bytes=with_disk(3600).free_bytes)
    rows = {fact.name: fact for fact in facts(Decision.GRANTED, Known("mic", "tiny.en", "processor", low))}

    assert "free some space" in rows["disk"].text
    assert "plug the laptop in" in rows["battery"].text
    assert {rows["disk"].look, rows["battery"].look} == {"doubtful"}
    without_sound = {fact.name: fact for fact in facts(Decision.DECLINED, Known("mic", "tiny.en", "processor", low))}
    assert without_sound["disk"].look == ""


# --- while it lasts ---------------------------------------------------------------------------------------------------


def test_a_disk_that_fills_up_is_told_at_each_step_and_once_when_it_is_fine_again() -> None:
    falling = [with_disk(seconds) for seconds in range(7200, 0, -30)]

    assert told(falling) == ["low_disk"] * len(DISK_STEPS_S)
    assert told([*falling, with_disk(3 * 3600), with_disk(3 * 3600)]) == ["low_disk"] * 3 + ["disk_fine"]


def test_a_battery_that_runs_down_is_told_at_each_step_and_once_when_it_is_plugged_in() -> None:
    falling = [on_battery(percent) for percent in range(100, 0, -1)]

    assert told(falling) == ["low_battery"] * len(BATTERY_STEPS)
    assert told([*falling, replace(falling[-1], plugged=True)]) == ["low_battery"] * 3 + ["battery_fine"]


def test_a_step_that_was_left_is_told_again_when_it_is_met_again() -> None:
    assert told([with_disk(500), with_disk(1500), with_disk(500)]) == ["low_disk"] * 2


def test_what_is_not_known_for_a_moment_changes_nothing() -> None:
    unknown = replace(WELL, battery_percent=None, plugged=False)

    assert told([on_battery(9), unknown, on_battery(9), unknown]) == ["low_battery"]


@given(machines, st.integers(1, 20))
def test_what_stays_as_it_is_is_told_once(one: Machine, times: int) -> None:
    codes = told([one] * times)

    assert len(codes) == len(set(codes))


@given(st.sampled_from(BATTERY_STEPS), st.lists(st.integers(0, 1), min_size=1))
def test_what_wobbles_about_a_step_is_told_once(step: int, wobble: list[int]) -> None:
    assert told([on_battery(step + more) for more in (0, *wobble)]) == ["low_battery"]


@given(st.lists(machines))
def test_nothing_is_fine_again_that_was_not_low_and_the_words_say_what_is_low(run: list[Machine]) -> None:
    watch = Watch(recorded=True)
    low: set[str] = set()
    for one in run:
        watch, news = watch.seeing(one)
        for notice in news:
            name = notice.code.removeprefix("low_").removesuffix("_fine")
            assert (name in low) or notice.code.startswith("low_")
            low.add(name) if notice.code.startswith("low_") else low.remove(name)
        words = watch.words(one)
        assert ("disk" in words) == ("disk" in low)
        assert ("battery" in words) == ("battery" in low)
        assert words.startswith("▼") == bool(low)


@given(st.lists(machines, min_size=2, max_size=2))
def test_a_look_never_tells_more_than_one_thing_of_each(pair: list[Machine]) -> None:
    watch, _ = Watch(recorded=True).seeing(pair[0])
    _, news = watch.seeing(pair[1])

    assert len(news) <= 2
    assert len({notice.code.removeprefix("low_").removesuffix("_fine") for notice in news}) == len(news)


@pytest.mark.parametrize(
    ("seconds", "words"), [(59, "0 min"), (1500, "25 min"), (4800, "1 h 20 min"), (7200, "2 h"), (50_000, "13 h")]
)
def test_a_span_is_said_as_people_say_it(seconds: int, words: str) -> None:
    assert span_words(seconds) == words


# --- the real disk, a battery of our own, the event loop --------------------------------------------------------------


class Sensor:
    """A battery as psutil tells of it."""

    percent = 60.0
    secsleft = 3 * 3600
    power_plugged: bool | None = False


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "LOOK_EVERY_S", 0.02)


@pytest.mark.asyncio
@pytest.mark.usefixtures("often")
async def test_a_disk_that_fills_up_in_a_session_is_noticed_and_so_is_room(tmp_path: Path, until: Until) -> None:
    heard: list[Event] = []
    with small_disk(tmp_path / "disk", "400m") as disk:
        watched = Surroundings(lambda: replace(really_look(disk), battery_percent=None), heard.append)
        watched.begin(recorded=True)
        at_first = watched.low
        filler = fill(disk)
        await until(lambda: heard)
        while_full = watched.low
        filler.unlink()
        await until(lambda: len(heard) == 2)
        await watched.end()

    assert [event.code for event in heard if isinstance(event, Notice)] == ["low_disk", "disk_fine"]
    assert (at_first, while_full, watched.low) == ("", "▼ disk 0 min", "")


@pytest.mark.asyncio
@pytest.mark.usefixtures("often")
async def test_a_battery_that_runs_down_in_a_session_is_noticed(
    tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    sensor = Sensor()
    monkeypatch.setattr(psutil, "sensors_battery", lambda: sensor, raising=False)
    heard: list[Event] = []
    watched = Surroundings(lambda: replace(really_look(tmp_path), free_bytes=10**12), heard.append)
    watched.begin(recorded=False)
    sensor.percent, sensor.secsleft = 9.4, psutil.POWER_TIME_UNKNOWN
    await until(lambda: heard)
    low = watched.low
    sensor.power_plugged = True
    await until(lambda: len(heard) == 2)
    await watched.end()
    sensor.percent, sensor.power_plugged = 1.0, False

    assert [event.code for event in heard if isinstance(event, Notice)] == ["low_battery", "battery_fine"]
    assert low == "▼ battery 9 %"


@pytest.mark.asyncio
@pytest.mark.usefixtures("often")
async def test_a_disk_that_was_taken_out_tells_nothing_and_ends_nothing(until: Until) -> None:
    looked: list[int] = []

    def gone() -> Machine:
        looked.append(1)
        raise OSError

    heard: list[Event] = []
    watched = Surroundings(gone, heard.append)
    watched.begin(recorded=True)
    await until(lambda: len(looked) > 3)
    await watched.end()

    assert heard == []


@pytest.mark.asyncio
async def test_what_was_said_before_a_session_is_not_said_once_more_as_it_begins(tmp_path: Path) -> None:
    heard: list[Event] = []
    watched = Surroundings(lambda: with_disk(1500), heard.append)
    watched.begin(recorded=True)
    await watched.end()

    assert [event.code for event in heard if isinstance(event, Notice)] == ["low_disk"]
    assert watched.low == "▼ disk 25 min"


def test_before_goes_by_the_same_figures_as_the_watch() -> None:
    assert max(DISK_STEPS_S) <= PLANNED_S
    assert max(BATTERY_STEPS) < supplies.LEAST_PERCENT
    assert machine.span_words(PLANNED_S) == "2 h"
