"""Studies that cost little to make: with cheap keys, and once, to be copied."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from guides import bundled_guide
from store import Study, keys

PASSPHRASE = "a quiet room with a window"
PARTICIPANT = "50001"
MEMORY_KIB, PASSES = 64, 1


@contextmanager
def cheap_keys() -> Iterator[None]:
    """Passphrases are stretched less; ``keys.json`` says how much, so whoever opens such a study needs no more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "MEMORY_KIB", MEMORY_KIB)
        patch.setattr(keys, "PASSES", PASSES)
        yield


def make_study(folder: Path) -> Path:
    """What ``vivavoce study init`` and ``vivavoce participants add 50001`` leave in this folder, with cheap keys."""
    now, guide = datetime.now(UTC), bundled_guide("peer-specialist-fidelity")
    with cheap_keys(), Study.create(folder, PASSPHRASE, name="Test study", guide=guide, now=now)[0] as study:
        study.participants.add(PARTICIPANT, {}, now)
    return folder
