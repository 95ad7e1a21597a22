"""The program as a person would run it, on a fresh study."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import soundfile

from store import Decision, Kind, Study
from tests.program import PASSPHRASE, AtOnce, Vivavoce
from tests.studies import make_study
from tui.clock import world_now
from tui.demo.script import sound_path

SHORT_S = 11


@pytest.fixture(scope="session")
def program_on() -> Callable[..., Vivavoce]:
    """The program on any folder, with other environment variables."""
    return Vivavoce


@pytest.fixture(scope="session")
def _fresh_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_study(tmp_path_factory.mktemp("fresh") / "study")


@pytest.fixture(scope="session")
def program_on_fresh_study(_fresh_study: Path) -> Callable[..., Vivavoce]:
    """The program on a fresh study with one participant, made in any folder, with other environment variables."""

    def program(folder: Path, env: dict[str, str] | None = None) -> Vivavoce:
        return Vivavoce(Path(shutil.copytree(_fresh_study, folder)), env)

    return program


@pytest.fixture(scope="session")
def short_sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first eleven seconds of the demo."""
    path = tmp_path_factory.mktemp("sound") / "short.wav"
    samples, rate = soundfile.read(sound_path(), frames=SHORT_S * 16_000)
    soundfile.write(path, samples, rate)
    return path


@pytest.fixture
def vivavoce(tmp_path: Path, program_on_fresh_study: Callable[..., Vivavoce]) -> Iterator[Vivavoce]:
    """A fresh study with one participant; nothing of it is left running afterwards."""
    yield program_on_fresh_study(tmp_path / "study")
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if {"tui", "transcribe.record", "transcribe.scribe"} & set(process.cmdline()):
                process.kill()


@pytest.fixture
def two_interviews(vivavoce: Vivavoce) -> AtOnce:
    """Two interviews in notes with one person."""
    with Study.open(vivavoce.study, PASSPHRASE, world_now()) as study:
        guide = study.guides.current()
        for wave in (1, 2):
            session = study.sessions.begin(
                "50001", wave, guide_sha256=guide.sha256, setting="", others_present="", now=world_now()
            )
            for kind in Kind:
                decision = Decision.DECLINED if kind is Kind.AUDIO else Decision.GRANTED
                study.consent.decide(session.id, kind, decision, form_version="1", recorded_by="ME", now=world_now())
            study.log.jot(session.id, at_ms=0, text="a heron at the window", now=world_now())
            study.sessions.stop(session.id, world_now(), recording_ms=0, captured_ms=0, dropped_frames=0)
            study.sessions.complete(session.id, world_now(), ready_after_stop_ms=None)
    return AtOnce(vivavoce.study, vivavoce.env)
