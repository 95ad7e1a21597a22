"""A fault of each kind; ``make faults`` runs them at every place."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.faults.fault import APP, KILLED, READ, RECORDER, REPORT, SCRIBE, WRITE, Fault
from tests.faults.happenings import happened, happenings
from tests.faults.stage import Stage
from tests.faults.table import wrong
from tests.faults.verdict import Verdict, verdict

pytestmark = [pytest.mark.slow, pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")]

ONE_OF_EACH = (
    Fault(RECORDER, WRITE, KILLED, 100),
    Fault(RECORDER, REPORT, KILLED, 17),
    Fault(APP, WRITE, KILLED, 75),
    Fault(APP, REPORT, KILLED, 12),
    Fault(SCRIBE, REPORT, KILLED, 2),
    Fault(SCRIBE, READ, KILLED, 12),
    Fault(RECORDER, WRITE, "ENOSPC", 90),
    Fault(RECORDER, WRITE, "EIO", 60),
    Fault(APP, WRITE, "ENOSPC", 120),
    Fault(APP, WRITE, "EIO", 152),
)


@pytest.fixture(scope="module", autouse=True)
def _traced() -> None:
    if subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], check=False, capture_output=True).returncode:
        pytest.skip("no process may be traced here")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("faults"))


@pytest.fixture(scope="module")
def whole(stage: Stage) -> Verdict:
    """A session without a fault."""
    return verdict(stage, None, "whole")


def test_without_a_fault_nothing_is_wrong(whole: Verdict) -> None:
    assert wrong(whole, whole) == []
    assert "thank you for making the time" in whole.words
    assert whole.sentences == ()


@pytest.mark.parametrize("fault", ONE_OF_EACH, ids=lambda fault: f"{fault.name}, number {fault.at}".replace(" ", "-"))
def test_whatever_breaks_what_was_shown_is_there_and_the_next_start_goes_on(
    stage: Stage, whole: Verdict, fault: Fault, tmp_path: Path
) -> None:
    found = verdict(stage, fault, tmp_path.name)
    assert found.reached
    assert wrong(found, whole) == []


HAPPEN_HERE = ("laptop: asleep for 8 s", "disk: taken away for a while", "recorder: killed in a room")


@pytest.mark.parametrize("name", HAPPEN_HERE, ids=lambda name: name.replace(" ", "-"))
def test_whatever_happens_in_the_room_nothing_is_lost_and_the_session_goes_on(
    stage: Stage, whole: Verdict, name: str, tmp_path: Path
) -> None:
    (happening,) = (one for one in happenings(seed=1, kills=1) if one.name == name)
    assert wrong(happened(stage, happening, tmp_path.name), whole) == []
