"""An error names its own cause: each fault of disk, folder and database, provoked for real where that can be done."""

from __future__ import annotations

import errno
import os
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from guides import Guide
from store import BadInput, NotNow, Session, StoreError, Study, StudyDamaged, StudyLocked, faults, restore
from store.errors import DiskFull
from store.handover import export
from store.lock import LOCK_FILE, SessionLock
from transcribe import recording
from transcribe.errors import RecordingError

LONG = "x" * 300
TOO_LONG = "is too long for this disk"


@pytest.fixture
def closed(make_study: Callable[[], Study], tmp_path: Path) -> Path:
    with make_study() as study:
        folder = study.folder
    return Path(shutil.copytree(folder, tmp_path / "closed"))


@contextmanager
def no_more_files(left: int) -> Iterator[None]:
    """As where other programs hold all files that this user may have open."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    held = [os.open(os.devnull, os.O_RDONLY)]
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(held) + left + 1, before[1]))
    try:
        while True:  # whatever is free below the limit is taken, but for so many
            held.append(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        for _ in range(left):
            os.close(held.pop())
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
        for descriptor in held:
            os.close(descriptor)


def test_a_name_that_is_too_long_is_what_is_wrong(
    study: Study, guide: Guide, tmp_path: Path, passphrase: str, now: datetime
) -> None:
    backup = tmp_path / "b"
    study.back_up(backup, now)
    for attempt in (
        lambda: Study.open(tmp_path / LONG, passphrase, now),
        lambda: Study.create(tmp_path / LONG, passphrase, name="P", guide=guide, now=now),
        lambda: study.back_up(tmp_path / LONG, now),
        lambda: study.back_up(tmp_path / ("x" * 251), now),
        lambda: restore(backup, tmp_path / LONG, passphrase, print, now=now),
        lambda: restore(backup, tmp_path / ("x" * 250), passphrase, print, now=now),
        lambda: restore(tmp_path / LONG, tmp_path / "new", passphrase, print, now=now),
        lambda: export(study, [], tmp_path / LONG, ["md"], unmask=False, now=now),
        lambda: study._database.copy_to(tmp_path / LONG),
    ):
        with pytest.raises(BadInput, match=TOO_LONG):
            attempt()
    assert study.check() == ()


def test_too_many_open_files_are_no_damage(closed: Path, passphrase: str, now: datetime) -> None:
    said = []
    for left in range(6):
        with no_more_files(left):
            try:
                Study.open(closed, passphrase, now).close()
            except NotNow as fault:  # and nothing but that
                said.append(str(fault))
    assert said
    assert all("Too many files are open" in sentence for sentence in said)
    with Study.open(closed, passphrase, now) as study:
        assert study.check() == ()


def test_a_recording_that_cannot_be_opened_is_not_gone(
    study: Study, session: Session, record: Callable[..., Path], now: datetime
) -> None:
    path = record(study, session.id)
    permit = study.permit_listening(session.id)
    for left in range(2):
        with no_more_files(left), pytest.raises(RecordingError, match="too many files are open") as raised:
            recording.append_to(path, permit.key)
        assert not isinstance(raised.value, recording.RecordingGoneError)
    recording.append_to(path, permit.key).close()


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda file: file.write_bytes(os.urandom(file.stat().st_size)), "database is broken"),
        (lambda file: file.write_bytes(b""), "is empty"),
        (lambda file: (file.unlink(), file.mkdir()), "is no file"),
        (lambda file: file.unlink(), "lacks its file study.db"),
    ],
)
def test_what_became_of_the_database_is_said(
    closed: Path, passphrase: str, now: datetime, break_it: Callable[[Path], object], says: str
) -> None:
    break_it(closed / "study.db")
    with pytest.raises(StudyDamaged, match=says):
        Study.open(closed, passphrase, now)


@pytest.mark.parametrize(
    ("place", "says"),
    [("file", "is no folder"), ("file/below", "is no folder, or lies in none")],
)
def test_a_file_where_a_folder_is_needed_is_named(
    study: Study, tmp_path: Path, now: datetime, place: str, says: str
) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadInput, match=says):
        export(study, [], tmp_path / place, ["md"], unmask=False, now=now)


def test_a_lock_that_cannot_be_taken_says_why(tmp_path: Path) -> None:
    (tmp_path / LOCK_FILE).mkdir()
    with pytest.raises(BadInput, match="is a folder, and a file is needed"):
        SessionLock(tmp_path).take()
    with no_more_files(0), pytest.raises(NotNow, match="Too many files"):
        SessionLock(tmp_path / "..").take()


@pytest.mark.parametrize(
    ("code", "error", "says"),
    [
        (errno.ENOSPC, DiskFull, "not enough room"),
        (errno.EDQUOT, DiskFull, "not enough room"),
        (errno.ENAMETOOLONG, BadInput, "too long"),
        (errno.EROFS, NotNow, "can only be read"),
        (errno.EACCES, NotNow, "may not use"),
        (errno.EPERM, NotNow, "may not use"),
        (errno.EMFILE, NotNow, "Too many files"),
        (errno.ENFILE, NotNow, "Too many files"),
        (errno.EIO, NotNow, "does not answer"),
        (errno.ESTALE, NotNow, "does not answer"),
        (errno.ENOTDIR, BadInput, "is no folder"),
        (errno.EISDIR, BadInput, "is a folder"),
        (errno.ELOOP, BadInput, "can't be used"),
    ],
)
def test_each_fault_of_the_system_has_its_sentence(code: int, error: type[StoreError], says: str) -> None:
    said = faults.of_file(Path("/media/stick/b"), OSError(code, os.strerror(code), "/media/stick/b"))
    assert type(said) is error
    assert says in str(said)
    assert str(said).count(":") == 1
    assert not isinstance(said, StudyDamaged | StudyLocked)
