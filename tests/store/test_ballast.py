"""What a full disk still has room for: kept from the beginning, given when it is needed, laid in again afterwards."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from guides import Guide
from store import NotNow, Study
from store.ballast import BALLAST_FILE, SIZE_BYTES
from tests.small_disk import fill, small_disk

PASSPHRASE = "a quiet room with a window"
LONG = "word " * 20_000


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", "96m") as disk:
        yield disk


@pytest.fixture
def study(disk: Path, guide: Guide, now: datetime) -> Iterator[Study]:
    made, _ = Study.create(disk / "study", PASSPHRASE, name="Small", guide=guide, now=now)
    with made:
        yield made


def write(study: Study, now: datetime) -> str:
    """More than what may happen to have room yet."""
    study.set_setting("long", LONG, now)
    return "written"


def test_a_new_study_has_ballast_that_nobody_else_can_read(study: Study) -> None:
    ballast = study.folder / BALLAST_FILE
    assert ballast.stat().st_size == SIZE_BYTES
    assert stat.S_IMODE(ballast.stat().st_mode) == 0o600
    assert study.check() == ()


def test_on_a_full_disk_a_write_goes_through_all_the_same(study: Study, disk: Path, now: datetime) -> None:
    fill(disk)
    with pytest.raises(NotNow):
        write(study, now)
    assert study.insist(lambda: write(study, now)) == "written"
    assert not (study.folder / BALLAST_FILE).exists()
    with Study.open(study.folder, PASSPHRASE, now) as again:
        assert again.setting("long") == LONG


def test_what_was_used_up_is_laid_in_again_once_there_is_room(study: Study, disk: Path, now: datetime) -> None:
    filler = fill(disk)
    study.insist(lambda: write(study, now))
    with Study.open(study.folder, PASSPHRASE, now):
        assert not (study.folder / BALLAST_FILE).exists()
    filler.unlink()
    with Study.open(study.folder, PASSPHRASE, now):
        assert (study.folder / BALLAST_FILE).stat().st_size == SIZE_BYTES


def test_where_the_disk_is_not_full_nothing_is_given_up(study: Study) -> None:
    def refused() -> None:
        raise NotNow("Another program is writing.")

    with pytest.raises(NotNow):
        study.insist(refused)
    assert (study.folder / BALLAST_FILE).exists()


def test_a_refused_write_leaves_no_transaction_open(study: Study, disk: Path, now: datetime) -> None:
    (study.folder / BALLAST_FILE).unlink()
    filler = fill(disk)
    with pytest.raises(NotNow):
        study.set_voiceprint([1 / 3] * 20_000, now)
    filler.unlink()
    study.set_setting("short", "kept", now)
    with Study.open(study.folder, PASSPHRASE, now) as again:
        assert (again.setting("short"), again.voiceprint) == ("kept", ())
