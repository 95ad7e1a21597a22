"""A fixed moment, a fixed laptop, and studies on disk that are made once and copied for each test."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from guides import bundled_guide
from store import Decision, Kind, Move, Session, Study
from transcribe import models
from tui import machine
from tui.app import VivavoceApp
from tui.demo import script as demo
from tui.demo.study import make
from tui.machine import Machine
from tui.opening import Opening
from tui.source import Source

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PASSPHRASE = "demo"
OpenApp = Callable[..., VivavoceApp]
Compare = Callable[..., bool]
"""With the picture of a screen as it was: ``snap_compare``."""
PATIENCE_S = 60.0
Until = Callable[[Callable[[], object]], Awaitable[None]]


@contextmanager
def taken_away(folder: Path) -> Iterator[None]:
    """A study that can't be written, as on a stick that was pulled out."""
    away = folder.with_name("away")
    folder.rename(away)
    try:
        yield
    finally:
        away.rename(folder)


@pytest.fixture(autouse=True)
def _a_fixed_laptop(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same disk, battery, clock and packaged model on every machine, and no colour taken away."""
    monkeypatch.setattr(machine, "look", lambda _: Machine(41_200_000_000, 83, False, 4 * 3600))
    monkeypatch.setattr(models, "_BASE_PACKAGES", ("no_such_package",))
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    time.tzset()
    yield
    os.environ.pop("TZ", None)
    time.tzset()


@pytest.fixture
def now() -> datetime:
    """The moment all tests live in."""
    return NOW


@pytest.fixture(scope="session")
def _demo_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "study"
    make(folder, NOW).close()
    return folder


@pytest.fixture(scope="session")
def _ten_states(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ten") / "study"
    _seed_ten(folder)
    return folder


@pytest.fixture
def demo_folder(_demo_study: Path, tmp_path: Path) -> Path:
    """The demo's study: ten numbers, and one session of notes with 50008 four months ago."""
    return Path(shutil.copytree(_demo_study, tmp_path / "study"))


@pytest.fixture
def ten_folder(_ten_states: Path, tmp_path: Path) -> Path:
    """A study with every state of the board; 50010's first session is interrupted."""
    return Path(shutil.copytree(_ten_states, tmp_path / "study"))


@pytest.fixture
def open_app(now: datetime) -> OpenApp:
    """Makes the app on a folder; sound, where there is any, comes from the demo's file."""

    def make_app(folder: Path, passphrase: str | None = PASSPHRASE, *, speed: float = 1.0) -> VivavoceApp:
        source = Source(replay=demo.sound_path(), speed=speed)
        return VivavoceApp(Opening(folder, passphrase, source), now=lambda: now)

    return make_app


@pytest.fixture
def until() -> Until:
    """Wait for a condition; a minute is patience for a busy machine, not an expectation."""

    async def wait(condition: Callable[[], object]) -> None:
        patience = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > patience:
                raise AssertionError("What was waited for has not happened.")
            await asyncio.sleep(0.01)

    return wait


def _seed_ten(folder: Path) -> None:
    guide = bundled_guide("peer-specialist-fidelity")
    study, _ = Study.create(
        folder, PASSPHRASE, name="Peer support study", guide=guide, now=NOW - timedelta(days=300), invented=True
    )
    with study:
        for whole in range(50001, 50011):
            study.participants.add(str(whole), {}, NOW)
        study.participants.set("50008", {"years in the role": "4"}, NOW)
        for days, number, wave in ((240, "50001", 1), (110, "50001", 2), (145, "50002", 1), (112, "50004", 1)):
            _held(study, number, wave, days)
        _held(study, "50003", 1, 115, audio=False)
        _held(study, "50005", 1, 122, memo=False)
        withdrawn = _held(study, "50006", 1, 100)
        study.withdraw_audio(withdrawn.id, transcript=True, recorded_by="interviewer", now=NOW)
        _declined(study, "50007", 20)
        _held(study, "50008", 1, 122)
        left = _begun(study, "50010", 1, 1)
        study.sessions.acknowledge(left.id, 9, 23 * 60_000, 23 * 60_000)
    Study.open(folder, PASSPHRASE, NOW).close()  # what the session of 50010 was left as: interrupted


def _begun(study: Study, number: str, wave: int, days: int, *, audio: bool = True, taking_part: bool = True) -> Session:
    began = NOW - timedelta(days=days)
    guide = study.guides.current()
    session = study.sessions.begin(
        number,
        wave,
        guide_sha256=study.guides.keep(guide, began),
        setting="a quiet office",
        others_present="nobody",
        now=began,
    )
    refused = {Kind.AUDIO: not audio, Kind.TAKING_PART: not taking_part}
    for kind in Kind:
        decision = Decision.DECLINED if refused.get(kind) else Decision.GRANTED
        study.consent.decide(
            session.id, kind, decision, form_version=guide.consent.version, recorded_by="interviewer", now=began
        )
    return study.sessions.get(session.id)


def _held(study: Study, number: str, wave: int, days: int, *, audio: bool = True, memo: bool = True) -> Session:
    session = _begun(study, number, wave, days, audio=audio)
    began = session.started_at
    for place, question in enumerate(study.guides.current().core_for(wave)[:5]):
        at_ms = (1 + place * 9) * 60_000
        study.log.cue(session.id, question=question.id, move=Move.ASK, at_ms=at_ms, text=None, now=began)
    study.log.jot(session.id, at_ms=120_000, text="folds and unfolds a map", now=began)
    length_ms = (45 + wave * 7 + int(number) % 10) * 60_000
    ended = began + timedelta(milliseconds=length_ms)
    captured_ms = length_ms if audio else 0
    study.sessions.stop(session.id, ended, recording_ms=length_ms, captured_ms=captured_ms, dropped_frames=0)
    opened = study.memos.open(session.id, "", ended)
    if memo:
        text = "Careful at first.\n\n## Next time\n- Ask about mentoring [b]and[/b] the map.\n"
        study.memos.save(opened.id, text, ended + timedelta(minutes=9))
    return study.sessions.complete(session.id, ended, ready_after_stop_ms=900)


def _declined(study: Study, number: str, days: int) -> None:
    session = _begun(study, number, 1, days, audio=False, taking_part=False)
    at = session.started_at
    study.sessions.stop(session.id, at, recording_ms=0, captured_ms=0, dropped_frames=0)
    study.sessions.complete(session.id, at, ready_after_stop_ms=None)
