"""One byte that is not what it was, anywhere in a closed study, never passes a check."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from guides import Guide
from store import Finding, StoreError, Study
from tests.store import whole

PLACES, SEED = 200, 20261128


@pytest.fixture(scope="module")
def closed(make_study: Callable[[], Study], guide: Guide, now: datetime) -> Path:
    with make_study() as study:
        whole.fill(study, guide, now)
        assert study.check() == ()
    return study.folder


def found(folder: Path, passphrase: str, now: datetime) -> tuple[Finding, ...]:
    """What is found; a study that refuses to open counts as one finding, its sentence."""
    try:
        with Study.open(folder, passphrase, now) as study:
            return study.check()
    except StoreError as refused:
        return (Finding("refused", str(refused)),)


def test_a_flipped_byte_is_found_in_every_file_of_a_study(closed: Path, passphrase: str, now: datetime) -> None:
    before = whole.digest(closed)
    assert found(closed, passphrase, now) == ()
    missed, plain = [], []
    for name, offset, mask in whole.places(closed, PLACES, SEED):
        with whole.flipped(closed / name, offset, mask):
            findings = found(closed, passphrase, now)
        if not findings:
            missed.append((name, offset, mask))
        plain += [finding.text for finding in findings]
    assert missed == []
    assert {"count", "ballast", "keys.json", "study.db"} < before.keys()
    assert all(len(text.splitlines()) == 1 and text.endswith(".") for text in plain)
    assert whole.digest(closed) == before
    assert found(closed, passphrase, now) == ()


@pytest.mark.parametrize("name", ["keys.json", "count"])
def test_every_byte_of_a_small_file_counts(closed: Path, passphrase: str, now: datetime, name: str) -> None:
    size = (closed / name).stat().st_size
    for offset in range(0, size, 3 if size < 200 else 7):
        with whole.flipped(closed / name, offset, 0x10 + offset % 7):
            assert found(closed, passphrase, now)
