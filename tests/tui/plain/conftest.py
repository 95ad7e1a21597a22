"""The program as a person would run it, on a fresh study."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import soundfile

from tests.program import Vivavoce
from tests.studies import make_study
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
