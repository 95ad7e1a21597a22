"""What a session is read with, as far as its study and its guide decide it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from guides import bundled_guide, load
from store import Study, Verbatim
from tui.loading import kind_wanted

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "chosen", "wanted"),
    [
        ("en", Verbatim.STRICT, Verbatim.STRICT),
        ("en-GB", Verbatim.STRICT, Verbatim.STRICT),
        ("de", Verbatim.STRICT, Verbatim.CLEAN),
        ("de", Verbatim.CLEAN, Verbatim.CLEAN),
        ("en", Verbatim.CLEAN, Verbatim.CLEAN),
    ],
)
def test_only_english_is_read_strictly_and_nothing_else_waits_for_it(
    tmp_path: Path, language: str, chosen: Verbatim, wanted: Verbatim
) -> None:
    text = bundled_guide("open-interview").text.replace('language = "en"', f'language = "{language}"')
    (tmp_path / "guide.toml").write_text(text)
    study, _ = Study.create(tmp_path / "study", "plum", name="A", guide=load(tmp_path / "guide.toml"), now=NOW)
    with study:
        study.participants.add("50001", {}, NOW)
        guide = study.guides.keep(study.guides.current(), NOW)
        session = study.sessions.begin("50001", 1, guide_sha256=guide, setting="", others_present="", now=NOW).id
        study.set_verbatim(chosen, NOW)

        assert kind_wanted(study, session) is wanted
