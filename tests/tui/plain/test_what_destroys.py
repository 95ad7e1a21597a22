"""docs/what-destroys.md against the program: every command and key is there, none acts on a beginning or unasked."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest
from textual.binding import Binding

import tui
from guides import Distress
from store import Rule, Study
from tests.program import PASSPHRASE, AtOnce
from tests.test_readme import paths_of_commands
from tests.test_security import functions_of
from transcribe import speaker_model
from tui.cli import vivavoce as program
from tui.clock import world_now
from tui.demo.script import sound_path
from tui.distress import keep_card

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "what-destroys.md").read_text(encoding="utf-8")
FIRST, OPEN = "50001-w1-1", "50001-w3-1"

UNASKED: dict[str, list[tuple[str, ...]]] = {
    "withdraw": [(FIRST, "--taking-part"), (FIRST, "--quoting")],
    "sessions annul": [(FIRST, "--reason", "a mistake")],
    "study destroy-due": [()],
    "participants remove": [("50002",)],
    "participants rename": [("50001", "50077")],
    "participants set": [("50002", "age=42"), ("50002", "age=")],
    "study glossary": [("remove", "{terms}"), ("add", "{terms}")],
    "study distress": [("reset",), ("set", "{card}")],
    "voice enrol": [("--replay", "{sound}"), ()],
    "voice forget": [()],
    "recover": [(OPEN, "--as-it-is")],
}
"""For each command that needs ``--yes`` without a terminal: what it is called with."""

BY_ID: dict[str, tuple[str, ...]] = {
    "withdraw": ("{id}", "--taking-part", "--yes"),
    "sessions annul": ("{id}", "--reason", "a mistake", "--yes"),
    "recover": ("{id}", "--as-it-is", "--yes"),
    "voice name": ("{id}", "--interviewer", "1"),
    "retranscribe": ("{id}",),
    "consent attach": ("{id}", "{terms}"),
}
"""The same for each that takes a whole id."""


def section(heading: str) -> str:
    """What stands below a heading, as far as the next."""
    return PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def rows(heading: str) -> list[list[str]]:
    """The cells of each row of the table in a section."""
    lines = [line for line in section(heading).splitlines() if line.startswith("| ")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def in_code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def commands() -> dict[str, list[str]]:
    """The rows of the table of commands, by name."""
    return {in_code(row[0])[0]: row for row in rows("Commands")}


def keys() -> Iterator[str]:
    """The id of every key of every class of the app; one without an id is called after its class and key."""
    for module in pkgutil.walk_packages(tui.__path__, "tui."):
        if module.name.endswith("__main__"):
            continue
        for name, found in vars(importlib.import_module(module.name)).items():
            if isinstance(found, type) and found.__module__ == module.name and "BINDINGS" in vars(found):
                for binding in vars(found)["BINDINGS"]:
                    assert isinstance(binding, Binding), f"{name}: give each key an id and a tooltip"
                    yield binding.id or f"{name}:{binding.key}"


def test_every_command_is_in_the_page_once() -> None:
    listed = [*commands(), *in_code(section("Commands that do none of this"))]
    assert sorted(listed) == sorted(" ".join(path) for path in paths_of_commands())


def test_every_key_is_in_the_page_once() -> None:
    listed = [key for row in rows("Keys") for key in in_code(row[0])]
    listed += in_code(section("Keys that do none of this"))
    assert sorted(listed) == sorted(set(keys()))


@pytest.mark.parametrize("row", rows("Keys"), ids=lambda row: row[0])
def test_every_key_that_destroys_says_what_it_asks_and_names_its_test(row: list[str]) -> None:
    assert len(row) == 4
    assert all(row)
    [(file, name)] = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row[3])
    assert name in functions_of(ROOT / file)


def test_the_page_says_which_commands_need_yes_and_which_a_whole_id() -> None:
    assert {name for name, row in commands().items() if "`--yes`" in row[3]} == set(UNASKED) == set(with_yes())
    assert {name for name, row in commands().items() if row[2].startswith("a whole id")} == set(BY_ID)


def with_yes() -> Iterator[str]:
    """Every command that has the option."""
    for path in paths_of_commands():
        command: click.Command | None = program
        for name in path:
            assert isinstance(command, click.Group)
            command = command.get_command(click.Context(command), name)
        assert command is not None
        if any(parameter.name == "yes" for parameter in command.params):
            yield " ".join(path)


@pytest.fixture
def full(two_interviews: AtOnce, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AtOnce:
    """A study in which there is something for each of these commands to destroy."""
    monkeypatch.setattr(speaker_model, "find", lambda: tmp_path)
    (tmp_path / "terms").write_text("ravenscombe\n")
    (tmp_path / "card").write_text('[distress]\nsay = "We can stop."\ncall = "0800 2"\n')
    with Study.open(two_interviews.study, PASSPHRASE, world_now()) as study:
        now, sha256 = world_now(), study.guides.current().sha256
        study.participants.add("50002", {"age": "41"}, now)
        study.glossary.add(["Ravenscombe"], now)
        study.set_voiceprint([1.0, *[0.0] * 191], now)
        study.retention.set(Rule(until=date(2020, 1, 1)), now)
        keep_card(study, Distress("We can stop.", "0800 1"), now)
        session = study.sessions.begin("50001", 3, guide_sha256=sha256, setting="", others_present="", now=now)
        study.sessions.interrupt(session.id, now)
    return two_interviews


def everything(program: AtOnce) -> tuple[Any, ...]:
    with Study.open(program.study, PASSPHRASE, world_now()) as study:
        return (
            study.audit.head(),
            study.voiceprint,
            study.setting("distress"),
            study.glossary.terms,
            study.participants.list(),
            study.sessions.list(),
        )


@pytest.mark.parametrize("command", UNASKED)
def test_no_command_destroys_or_decides_unasked(full: AtOnce, tmp_path: Path, command: str) -> None:
    before = everything(full)
    for typed in UNASKED[command]:
        words = [word.format(terms=tmp_path / "terms", card=tmp_path / "card", sound=sound_path()) for word in typed]
        done = full(*command.split(), *words)
        assert (done.returncode, "say --yes" in done.stderr) == (2, True), done.stderr
    assert everything(full) == before


@pytest.mark.parametrize("command", BY_ID)
def test_no_command_takes_the_beginning_of_an_id(full: AtOnce, tmp_path: Path, command: str) -> None:
    before = everything(full)
    for beginning in ("50001-w1", "5"):
        done = full(*command.split(), *(word.format(id=beginning, terms=tmp_path / "terms") for word in BY_ID[command]))
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith(f"There is no session {beginning}: give the whole id, such as {FIRST}"), (
            done.stderr
        )
    assert everything(full) == before


def test_only_commands_that_read_look_for_the_beginning_of_an_id() -> None:
    sources = [path for room in ("store", "tui", "transcribe") for path in (ROOT / room).rglob("*.py")]
    callers = {path.name for path in sources if ".beginning_with(" in path.read_text(encoding="utf-8")}
    assert callers == {"sessions.py", "export.py", "consent.py"}
