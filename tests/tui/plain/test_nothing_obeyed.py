"""Whatever is in a study or is typed, no command prints or writes what a terminal would obey; programs get the letter.

The commands, their options, the formats and the events are asked for here, so that a new one is tried, or missed.
"""

from __future__ import annotations

import dataclasses
import enum
import json
import shutil
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from guides.plaintext import OBEYED
from store.handover import FORMATS
from tests import defaced
from tests.defaced import EVERY, SOFT, TEXT, TYPED, Defaced
from tests.program import PASSPHRASE, AtOnce
from tests.test_readme import paths_of_commands
from transcribe.devices import Microphone
from transcribe.files import FileTranscript, FileUtterance
from transcribe.wire import Word
from tui import events
from tui.cli import vivavoce as program
from tui.clock import world_now
from tui.commands import machine
from tui.file_transcripts import RENDERERS
from tui.printing import Printer, put, put_text

FOUND = "so"
"""The last word of each text; where it is found brackets stand around it."""
LAST = 20

CALLS: dict[str, tuple[str, ...]] = {
    "consent attach": ("{held}", "{file}"),
    "consent form": (),
    "consent get": ("a1", "--to", "{typed}"),
    "consent list": (),
    "demo": ("--speed", "fast"),
    "devices": (),
    "doctor": (),
    "export": ("--to", "{typed}", "--format", ",".join(FORMATS)),
    "guides check": ("{file}",),
    "guides list": (),
    "guides show": ("open-interview",),
    "models add": ("{file}",),
    "models get": ("no-such-model",),
    "models list": (),
    "models verify": (),
    "participants add": ("50009", "note={typed}"),
    "participants list": (),
    "participants remove": ("50003", "--yes"),
    "participants rename": ("50001", "50077", "--yes"),
    "participants set": ("50001", "{typed}={typed}", "--yes"),
    "recover": ("{left}", "--as-it-is", "--yes"),
    "retranscribe": ("{held}", "--model", "tiny.en"),
    "search": (FOUND,),
    "session": ("--participant", "50001", "--wave", "first"),
    "sessions annul": ("{left}", "--reason", "{typed}", "--yes"),
    "sessions list": (),
    "sessions show": ("{held}",),
    "study backup": ("{typed}.backup",),
    "study check": (),
    "study destroy-due": ("--yes",),
    "study distress": ("show",),
    "study glossary": ("list",),
    "study info": (),
    "study init": ("--study", "{typed}", "--name", "{typed}"),
    "study rekey": (),
    "study restore": ("{typed}",),
    "study retention": (),
    "study verbatim": (),
    "transcribe": ("{file}",),
    "voice enrol": ("--replay", "{file}", "--yes"),
    "voice forget": ("--yes",),
    "voice name": ("{held}", "--interviewer", "1"),
    "withdraw": ("{held}", "--taking-part", "--notes", "--yes"),
}
"""Each command as it says most; ``demo`` and ``session`` are stopped by what they are told (see the events below)."""

TEXTS_AS_JSON = {"sessions list", "sessions show", "search", "participants list", "study info", "devices"}
"""Of the commands with ``--json``, those that give texts of a study or a machine."""


def command_of(name: str) -> click.Command:
    command: click.Command | None = program
    for part in name.split():
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), part)
    assert command is not None
    return command


def typed_into(name: str) -> Iterator[tuple[str, ...]]:
    """What is typed in every place of a command where something can be typed, one place at a time."""
    options = [one for one in command_of(name).params if isinstance(one, click.Option) and not one.is_flag]
    for option in options:
        value = f"{TYPED}\udc9b" if isinstance(option.type, click.Path) else TYPED
        yield (*name.split(), option.opts[0], value, *CALLS[name])
    arguments = [one for one in command_of(name).params if isinstance(one, click.Argument)]
    for place in range(len(arguments)):
        yield (*name.split(), *CALLS[name][:place], TYPED, *CALLS[name][place + 1 :])


def obeyed_in(text: str) -> list[str]:
    return OBEYED.findall(text.replace("\n", "").replace("\t", ""))


def strings_in(value: object) -> Iterator[str]:
    """Every text in what was read out of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from (name, *strings_in(one))
    elif isinstance(value, list):
        for one in value:
            yield from strings_in(one)


@pytest.fixture(scope="module")
def _defaced(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Defaced]:
    folder = tmp_path_factory.mktemp("defaced") / "study"
    return folder, defaced.make(folder, PASSPHRASE, world_now())


@pytest.fixture
def study(_defaced: tuple[Path, Defaced], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AtOnce:
    """The program on such a study, where a folder of its own is; it measures nothing and hears nobody."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(machine, "microphones", lambda: (Microphone(TEXT, TEXT, 1, 16_000, True),))
    monkeypatch.setattr(machine, "_measure", lambda: None)
    return AtOnce(Path(shutil.copytree(_defaced[0], tmp_path / "study")))


@pytest.fixture
def words(_defaced: tuple[Path, Defaced], tmp_path: Path) -> dict[str, str]:
    """What the places in ``CALLS`` stand for."""
    file = tmp_path / TYPED
    file.write_text(f'title = "{TEXT}"\n{TEXT} = 1\n', encoding="utf-8")
    return {"typed": TYPED, "file": str(file), **dataclasses.asdict(_defaced[1])}


def test_every_command_is_tried() -> None:
    assert set(CALLS) == {" ".join(path) for path in paths_of_commands()}


@pytest.mark.parametrize("name", CALLS)
def test_no_command_prints_what_would_be_obeyed(study: AtOnce, words: dict[str, str], name: str) -> None:
    tried = [(*name.split(), *CALLS[name]), *typed_into(name)]
    for call in tried:
        done = study(*(word.format(**words) for word in call))
        assert (obeyed_in(done.stdout), obeyed_in(done.stderr)) == ([], []), call
        assert "Something went wrong" not in done.stderr, call


LIVE = {"demo", "session"}
AS_JSON = [name for name in CALLS if name not in LIVE and any(one.name == "as_json" for one in command_of(name).params)]


@pytest.mark.parametrize("name", AS_JSON)
def test_programs_get_every_text_to_the_letter(study: AtOnce, words: dict[str, str], name: str) -> None:
    done = study(*name.split(), *(word.format(**words) for word in CALLS[name]), "--json")
    assert not obeyed_in(done.stdout)
    assert not {"\n", "\t"} & set(done.stdout.rstrip("\n"))
    wanted = TEXT[-LAST:].removesuffix(FOUND) if name == "search" else TEXT  # an excerpt is short
    assert (name in TEXTS_AS_JSON) == any(wanted in one for one in strings_in(json.loads(done.stdout)))


def test_no_file_that_is_handed_over_holds_it(study: AtOnce, words: dict[str, str], tmp_path: Path) -> None:
    done = study("export", words["held"], "--to", str(tmp_path / "out"), "--format", ",".join(FORMATS))
    assert done.returncode == 0, done.stderr
    files = {path.name.partition(".")[2]: path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir()}
    assert set(files) == {suffix for suffixes in FORMATS.values() for suffix in suffixes}
    assert [suffix for suffix, text in files.items() if obeyed_in(text)] == []
    assert all("␛]0;PWNED␇" in text for suffix, text in files.items() if suffix != "json" and suffix != "md")
    assert TEXT in set(strings_in(json.loads(files["json"])))


@pytest.mark.parametrize("form", RENDERERS)
def test_no_transcript_of_a_file_holds_it(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = FileUtterance(500, 1_400, TEXT, TEXT, (Word(500, 900, TEXT, 0.9),))
    put_text(RENDERERS[form](FileTranscript(TEXT, TEXT, TEXT, 2_000, (said,), notices=(TEXT,))))
    printed = capsys.readouterr().out
    assert not obeyed_in(printed)
    assert form != "json" or TEXT in set(strings_in(json.loads(printed)))


def every_event() -> Iterator[Any]:
    """One of each, each of its texts defaced."""
    for kind in typing.get_args(events.Event):
        hints = typing.get_type_hints(kind)
        yield kind(**{field.name: _something(hints[field.name]) for field in dataclasses.fields(kind)})


def _something(kind: Any) -> Any:
    kinds = typing.get_args(kind) or (kind,)
    if str in kinds:
        return TEXT
    if issubclass(kinds[0], enum.Enum):
        return next(iter(kinds[0]))
    return kinds[0](1)


@pytest.mark.parametrize("event", every_event(), ids=lambda event: type(event).__name__)
def test_no_event_prints_it(event: Any, capsys: pytest.CaptureFixture[str]) -> None:
    for as_json in (False, True):
        Printer(lambda: 1_000, lambda _: SOFT, as_json=as_json)(event)
    out, err = capsys.readouterr()
    assert not obeyed_in(out + err)
    if type(event) in events.NAMES:
        told = json.loads(out.splitlines()[-1])
        texts = [value for value in vars(event).values() if value == TEXT]
        assert [one for one in strings_in(told) if one == TEXT] == texts


def test_whatever_is_printed_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    put(EVERY)
    put_text(EVERY)
    assert not obeyed_in(capsys.readouterr().out)
