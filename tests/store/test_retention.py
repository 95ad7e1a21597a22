"""How long sessions are kept, and that nothing is left of them afterwards."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import date, timedelta

import pytest

from store import BadInput, Cause, ConsentRequired, Rule, State, StateError, Study, as_rule
from tests.store.lived import NOW, PASSPHRASE, Held, Lived

HELD = (2, 30)
LATER = NOW + timedelta(days=400)


@pytest.fixture
def due(lived: Lived) -> Held:
    lived.study.retention.set(Rule(months=12), NOW)
    return lived.sessions[0]


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("2035-04-30", Rule(until=date(2035, 4, 30))),
        ("120", Rule(months=120)),
        (" 120 Months ", Rule(months=120)),
        ("forever", Rule()),
        ("", Rule()),
    ],
)
def test_a_rule_is_a_day_or_a_number_of_months(typed: str, rule: Rule) -> None:
    assert as_rule(typed) == rule
    assert as_rule(str(rule)) == rule


@pytest.mark.parametrize("typed", ["soon", "0", "1201", "2035-13-01", "-3", "30.4.2035"])
def test_what_says_no_time_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="says no time"):
        as_rule(typed)


def test_a_session_is_due_once_its_last_day_has_passed(lived: Lived) -> None:
    retention, last = lived.study.retention, NOW.date()
    assert retention.look(LATER).sentence == ""
    retention.set(Rule(until=last), NOW)
    assert (len(retention.look(NOW).due), len(retention.look(NOW).near)) == (0, 2)
    past = retention.look(NOW + timedelta(days=1))
    assert (len(past.due), len(past.near)) == (2, 0)
    assert past.sentence == "2 sessions are past their retention date: run 'vivavoce study destroy-due'."


def test_months_are_counted_from_each_session_and_told_ninety_days_before(lived: Lived) -> None:
    lived.study.retention.set(Rule(months=12), NOW)
    day = date(2027, 3, 2)
    for days_before, near in ((91, 0), (90, 2), (0, 2)):
        outlook = lived.study.retention.look(NOW.replace(year=2027) - timedelta(days=days_before))
        assert (len(outlook.near), outlook.due) == (near, ())
    assert f"first on {day}" in outlook.sentence
    assert len(lived.study.retention.look(LATER).due) == 2


def test_nothing_is_left_of_a_session_that_was_destroyed(lived: Lived, due: Held) -> None:
    assert set(lived.left_of(due)) == {"words", "key", "sound", "notes", "memo", "form"}
    receipt = lived.study.retention.destroy(due.id, LATER)
    left = lived.left_of(due)
    assert set(left) == {"form"}  # that of the other session, which has the same bytes
    lived.study.retention.destroy(lived.sessions[1].id, LATER)
    assert lived.left_of(due) == {}
    assert receipt.cause is Cause.RETENTION
    assert {"the key of the recording", "the memo", "1 signed form", "the recording"} <= set(receipt.destroyed)
    assert lived.study.participants.get(due.id[:5]).attributes == {}
    assert lived.study.check() == ()


def test_what_stays_is_that_it_was_held_and_the_receipt(lived: Lived, due: Held) -> None:
    lived.study.retention.destroy(due.id, LATER)
    session = lived.study.sessions.get(due.id)
    assert (session.state, session.destroyed_at, session.setting) == (State.STOPPED, LATER, "")
    assert [receipt.cause for receipt in lived.study.receipts.list(due.id)] == [Cause.RETENTION]
    assert lived.study.consent.history(due.id)
    with pytest.raises(ConsentRequired, match="was destroyed on 2027-04-06, as it was to be kept no longer"):
        lived.study.dossier(due.id)
    assert due.id not in {one.id for one in lived.study.retention.look(LATER).due}


def test_what_is_not_due_is_not_destroyed(lived: Lived, due: Held) -> None:
    with pytest.raises(StateError, match="not past its retention date"):
        lived.study.retention.destroy(due.id, NOW)
    assert lived.study.transcript.utterances(due.id)


_KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from store import Study
from store.destruction import Destruction

study = Study.open(Path(sys.argv[1]), sys.stdin.readline().strip(), datetime.fromisoformat(sys.argv[3]))
Destruction.carry_out = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
study.retention.destroy(sys.argv[2], datetime.fromisoformat(sys.argv[3]))
"""


def test_what_was_to_be_destroyed_is_gone_after_a_kill_too(lived: Lived, due: Held) -> None:
    lived.study.close()
    command = [sys.executable, "-c", _KILLED, str(lived.folder), due.id, LATER.isoformat()]
    assert subprocess.run(command, input=PASSPHRASE, text=True, check=False).returncode == -signal.SIGKILL
    with Study.open(lived.folder, PASSPHRASE, LATER) as study:
        assert set(lived.left_of(due)) == {"form"}
        assert study.sessions.get(due.id).destroyed_at == LATER
