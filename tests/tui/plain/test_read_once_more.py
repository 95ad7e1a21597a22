"""``vivavoce retranscribe`` where something is in its way: an interview, a broken model, a full disk."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from store.ballast import BALLAST_FILE
from tests.small_disk import small_disk
from transcribe import models

SESSION = "50001-w1-1"
PATIENCE_S = 60.0


@pytest.fixture
def recorded(recorded_once: Path, tmp_path: Path, program_on: Callable[..., Any]) -> Any:
    """A study with one session of eleven seconds."""
    return program_on(shutil.copytree(recorded_once, tmp_path / "study"))


def readings(vivavoce: Any) -> dict[str, int]:
    return {
        f"{one['reading']} {one['model']}": one["utterances"]
        for one in vivavoce.json("sessions", "show", SESSION)["versions"]
    }


def an_interview(vivavoce: Any) -> Any:
    """One that goes on beside: without sound, so that it takes nothing of the processor."""
    words = ("--participant", "50001", "--wave", "2", "--plain", "--json", "--audio", "declined")
    return vivavoce.start("session", *words)


def wait_for(condition: Callable[[], Any]) -> Any:
    end_s = time.monotonic() + PATIENCE_S
    while not (found := condition()):
        assert time.monotonic() < end_s, "waited in vain"
        time.sleep(0.02)
    return found


def scribe_of(process: subprocess.Popen[str]) -> psutil.Process | None:
    children = psutil.Process(process.pid).children(recursive=True)
    return next((child for child in children if "transcribe.scribe" in child.cmdline()), None)


def test_it_waits_while_an_interview_runs_and_goes_on_after_it(recorded: Any) -> None:
    reading = recorded.start("retranscribe", SESSION)
    scribe = wait_for(lambda: scribe_of(reading.process))
    scribe.suspend()  # so that it is not done before the interview begins
    interview = an_interview(recorded)
    wait_for(lambda: not scribe.is_running() or scribe.status() == psutil.STATUS_ZOMBIE)
    meanwhile = readings(recorded)
    interview.say("stop")
    assert interview.finish() == 0
    code = reading.process.wait(PATIENCE_S)
    said = reading.errors()

    assert code == 0, said
    assert "the reading goes on after it" in said
    assert "again tiny.en" not in meanwhile
    assert readings(recorded)["again tiny.en"] == meanwhile["live tiny.en"]


def test_it_is_refused_while_an_interview_runs_already(recorded: Any) -> None:
    before = readings(recorded)
    interview = an_interview(recorded)
    interview.until(lambda event: True)
    done = recorded("retranscribe", SESSION)
    interview.say("stop")

    assert interview.finish() == 0
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert readings(recorded) == before


def test_a_model_that_cannot_be_loaded_is_said_and_what_was_read_stays(recorded: Any) -> None:
    before = readings(recorded)
    broken = Path(recorded.env["VIVAVOCE_MODELS"]) / "broken"
    shutil.copytree(models.find().path, broken)
    weights = broken / "model.bin"
    weights.write_bytes(weights.read_bytes()[:10_000])
    done = recorded("retranscribe", SESSION, "--model", "broken")

    assert done.returncode == 1
    assert "vivavoce models verify" in done.stderr
    assert "Traceback" not in done.stderr
    assert readings(recorded) == before


@pytest.fixture
def full_soon(tmp_path: Path) -> Iterator[Path]:
    """Hardly more room than a study with one short session takes."""
    with small_disk(tmp_path / "disk", "6m") as disk:
        yield disk


@pytest.mark.slow
def test_a_full_disk_is_said_in_one_sentence_and_the_reading_goes_on_once_there_is_room(
    recorded: Any, full_soon: Path, program_on: Callable[..., Any]
) -> None:
    study = full_soon / "study"
    shutil.copytree(recorded.study, study, ignore=shutil.ignore_patterns(BALLAST_FILE))
    program = program_on(study, {"VIVAVOCE_PASSPHRASE": recorded.env["VIVAVOCE_PASSPHRASE"]})
    before = readings(program)
    filler = full_soon / "filler"
    filler.write_bytes(bytes(shutil.disk_usage(full_soon).free))
    full = program("retranscribe", SESSION)
    filler.unlink()
    after = program("retranscribe", SESSION)

    assert full.returncode == 1
    assert "free some space" in full.stderr
    assert "Traceback" not in full.stderr
    assert after.returncode == 0, after.stderr
    assert readings(program) == before | {"again tiny.en": before["live tiny.en"]}
