"""A log beside a database of another time is damage, told before anything is spoilt; what a kill left is whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from store import Session, Study, StudyDamaged
from store.opening import SCHEMA
from tests.store import whole
from tests.store.moments import DATABASE, LOG, Moments, first, notes_of

FOREIGN = "does not belong to the database"
GONE = "writes to the study were gone"


def opened(folder: Path, moments: Moments, passphrase: str) -> tuple[list[str], str]:
    """The notes that are there, and what the opening says is gone; nothing else may be wrong."""
    with Study.open(folder, passphrase, moments.now) as study:
        assert {finding.code for finding in study.check()} <= {"lost-writes"}
        return notes_of(study, moments.session), study.lost


def tried(folder: Path, moments: Moments, passphrase: str) -> list[str] | None:
    """The notes that are there, where those that are not are said; None where it is refused, and left as it was."""
    before = whole.digest(folder)
    try:
        notes, lost = opened(folder, moments, passphrase)
    except StudyDamaged as damaged:
        said = str(damaged)
    else:
        assert notes == first(len(notes))
        assert (GONE in lost) == (len(notes) < moments.notes)
        return notes
    assert FOREIGN in said
    after = whole.digest(folder)
    assert {name: after[name] for name in (DATABASE, LOG)} == {name: before[name] for name in (DATABASE, LOG)}
    return None


@pytest.fixture(scope="module")
def four(
    tmp_path_factory: pytest.TempPathFactory,
    make_study: Callable[[], Study],
    begin: Callable[..., Session],
    passphrase: str,
    now: datetime,
) -> Moments:
    """Of one log its beginning (0) and its end (1), the log after it (2), and one of a later opening (3).

    Nobody changes it: whoever goes on does so in a copy (``going_on``).
    """
    moments = begun(tmp_path_factory.mktemp("four"), make_study, begin, passphrase, now)
    moments.jot(10)
    moments.keep()
    moments.jot(10)
    moments.keep()
    moments.into_the_database()
    moments.jot(10)
    moments.keep()
    moments.again(passphrase)
    moments.jot(10)
    moments.keep()
    moments.study.close()
    return moments


@pytest.fixture
def going_on(four: Moments, tmp_path: Path, passphrase: str) -> Iterator[Moments]:
    """The last of the four moments, as a kill left it, gone on with."""
    study = Study.open(four.put(tmp_path / "study", database=3, log=3, rest=3), passphrase, four.now)
    folder = Path(shutil.copytree(four.folder, tmp_path / "moments"))
    moments = Moments(study, four.session, four.now, folder, list(four.said), four.notes)
    yield moments
    moments.study.close()


def begun(
    folder: Path, make_study: Callable[[], Study], begin: Callable[..., Session], passphrase: str, now: datetime
) -> Moments:
    """A session in a study that was closed since, so that it stands in the database and in no log."""
    made = make_study()
    session = begin(made).id
    made.sessions.interrupt(session, now)
    moments = Moments(made, session, now, folder / "moments")
    moments.again(passphrase)
    return moments


@pytest.mark.parametrize(
    ("database", "log", "is_whole"),
    [
        *((moment, moment, True) for moment in range(4)),
        *((0, 1, True), (1, 0, True)),  # nothing was moved into the database between the two
        *((0, 2, False), (1, 2, False), (0, 3, False), (2, 3, False)),  # an older database, a newer log
        *((2, 0, False), (3, 0, False), (3, 1, False)),  # a newer database, an older log
        *((2, 1, True), (3, 2, True)),  # all of which is in it
    ],
)
def test_files_of_two_moments_are_opened_whole_or_refused_and_left_alone(
    four: Moments, tmp_path: Path, passphrase: str, database: int, log: int, is_whole: bool
) -> None:
    folder = four.put(tmp_path / "put", database=database, log=log, rest=3)

    assert tried(folder, four, passphrase) == (first(four.said[log]) if is_whole else None)


def test_a_log_that_is_gone_or_cut_short_is_said_as_it_is_opened(
    four: Moments, tmp_path: Path, passphrase: str
) -> None:
    gone = four.put(tmp_path / "gone", database=3, log=None, rest=3)
    cut = four.put(tmp_path / "cut", database=3, log=3, rest=3)
    os.truncate(cut / LOG, 40_000)

    notes, lost = opened(gone, four, passphrase)
    assert (notes, GONE in lost) == (first(30), True)
    notes, lost = opened(cut, four, passphrase)
    assert notes == first(len(notes))
    assert 30 <= len(notes) < 40
    assert GONE in lost
    assert opened(cut, four, passphrase)[1] == ""  # said once, and by every check from then on


def test_the_log_of_another_study_is_refused_and_spoils_nothing(
    four: Moments, tmp_path: Path, make_study: Callable[[], Study], passphrase: str
) -> None:
    folder = four.put(tmp_path / "put", database=3, log=3, rest=3)
    with make_study() as other:
        other.participants.add("60001", {}, four.now)
        shutil.copy(other.folder / LOG, folder)

    assert tried(folder, four, passphrase) is None

    shutil.copy(four.folder / "3" / LOG, folder)
    assert opened(folder, four, passphrase) == (first(40), "")


@pytest.mark.parametrize("writes", [0, 1, 2])
def test_what_a_kill_leaves_is_whole_however_few_writes_a_log_holds_that_was_begun_anew(
    going_on: Moments, tmp_path: Path, passphrase: str, writes: int
) -> None:
    older = going_on.keep()
    going_on.into_the_database()
    going_on.jot(writes)
    moment = going_on.keep()

    folder = going_on.put(tmp_path / "put", database=moment, log=moment, rest=moment)
    assert opened(folder, going_on, passphrase) == (first(40 + writes), "")
    if writes:
        mixed = going_on.put(tmp_path / "older", database=older, log=moment, rest=moment)
        assert tried(mixed, going_on, passphrase) is None


def test_a_study_of_an_earlier_version_that_was_killed_opens_whole(
    going_on: Moments, tmp_path: Path, passphrase: str, connect: Callable[[Study], dbapi2.Connection], now: datetime
) -> None:
    connection = connect(going_on.study)
    going_on.study.close()
    for column in ("log", "log_base"):
        connection.execute(f"ALTER TABLE written DROP COLUMN {column}")
    connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'm019_which_log'")
    connection.execute(f"PRAGMA user_version = {SCHEMA - 1}")
    moment = going_on.keep()
    connection.close()
    assert (going_on.folder / str(moment) / LOG).stat().st_size

    folder = going_on.put(tmp_path / "put", database=moment, log=moment, rest=moment)
    assert opened(folder, going_on, passphrase) == (first(40), "")
    going_on.again(passphrase)


def test_two_programs_that_write_by_turns_begin_logs_that_both_know(
    going_on: Moments, tmp_path: Path, passphrase: str
) -> None:
    with Study.open(going_on.study.folder, passphrase, going_on.now) as other:
        for number in range(12):
            going_on.jot(2)
            if number % 3 == 0:
                going_on.into_the_database()
            other.participants.add(f"7000{number:02}", {}, going_on.now)
        moment = going_on.keep()
        folder = going_on.put(tmp_path / "put", database=moment, log=moment, rest=moment)
    assert opened(folder, going_on, passphrase) == (first(64), "")
    older = going_on.put(tmp_path / "older", database=3, log=moment, rest=moment)
    assert tried(older, going_on, passphrase) is None


Step = st.sampled_from(["jot", "jot", "jot", "into the database", "again"])


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(Step, min_size=3, max_size=6), data=st.data())
def test_whichever_files_are_put_together_no_word_is_silently_another(
    steps: list[str],
    data: st.DataObject,
    tmp_path_factory: pytest.TempPathFactory,
    make_study: Callable[[], Study],
    begin: Callable[..., Session],
    passphrase: str,
    now: datetime,
) -> None:
    tmp = tmp_path_factory.mktemp("steps")
    moments = begun(tmp, make_study, begin, passphrase, now)
    for step in steps:
        if step == "jot":
            moments.jot(data.draw(st.integers(1, 6)))
        elif step == "again":
            moments.again(passphrase)
        else:
            moments.into_the_database()
        moments.keep()
    moments.study.close()
    moment = st.integers(0, len(steps) - 1)
    for number in range(3):
        database, log = data.draw(moment), data.draw(moment)
        folder = moments.put(tmp / str(number), database=database, log=log, rest=len(steps) - 1)
        notes = tried(folder, moments, passphrase)
        assert database != log or notes == first(moments.said[log])
