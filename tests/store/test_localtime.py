"""Times as people read them: by the clock of the place where a session was held, and one rule for the whole program."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from guides import Guide
from store import Session, Study
from store.localtime import local_day, local_time, long_day
from store.retention import Rule
from tui.waves import Rows, table

EVENING_BEFORE = datetime(2026, 11, 30, 20, 30, tzinfo=UTC)
PRODUCT = ("guides", "store", "transcribe", "tui")
# what turns a moment into text or into a day, and the only modules that may call it
CALLS = {"isoformat", "strftime", "astimezone", "date", "today", "fromtimestamp", "ctime", "timetuple", "localtime"}
MAY = {
    "store/localtime.py": "the rule",
    "store/clock.py": "how moments are kept: UTC",
    "store/handover/as_json.py": "JSON: UTC",
    "store/manifest.py": "JSON: UTC",
    "store/retention.py": "a day that was typed",
    "guides/fields.py": "a day in a guide",
    "store/patience.py": "kept, never shown",
    "tui/measuring.py": "kept, as is measured",
    "tui/commands/participants.py": "JSON: UTC",
}


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    def in_zone(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield in_zone
    monkeypatch.undo()
    time.tzset()


def held(study: Study, guide: Guide, number: str, at: datetime) -> Session:
    study.participants.add(number, {}, at)
    return study.sessions.begin(number, 1, guide_sha256=guide.sha256, setting="", others_present="", now=at)


def test_an_interview_is_held_on_the_day_that_it_was_there(
    study: Study, guide: Guide, zone: Callable[[str], None]
) -> None:
    zone("NZDT-13")
    session = held(study, guide, "61001", EVENING_BEFORE)
    zone("UTC0")
    session = study.sessions.get(session.id)
    assert session.utc_offset_min == 13 * 60
    assert long_day(session.started_at, session.utc_offset_min) == "1 Dec 2026"
    assert local_time(session.started_at, session.utc_offset_min) == "2026-12-01 09:30 +13:00"
    assert Rule(months=1).day(session) == date(2027, 1, 1)


def test_a_session_whose_place_nobody_kept_is_told_by_this_machine(zone: Callable[[str], None]) -> None:
    zone("NPT-5:45")
    assert local_time(EVENING_BEFORE) == "2026-12-01 02:15 +05:45"
    zone("NST3:30")
    assert local_time(EVENING_BEFORE) == "2026-11-30 17:00 -03:30"
    assert local_day(EVENING_BEFORE) == date(2026, 11, 30)


def test_a_machine_that_travels_while_the_program_runs_knows_where_it_is(
    study: Study, guide: Guide, monkeypatch: pytest.MonkeyPatch, zone: Callable[[str], None]
) -> None:
    zone("UTC0")
    monkeypatch.setenv("TZ", "NZDT-13")  # and nobody told the C library
    assert held(study, guide, "61002", EVENING_BEFORE).utc_offset_min == 13 * 60


def test_retention_is_reckoned_by_the_day_here(study: Study, zone: Callable[[str], None]) -> None:
    zone("NZDT-13")
    assert study.retention.look(EVENING_BEFORE).due == ()
    study.retention.set(Rule(until=date(2026, 11, 30)), EVENING_BEFORE)
    past = {one.id for one in study.retention.look(EVENING_BEFORE).due}
    zone("UTC0")
    assert study.retention.look(EVENING_BEFORE).due == ()
    study.retention.set(Rule(), EVENING_BEFORE)
    assert past == {one.id for one in study.sessions.list() if one.state != "open"}


def test_a_clock_that_is_set_back_midway_ends_nothing_before_its_beginning(session: Session, study: Study) -> None:
    set_back = session.started_at - timedelta(hours=3)
    study.log.jot(session.id, at_ms=1, text="the clock jumped", now=set_back)
    assert study.sessions.last_moment(session.id) == session.started_at
    stopped = study.sessions.stop(session.id, set_back, recording_ms=90_000, captured_ms=90_000, dropped_frames=0)
    assert stopped.stopped_at == session.started_at + timedelta(seconds=90)
    assert study.memos.open(session.id, "", set_back).minutes_after == 0


def test_the_last_sitting_counts_whatever_the_clock_was(study: Study, guide: Guide) -> None:
    first = held(study, guide, "61003", EVENING_BEFORE)
    study.sessions.stop(first.id, EVENING_BEFORE, recording_ms=1, captured_ms=1, dropped_frames=0)
    earlier = EVENING_BEFORE - timedelta(days=900)
    again = study.sessions.begin("61003", 1, guide_sha256=guide.sha256, setting="", others_present="", now=earlier)
    rows = Rows(["61003"], study.sessions.list(), {}, {})
    assert [cell.session and cell.session.id for cell in table(rows, 1, EVENING_BEFORE.date())[0]] == [again.id]


def test_no_other_module_turns_a_moment_into_text() -> None:
    top = Path(__file__).parents[2]
    found = [
        f"{path.relative_to(top)}:{line}: {what}"
        for room in PRODUCT
        for path in sorted((top / room).rglob("*.py"))
        if str(path.relative_to(top)) not in MAY
        for line, what in spelled(ast.parse(path.read_text("utf-8")))
    ]
    assert found == []


def spelled(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS:
            yield node.lineno, node.func.attr
        if isinstance(node, ast.FormattedValue):
            asked = "" if node.format_spec is None else ast.unparse(node.format_spec)
            value = node.value
            name = value.attr if isinstance(value, ast.Attribute) else value.id if isinstance(value, ast.Name) else ""
            if re.search("%[a-zA-Z]", asked):
                yield node.lineno, asked
            if name.endswith("_at") or name == "now":
                yield node.lineno, name


@pytest.mark.parametrize("line", ['f"{row.started_at:%Y-%m-%d}"', 'f"at {one.saved_at}"', "now.astimezone()"])
def test_the_look_for_others_finds_them(line: str) -> None:
    assert list(spelled(ast.parse(line)))
