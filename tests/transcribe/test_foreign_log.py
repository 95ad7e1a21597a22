"""A recording beside a log of another time is refused and left alone; what a killed recorder left is whole."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from transcribe import recording

KEY = bytes(range(32))
NAME = "50001-w1-1.db"
MOMENTS = (10, 20, 30, 40)
"""How many tenths of a second there were each time the files were copied."""
INTO_THE_FILE = (5, 15, 35)
"""After so many, all that is in the log goes into the file, and it begins anew; SQLite does so every 250 or so."""
# which of them have the same log
LOGS = ({10}, {20, 30}, {40})


@pytest.fixture(scope="module")
def moments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for each moment, as a recorder that was killed then would have left it."""
    folder = tmp_path_factory.mktemp("recorded")
    writing = folder / "writing"
    writing.mkdir()
    with closing(recording.create(writing / NAME, KEY)) as writer:
        for number in range(1, MOMENTS[-1] + 1):
            writer.append(np.full(1600, number, np.int16))
            if number in MOMENTS:
                shutil.copytree(writing, folder / str(number), ignore=shutil.ignore_patterns("*-shm"))
            if number in INTO_THE_FILE:
                writer._db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    return folder


@pytest.mark.parametrize("log", MOMENTS)
@pytest.mark.parametrize("database", MOMENTS)
def test_files_of_two_moments_are_read_whole_or_refused_and_left_alone(
    moments: Path, tmp_path: Path, database: int, log: int
) -> None:
    shutil.copy(moments / str(database) / NAME, tmp_path)
    shutil.copy(moments / str(log) / f"{NAME}-wal", tmp_path)
    before = (tmp_path / NAME).read_bytes()

    if not any({database, log} <= same for same in LOGS):
        with pytest.raises(recording.RecordingLockedError, match="does not belong to it"):
            recording.open_reader(tmp_path / NAME, KEY)
        assert recording.check(tmp_path / NAME, KEY, 0)
        assert (tmp_path / NAME).read_bytes() == before
        return
    with closing(recording.open_reader(tmp_path / NAME, KEY)) as reader:
        heard = reader.read(0, MOMENTS[-1] * 100)
    assert heard.tolist() == np.repeat(np.arange(1, log + 1), 1600).tolist()


def test_the_log_of_another_recording_is_refused_and_spoils_nothing(moments: Path, tmp_path: Path) -> None:
    shutil.copytree(moments / "30", tmp_path, dirs_exist_ok=True)
    other = tmp_path / "other"
    other.mkdir()
    with closing(recording.create(other / NAME, bytes(32))) as writer:
        writer.append(np.zeros(1600, np.int16))
        shutil.copy(other / f"{NAME}-wal", tmp_path)

    with pytest.raises(recording.RecordingLockedError, match="does not belong to it"):
        recording.append_to(tmp_path / NAME, KEY)

    shutil.copy(moments / "30" / f"{NAME}-wal", tmp_path)
    with closing(recording.append_to(tmp_path / NAME, KEY)) as writer:
        assert writer.last_seq == 30
