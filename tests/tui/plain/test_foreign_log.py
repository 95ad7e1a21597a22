"""A log beside a database of another time: every command and the app say so and leave it alone; a kill's is whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from store import Decision, Kind, Study
from tests.program import PASSPHRASE, AtOnce, Vivavoce
from tests.store import whole
from tests.store.moments import Moments
from tests.test_readme import paths_of_commands
from tui.app import VivavoceApp
from tui.clock import world_now
from tui.commands import machine
from tui.screens.board import Board
from tui.screens.unlock import Unlock

SENTENCE = "does not belong to the database study.db beside it"
GONE = "writes to the study were gone"
ID = "50001-w1-1"

CALLED: dict[str, tuple[str, ...]] = {
    "consent attach": (ID, "{file}"),
    "consent get": ("a1", "--to", "{out}"),
    "consent list": (ID,),
    "doctor": (),
    "export": ("--to", "{out}"),
    "participants add": ("50002",),
    "participants list": (),
    "participants remove": ("50001", "--yes"),
    "participants rename": ("50001", "50077", "--yes"),
    "participants set": ("50001", "age=42"),
    "recover": (),
    "retranscribe": (ID,),
    "search": ("egret",),
    "session": ("--participant", "50001", "--wave", "1", "--plain", "--audio", "declined"),
    "sessions annul": (ID, "--reason", "a mistake", "--yes"),
    "sessions list": (),
    "sessions show": (ID,),
    "study backup": ("{out}",),
    "study check": (),
    "study destroy-due": ("--yes",),
    "study distress": ("show",),
    "study glossary": ("list",),
    "study info": (),
    "study rekey": ("--new-passphrase-file", "{file}"),
    "study retention": (),
    "study verbatim": (),
    "voice forget": ("--yes",),
    "voice name": (ID, "--interviewer", "1"),
    "withdraw": (ID, "--taking-part", "--yes"),
}
"""Each command that opens a study, and what it is called with."""

OPEN_NONE = {
    *("consent form", "demo", "devices", "guides check", "guides list", "guides show", "models add", "models get"),
    *("models list", "models verify", "study init", "study restore", "transcribe", "voice enrol"),
}
"""Those that open none, or only after they have listened."""


@pytest.fixture(scope="module")
def moments(tmp_path_factory: pytest.TempPathFactory, program_on_fresh_study: Callable[..., Vivavoce]) -> Moments:
    """An older moment (0), and a newer one with the log that a kill leaves (1)."""
    folder = tmp_path_factory.mktemp("moments")
    study = Study.open(program_on_fresh_study(folder / "study").study, PASSPHRASE, world_now())
    session = study.sessions.begin(
        "50001", 1, guide_sha256=study.guides.current().sha256, setting="", others_present="", now=world_now()
    ).id
    for kind in Kind:
        decision = Decision.DECLINED if kind is Kind.AUDIO else Decision.GRANTED
        study.consent.decide(session, kind, decision, form_version="1", recorded_by="ME", now=world_now())
    moments = Moments(study, session, world_now(), folder / "kept")
    moments.jot(3)
    moments.keep()
    moments.into_the_database()
    moments.jot(20)
    moments.keep()
    study.close()
    return moments


@pytest.fixture
def mixed(moments: Moments, tmp_path: Path) -> AtOnce:
    """The older database, and the newer log."""
    return AtOnce(moments.put(tmp_path / "study", database=0, log=1, rest=1))


def test_each_command_that_opens_a_study_is_tried() -> None:
    assert CALLED.keys() | OPEN_NONE == {" ".join(path) for path in paths_of_commands()}


def test_every_command_says_so_and_changes_nothing(
    mixed: AtOnce, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "_measure", lambda: None)
    file, out = tmp_path / "file", tmp_path / "out"
    file.write_text("plum kettle, blue orbit sand\n")
    before = whole.digest(mixed.study)
    for name, words in CALLED.items():
        done = mixed(*name.split(), *(word.format(file=file, out=out) for word in words))

        assert done.returncode == 1, name
        assert (done.stdout if name == "doctor" else done.stderr).count(SENTENCE) == 1, name
        assert not out.exists(), name
    after = whole.digest(mixed.study)
    assert {name: after[name] for name in before} == before


@pytest.mark.asyncio
async def test_the_app_says_so_and_does_not_open_it(mixed: AtOnce, open_app: Callable[..., VivavoceApp]) -> None:
    app = open_app(mixed.study, PASSPHRASE)
    async with app.run_test():
        assert isinstance(app.screen, Unlock)
        assert SENTENCE in str(app.screen.query_one("#secret .field-said").render())


def test_with_the_log_of_its_own_time_all_of_it_is_there(moments: Moments, tmp_path: Path) -> None:
    program = AtOnce(moments.put(tmp_path / "study", database=1, log=1, rest=1))

    assert program("study", "check").returncode == 0
    assert len(program.json("sessions", "show", ID)["jottings"]) == 23


@pytest.mark.asyncio
async def test_what_is_gone_with_its_log_is_said_by_whoever_opens_it_first(
    moments: Moments, tmp_path: Path, open_app: Callable[..., VivavoceApp], until: Any
) -> None:
    program = AtOnce(moments.put(tmp_path / "study", database=1, log=None, rest=1))
    copy = shutil.copytree(program.study, tmp_path / "copy")

    assert GONE in program("sessions", "show", ID).stderr
    app = open_app(copy, PASSPHRASE)
    async with app.run_test():
        assert any(isinstance(screen, Board) for screen in app.screen_stack)
        assert any(GONE in notice.message for notice in app._notifications)
