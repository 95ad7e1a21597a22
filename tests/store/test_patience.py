"""What wrong passphrases cost: from the third on a wait that grows, also for a program that was started anew."""

from __future__ import annotations

import itertools
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from guides import Guide
from store import Study, TooSoon, WrongPassphrase, patience, wait_s
from store.patience import TRIES_FILE

DAY_S = 86_400
NOBODY = "00000-00000-00000-00000-00000"


@dataclass
class Clock:
    """The time since the machine was started."""

    s: float = 5 * DAY_S

    def __call__(self) -> float:
        return self.s * 1000


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    standing = Clock()
    monkeypatch.setattr(patience, "clock_ms", standing)
    return standing


@pytest.fixture
def folder(make_study: Callable[[], Study]) -> Path:
    study = make_study()
    study.close()
    return study.folder


def lose(folder: Path, now: datetime, clock: Clock, times: int) -> None:
    """So many wrong ones, each as soon as it is allowed."""
    for _ in range(times):
        clock.s += wait_s(folder)
        with pytest.raises(WrongPassphrase):
            Study.open(folder, "wrong", now)


def test_each_wrong_passphrase_from_the_third_on_costs_a_longer_wait(folder: Path, now: datetime, clock: Clock) -> None:
    waits = []
    for _ in range(9):
        lose(folder, now, clock, 1)
        waits.append(wait_s(folder))

    assert waits == [0, 0, 5, 10, 20, 40, 60, 60, 60]


def test_while_it_waits_not_even_the_right_one_is_looked_at(
    folder: Path, now: datetime, clock: Clock, passphrase: str
) -> None:
    lose(folder, now, clock, 3)
    clock.s += 2

    with pytest.raises(TooSoon) as refusal:
        Study.open(folder, passphrase, now)

    assert refusal.value.seconds == 3
    assert str(refusal.value) == "Several passphrases were wrong: the next can be tried in 3 s."


def test_a_right_one_ends_the_count(folder: Path, now: datetime, clock: Clock, passphrase: str) -> None:
    lose(folder, now, clock, 4)
    clock.s += 10

    Study.open(folder, passphrase, now).close()

    assert not (folder / TRIES_FILE).exists()
    lose(folder, now, clock, 2)
    assert wait_s(folder) == 0


def test_a_wrong_recovery_key_counts_too(folder: Path, now: datetime) -> None:
    for _ in range(3):
        with pytest.raises(WrongPassphrase):
            Study.open_with_recovery(folder, NOBODY, now)

    with pytest.raises(TooSoon):
        Study.open_with_recovery(folder, NOBODY, now)


def test_a_secret_that_is_tried_as_passphrase_and_as_recovery_key_is_one_try(
    tmp_path: Path, guide: Guide, now: datetime, clock: Clock, passphrase: str
) -> None:
    made, recovery_key = Study.create(tmp_path / "s", passphrase, name="Peers", guide=guide, now=now)
    made.close()
    lose(made.folder, now, clock, 2)

    Study.open_with_either(made.folder, recovery_key, now).close()

    for _ in range(2):
        with pytest.raises(WrongPassphrase):
            Study.open_with_either(made.folder, NOBODY, now)
    assert wait_s(made.folder) == 0


@pytest.mark.parametrize("days", [-400, 400], ids=["set back", "set ahead"])
def test_whoever_sets_the_clock_waits_neither_less_nor_more(
    folder: Path, now: datetime, clock: Clock, passphrase: str, days: int
) -> None:
    lose(folder, now, clock, 3)
    then = now + timedelta(days=days)

    clock.s += 4
    with pytest.raises(TooSoon):
        Study.open(folder, passphrase, then)
    clock.s += 1
    Study.open(folder, passphrase, then).close()


@pytest.mark.parametrize(("up_s", "left_s"), [(2.0, 3), (5.0, 0), (4 * DAY_S, 0)])
def test_a_machine_that_is_started_anew_waits_no_longer_than_since_then(
    folder: Path, now: datetime, clock: Clock, up_s: float, left_s: int
) -> None:
    lose(folder, now, clock, 3)

    clock.s = up_s

    assert wait_s(folder) == left_s


def test_what_is_kept_of_wrong_ones_is_two_numbers_for_the_owner_alone(
    folder: Path, now: datetime, clock: Clock
) -> None:
    lose(folder, now, clock, 2)

    kept = folder / TRIES_FILE
    assert kept.read_text() == f"2 {int(clock.s)}\n"
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
