"""Whoever conducts holds the study, whatever becomes of the lock's file; and nobody else who asks takes it for free."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from store import NotNow, Session, State, Study, StudyLocked
from store.lock import LOCK_FILE, READING_FILE


def delete(file: Path) -> None:
    file.unlink()


def replace(file: Path) -> None:
    other = file.with_name("other")
    other.touch()
    other.replace(file)


def move_away(file: Path) -> None:
    file.rename(file.with_name("moved"))


LOSSES = pytest.mark.parametrize("lose", [delete, replace, move_away])


@contextmanager
def locked(file: Path) -> Iterator[bool]:
    """Whether a program that asks for nothing but the file gets its lock, which it then holds."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(descriptor)


@LOSSES
def test_a_session_is_never_called_interrupted_under_its_living_holder(
    make_study: Callable[[], Study],
    begin: Callable[..., Session],
    passphrase: str,
    now: datetime,
    lose: Callable[[Path], None],
) -> None:
    with make_study() as study, study.lock_for_session():
        session = begin(study)
        lose(study.folder / LOCK_FILE)

        with Study.open(study.folder, passphrase, now) as other:
            assert other.sessions.get(session.id).state is State.OPEN
            assert other.conducted
            with pytest.raises(StudyLocked, match="conducting"):
                other.lock_for_session()
    with Study.open(study.folder, passphrase, now) as later:
        assert later.sessions.get(session.id).state is State.INTERRUPTED


@LOSSES
@pytest.mark.parametrize("file", [LOCK_FILE, READING_FILE])
def test_a_holder_lays_its_lock_anew(make_study: Callable[[], Study], lose: Callable[[Path], None], file: str) -> None:
    with make_study() as study:
        lock = study.lock_for_session() if file == LOCK_FILE else study.lock_for_reading()
        lose(study.folder / file)

        assert study.look_after_locks() == ""

        with locked(study.folder / file) as free:
            assert not free
        lock.release()
        with locked(study.folder / file) as free:
            assert free


def test_where_a_program_that_asks_for_the_file_alone_has_it_that_is_said_and_it_is_taken_back(
    make_study: Callable[[], Study], passphrase: str, now: datetime
) -> None:
    with make_study() as study, study.lock_for_session() as lock:
        delete(study.folder / LOCK_FILE)
        with locked(study.folder / LOCK_FILE) as free:
            assert free
            assert "Another program has taken the place of the file session.lock" in study.look_after_locks()
            assert lock.held
            with Study.open(study.folder, passphrase, now) as other:
                assert other.conducted

        assert study.look_after_locks() == ""
        with locked(study.folder / LOCK_FILE) as free:
            assert not free


def test_a_lock_that_was_laid_anew_is_free_when_it_was_released_as_often_as_it_was_taken(
    make_study: Callable[[], Study], passphrase: str, now: datetime
) -> None:
    with make_study() as study, Study.open(study.folder, passphrase, now) as other:
        with study.lock_for_session(), study.lock_for_session():
            delete(study.folder / LOCK_FILE)
            with study.lock_for_session():
                assert other.conducted
        assert not other.conducted


def test_a_folder_that_is_moved_keeps_its_lock_and_the_study_in_its_place_is_left_alone(
    make_study: Callable[[], Study], passphrase: str, now: datetime
) -> None:
    with make_study() as study, study.lock_for_session():
        away = study.folder.with_name("away")
        study.folder.rename(away)
        shutil.copytree(away, study.folder)  # another study, whose lock nobody holds

        assert study.look_after_locks() == ""
        with Study.open(study.folder, passphrase, now) as copy, copy.lock_for_session() as lock:
            assert lock.held
        with Study.open(away, passphrase, now) as moved:
            assert moved.conducted

        shutil.rmtree(study.folder)
        away.rename(study.folder)
        assert study.look_after_locks() == ""
        with Study.open(study.folder, passphrase, now) as back:
            assert back.conducted


def test_where_a_disk_knows_no_locks_that_is_said(
    make_study: Callable[[], Study], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object) -> None:
        raise OSError(errno.ENOSYS, "Function not implemented")

    with make_study() as study:
        monkeypatch.setattr(fcntl, "flock", unknown)
        with pytest.raises(NotNow, match="knows no locks: copy the study to another disk"):
            study.lock_for_session()
