"""How a large study is measured: by turns, by the longest callback, and where something is still to be erased."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from store import Study
from tests.bench.large import __main__ as measuring
from tests.bench.large import study as large
from tests.bench.large.build import Build, builds
from tests.bench.large.typed import Found, Watched
from tests.bench.large.ways import WAYS, killed
from tests.studies import PASSPHRASE


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A study of one session."""
    large.make(tmp_path / "study", large.Size(sessions=1, utterances=4))
    return tmp_path / "study"


def test_two_builds_are_measured_by_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[str] = []

    def way(build: Build) -> Found:
        turns.append(build.name)
        return {"it, s": [float(len(turns))]}

    monkeypatch.setitem(WAYS, "search", way)
    each = [cast(Any, SimpleNamespace(name=name)) for name in ("this", "other")]
    found = measuring._measured("search", each, 2)
    assert turns == ["this", "other", "other", "this"]
    assert found == [{"it, s": [1.0, 4.0]}, {"it, s": [2.0, 3.0]}]


def test_of_callbacks_since_a_key_the_longest_counts(tmp_path: Path) -> None:
    file = tmp_path / "callbacks"
    file.write_text("9.0 500.0 400.0\n10.5 30.0 29.0\n11.0 70.0 12.0\n", "utf-8")
    assert Watched(cast(Any, None), file).longest(10.0) == (70.0, 29.0)
    assert Watched(cast(Any, None), file).longest(12.0) == (0.0, 0.0)


def test_what_another_process_leaves_unerased_is_owed(small: Path) -> None:
    with builds(small, None) as (build,):
        build.leave_unerased(small)
    with Study.open(small, PASSPHRASE, large.NOW) as study:
        assert study.erasing_owed


def test_a_command_is_killed_at_a_line_and_its_rest_is_done_when_it_is_called_again(small: Path) -> None:
    with builds(small, None) as (build,):
        found = killed(build)
    assert [what for what, _ in found.items()] == ["withdraw, killed and called again, receipt, s"]
