"""The machine measures itself: ``doctor`` shows it, and a session goes by it unless something else was asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.program import Vivavoce

Program = Callable[..., Vivavoce]


@pytest.fixture
def program(program_on: Program, tmp_path: Path) -> Vivavoce:
    """The program with a cache of its own."""
    return program_on(tmp_path / "study", {"XDG_CACHE_HOME": str(tmp_path / "cache")})


def rows(program: Vivavoce, *words: str) -> tuple[dict[str, str], str]:
    done = program("doctor", "--json", *words)
    assert "Traceback" not in done.stderr
    return {row["check"]: row["text"] for row in json.loads(done.stdout)}, done.stderr


def test_doctor_measures_once_and_anew_when_asked(program: Vivavoce, tmp_path: Path) -> None:
    first, said = rows(program)
    second, said_again = rows(program)

    assert "Measuring" in said
    assert "Measuring" not in said_again
    assert first["auto"] == second["auto"]
    seen = {row["check"]: row for row in json.loads(program("doctor", "--json").stdout)}
    assert (seen["log"]["ok"], seen["log"]["verdict"]) == (True, "unseen")
    assert "--  log: " in program("doctor").stdout
    assert first["auto"].startswith("tiny.en, on the processor (int8, ")
    assert "of real time" in first["speed tiny.en"]
    (kept,) = (tmp_path / "cache" / "vivavoce").iterdir()
    before = kept.read_bytes()

    _, said = rows(program, "--measure")

    assert "Measuring" in said
    assert kept.read_bytes() != before


def test_a_damaged_measurement_is_measured_again(program: Vivavoce, tmp_path: Path) -> None:
    rows(program)
    (kept,) = (tmp_path / "cache" / "vivavoce").iterdir()
    kept.write_text('{"type": "Measurement", "at": 7')

    found, said = rows(program)

    assert "Measuring" in said
    assert "measured" in found["auto"]


def test_a_session_measures_nothing_and_reads_with_the_bundled_model(vivavoce: Vivavoce, short_sound: Path) -> None:
    session = vivavoce.session("--audio", "granted", speed="0", sound=short_sound)
    assert session.finish() == 0

    assert session.of("summary")[0]["model"] == "tiny.en"
    assert session.of("utterance")
    assert session.of("notice") == [one for one in session.of("notice") if one["code"] == "no_speaker_model"]


def test_a_language_that_the_model_does_not_read_is_said_in_one_sentence(vivavoce: Vivavoce, short_sound: Path) -> None:
    session = vivavoce.session("--audio", "granted", "--language", "pt-BR", speed="0", sound=short_sound)
    assert session.finish() == 0

    (notice,) = [one for one in session.of("notice") if one["code"] == "language"]
    assert notice["text"].startswith("The model tiny.en reads English only;")


def test_a_language_that_nobody_speaks_is_refused(program: Vivavoce) -> None:
    done = program("demo", "--plain", "--language", "tlh")

    assert done.returncode == 2
    assert done.stderr.strip() == "Whisper knows no language 'tlh'; give a code such as en, de or pt, or detected."
