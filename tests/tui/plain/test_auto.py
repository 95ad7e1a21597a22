"""The machine measures itself: ``doctor`` shows it, and a session goes by it unless something else was asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.program import Vivavoce
from transcribe import measurement

Program = Callable[..., Vivavoce]


@pytest.fixture
def program(program_on: Program, tmp_path: Path) -> Vivavoce:
    """The program with a cache of its own."""
    return program_on(tmp_path / "study", {"XDG_CACHE_HOME": str(tmp_path / "cache")})


def rows(done: CompletedProcess[str]) -> dict[str, dict[str, Any]]:
    """What the doctor says, by what it looked at."""
    assert "Traceback" not in done.stderr
    return {row["check"]: row for row in json.loads(done.stdout)}


def test_doctor_measures_where_nothing_whole_is_kept_and_anew_when_asked(program: Vivavoce, tmp_path: Path) -> None:
    kept = tmp_path / "cache" / "vivavoce" / measurement.path().name
    kept.parent.mkdir(parents=True)
    kept.write_text('{"type": "Measurement", "at": 7')

    first, second = program("doctor", "--json"), program.at_once("doctor", "--json")

    assert "Measuring" in first.stderr
    assert "Measuring" not in second.stderr
    auto, speed = (rows(first)[name]["text"] for name in ("auto", "speed tiny.en"))
    assert auto == rows(second)["auto"]["text"]
    assert auto.startswith("tiny.en, on the processor (int8, ")
    assert "measured" in auto
    assert "of real time" in speed
    assert [rows(second)["log"][name] for name in ("ok", "verdict")] == [True, "unseen"]
    assert "--  log: " in program.at_once("doctor").stdout
    before = kept.read_bytes()

    assert "Measuring" in program("doctor", "--measure").stderr
    assert kept.read_bytes() != before


def test_a_session_measures_nothing_and_reads_with_the_bundled_model_and_says_nothing_else(
    vivavoce: Vivavoce, short_sound: Path
) -> None:
    session = vivavoce.session("--audio", "granted", speed="0", sound=short_sound)
    assert session.finish() == 0

    assert session.of("summary")[0]["model"] == "tiny.en"
    assert session.of("utterance")
    assert session.of("notice") == [one for one in session.of("notice") if one["code"] == "no_speaker_model"]


def test_a_language_that_the_model_does_not_read_is_said_in_one_sentence(vivavoce: Vivavoce, short_sound: Path) -> None:
    session = vivavoce.session("--audio", "granted", "--language", "pt-BR", speed="0", sound=short_sound)
    session.say("wait 1", "stop")
    assert session.finish() == 0

    (notice,) = [one for one in session.of("notice") if one["code"] == "language"]
    assert notice["text"].startswith("The model tiny.en reads English only;")


def test_a_language_that_nobody_speaks_is_refused(program: Vivavoce) -> None:
    done = program.at_once("demo", "--plain", "--language", "tlh")

    assert done.returncode == 2
    assert done.stderr.strip() == "Whisper knows no language 'tlh'; give a code such as en, de or pt, or detected."
