"""What guards something, or tells how long it lasts, goes by a clock that nobody sets."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import Decision, Kind, Study
from tui import listening
from tui.clock import Stopwatch
from tui.reader import Choice
from tui.session import Conductor
from tui.source import Source

MINUTE_MS = 60_000.0
minutes = st.integers(-10_000, 10_000)


@given(passed=st.integers(0, 10_000), set_by=minutes)
def test_however_the_clock_is_set_no_less_time_has_passed(passed: int, set_by: int) -> None:
    began, at = datetime(2026, 11, 22, 12).astimezone(), [0]
    watch = Stopwatch(lambda: began + timedelta(minutes=at[0] + (set_by if at[0] else 0)), lambda: at[0] * MINUTE_MS)

    at[0] = passed

    assert watch.elapsed >= timedelta(minutes=passed)
    assert watch.elapsed == timedelta(minutes=passed + (max(0, set_by) if passed else 0))


@pytest.mark.asyncio
@pytest.mark.parametrize("set_by", [-60, 60], ids=["back", "ahead"])
async def test_the_time_off_the_record_runs_on_where_the_clock_is_set(
    demo_folder: Path, now: datetime, monkeypatch: pytest.MonkeyPatch, set_by: int
) -> None:
    world, steady_ms = [now], [5e8]
    monkeypatch.setattr(listening, "clock_ms", lambda: steady_ms[0])
    with Study.open(demo_folder, "demo", now) as study:
        session = study.sessions.begin(
            "50001", 1, guide_sha256=study.guides.current().sha256, setting="", others_present="", now=now
        ).id
        for kind in Kind:
            decision = Decision.DECLINED if kind is Kind.AUDIO else Decision.GRANTED
            study.consent.decide(session, kind, decision, form_version="1", recorded_by="ME", now=now)
        conductor = Conductor(study, session, Source(), Choice("tiny.en"), lambda _: None, lambda: world[0])
        conductor.begin()
        conductor.pause()

        world[0] += timedelta(minutes=set_by)
        steady_ms[0] += 2 * MINUTE_MS

        assert conductor.off_ms == 2 * MINUTE_MS
        await conductor.abandon()
