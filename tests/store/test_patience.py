"""What wrong passphrases cost: from the third on a wait that grows, also for a program that was started anew."""

from __future__ import annotations

import itertools
import stat
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from guides import Guide
from store import Study, TooSoon, WrongPassphrase, wait_s
from store.patience import TRIES_FILE

SECOND = timedelta(seconds=1)


@pytest.fixture
def folder(make_study: Callable[[], Study]) -> Path:
    study = make_study()
    study.close()
    return study.folder


def lose(folder: Path, now: datetime, times: int) -> datetime:
    """So many wrong ones, each as soon as it is allowed; the time after the last of them."""
    for _ in range(times):
        now += wait_s(folder, now) * SECOND
        with pytest.raises(WrongPassphrase):
            Study.open(folder, "wrong", now)
    return now


def test_each_wrong_passphrase_from_the_third_on_costs_a_longer_wait(folder: Path, now: datetime) -> None:
    waits = []
    for _ in range(9):
        now = lose(folder, now, 1)
        waits.append(wait_s(folder, now))

    assert waits == [0, 0, 5, 10, 20, 40, 60, 60, 60]


def test_while_it_waits_not_even_the_right_one_is_looked_at(folder: Path, now: datetime, passphrase: str) -> None:
    now = lose(folder, now, 3)

    with pytest.raises(TooSoon) as refusal:
        Study.open(folder, passphrase, now + 2 * SECOND)

    assert refusal.value.seconds == 3
    assert str(refusal.value) == "Several passphrases were wrong: the next can be tried in 3 s."


def test_a_right_one_ends_the_count(folder: Path, now: datetime, passphrase: str) -> None:
    now = lose(folder, now, 4) + 10 * SECOND

    Study.open(folder, passphrase, now).close()

    assert not (folder / TRIES_FILE).exists()
    assert wait_s(folder, lose(folder, now, 2)) == 0


def test_a_wrong_recovery_key_counts_too(folder: Path, now: datetime) -> None:
    for _ in range(3):
        with pytest.raises(WrongPassphrase):
            Study.open_with_recovery(folder, "00000-00000-00000-00000-00000", now)

    with pytest.raises(TooSoon):
        Study.open_with_recovery(folder, "00000-00000-00000-00000-00000", now)


def test_a_secret_that_is_tried_as_passphrase_and_as_recovery_key_is_one_try(
    tmp_path: Path, guide: Guide, now: datetime, passphrase: str
) -> None:
    made, recovery_key = Study.create(tmp_path / "s", passphrase, name="Peers", guide=guide, now=now)
    made.close()
    lose(made.folder, now, 2)

    Study.open_with_either(made.folder, recovery_key, now).close()

    for _ in range(2):
        with pytest.raises(WrongPassphrase):
            Study.open_with_either(made.folder, "00000-00000-00000-00000-00000", now)
    assert wait_s(made.folder, now) == 0


def test_a_clock_that_was_set_back_makes_nobody_wait_longer(folder: Path, now: datetime, passphrase: str) -> None:
    before = lose(folder, now, 3) - timedelta(days=400)

    assert wait_s(folder, before) == 5
    Study.open(folder, passphrase, before + 5 * SECOND).close()


def test_what_is_kept_of_wrong_ones_is_two_numbers_for_the_owner_alone(folder: Path, now: datetime) -> None:
    lose(folder, now, 2)

    kept = folder / TRIES_FILE
    assert kept.read_text() == f"2 {int(now.timestamp())}\n"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.parametrize("kept", [b"", b"9", b"nine times", b"9 \xff", b"-3 1", b"9 " + b"9" * 99], ids=repr)
def test_a_count_that_can_not_be_read_counts_for_nothing(
    folder: Path, now: datetime, passphrase: str, kept: bytes
) -> None:
    (folder / TRIES_FILE).write_bytes(kept)

    Study.open(folder, passphrase, now).close()


def test_a_count_that_can_not_be_kept_keeps_no_study_shut(folder: Path, now: datetime, passphrase: str) -> None:
    (folder / TRIES_FILE).mkdir()

    for _ in itertools.repeat(None, 4):
        with pytest.raises(WrongPassphrase):
            Study.open(folder, "wrong", now)
    Study.open(folder, passphrase, now).close()


def test_a_closed_study_has_let_go_of_its_key(make_study: Callable[[], Study]) -> None:
    study = make_study()
    held = study._key
    assert any(held)

    study.close()

    assert study._key is held
    assert not any(held)


def test_a_check_knows_the_count_for_its_own(make_study: Callable[[], Study], now: datetime) -> None:
    with make_study() as study:
        with pytest.raises(WrongPassphrase):
            Study.open(study.folder, "wrong", now)
        assert (study.folder / TRIES_FILE).exists()
        assert study.check() == ()
