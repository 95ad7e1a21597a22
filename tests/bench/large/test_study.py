"""The large study, made small: the same seed makes the same words, and nothing is wrong with what was made."""

from __future__ import annotations

from pathlib import Path

from store import Study
from tests.bench.large import study as large
from tests.studies import PASSPHRASE


def test_the_same_seed_makes_the_same_study_and_it_is_sound(tmp_path: Path) -> None:
    said = []
    for name in ("one", "other"):
        sessions = large.make(tmp_path / name, large.Size(sessions=2, utterances=8))
        assert sessions == ("60000-w2-1", "60001-w2-1")
        with Study.open(tmp_path / name, PASSPHRASE, large.NOW) as study:
            assert study.check() == ()
            said.append([one.text for session in sessions for one in study.transcript.utterances(session)])
            assert study.search(str(said[-1][0]).split()[0])
    assert said[0] == said[1]
    assert len(said[0]) == 16
