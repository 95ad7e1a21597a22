"""The README against the program: its commands parse, its keys exist, its tables are whole, its files are there."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import pytest
from textual.binding import Binding, BindingType

from store.handover import FORMATS
from tui.app import VivavoceApp
from tui.cli import HOMES, vivavoce
from tui.events import NAMES
from tui.orders import HELP
from tui.screens.board import Board
from tui.screens.consent import ConsentScreen
from tui.screens.interview_keys import InterviewKeys
from tui.screens.memo import MemoScreen
from tui.screens.transcript import TranscriptScreen
from tui.widgets.board_table import BoardTable
from tui.widgets.decisions import Decisions
from tui.widgets.memo_text import MemoText
from tui.widgets.wave_line import WaveLine

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MANUALS = ("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "SECURITY.md")
OPERATORS = re.compile(r"[|<>&;]+")
SPELT = {"/": "slash", "?": "question_mark", ",": "comma", "!": "exclamation_mark"}


def own(*faces: type) -> list[BindingType]:
    """The bindings that these screens and widgets add to what Textual gives them."""
    return [binding for face in faces for binding in vars(face).get("BINDINGS", ())]


KEYS: dict[str, list[BindingType]] = {
    "Keys everywhere": [*own(VivavoceApp), Binding(VivavoceApp.COMMAND_PALETTE_BINDING, "command_palette")],
    "Keys on the board": own(Board, BoardTable),
    "Keys before a session": own(ConsentScreen, Decisions, WaveLine),
    "Keys of the interview": own(InterviewKeys),
    "Keys of the memo": own(MemoScreen, MemoText),
    "Keys of the transcript": own(TranscriptScreen),
}


def calls(text: str) -> list[list[str]]:
    """Every call of vivavoce in the console blocks and in running text, as its arguments."""
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    shown = [line[2:] for block in blocks for line in block.replace("\\\n", " ").splitlines() if line.startswith("$ ")]
    running = re.findall(r"`(vivavoce\b[^`]*)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return [words for line in (*shown, *running) for words in _calls_in(line)]


def _calls_in(line: str) -> Iterator[list[str]]:
    part: list[str] = []
    redirected = False
    for word in (*_words(line), "|"):
        if not OPERATORS.fullmatch(word):
            if not redirected:
                part.append(word)
            redirected = False
            continue
        redirected = word in ("<", ">", ">>")
        if not redirected:
            while part and re.match(r"[A-Z_]+=", part[0]):
                part = part[1:]
            if part and part[0] == "vivavoce":
                yield part[1:]
            part = []


def _words(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.commenters = ""
    return list(lexer)


def parsed(words: Sequence[str]) -> tuple[str, ...]:
    """Parse a call as the program would, without carrying it out; the names of its commands. Raises UsageError."""
    command: click.Command = vivavoce
    rest = list(words)
    names: list[str] = []
    context = click.Context(vivavoce, info_name="vivavoce")
    while isinstance(command, click.Group):
        _, rest, _ = command.make_parser(context).parse_args(rest)
        if not rest:
            return tuple(names)
        name, found, rest = command.resolve_command(context, rest)
        assert name is not None
        assert found is not None
        names.append(name)
        command, context = found, click.Context(found, info_name=name, parent=context)
    command.make_context(names[-1], rest, parent=context.parent).close()
    return tuple(names)


def paths_of_commands() -> set[tuple[str, ...]]:
    """Every command and subcommand of the program."""
    context = click.Context(vivavoce)
    found: set[tuple[str, ...]] = set()
    for name in HOMES:
        command = vivavoce.get_command(context, name)
        if isinstance(command, click.Group):
            found |= {(name, below) for below in command.commands}
        else:
            found.add((name,))
    return found


def section(heading: str) -> str:
    """What stands below a heading, as far as the next."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", README, re.DOTALL | re.MULTILINE)
    assert found, f"README.md has no section {heading!r}"
    return found[1]


def first_column(heading: str) -> list[str]:
    """The first cell of each row of the table in a section."""
    rows = [line for line in section(heading).splitlines() if line.startswith("| ")]
    return [row.split(" | ")[0].removeprefix("| ") for row in rows[2:]]


def in_code(cells: Sequence[str]) -> list[str]:
    return [code for cell in cells for code in re.findall(r"`([^`]+)`", cell)]


def keys_of(bindings: Sequence[BindingType]) -> set[str]:
    made = [binding for binding in bindings if isinstance(binding, Binding)]
    assert len(made) == len(bindings)
    return {key for binding in made for key in binding.key.split(",")}


@pytest.mark.parametrize("words", calls(README), ids=" ".join)
def test_every_command_that_is_shown_parses(words: list[str]) -> None:
    names = parsed(words)

    assert not names or names[0] in HOMES


@pytest.mark.parametrize("manual", MANUALS[1:])
def test_the_other_manuals_show_no_command_that_does_not_exist(manual: str) -> None:
    for words in calls((ROOT / manual).read_text(encoding="utf-8")):
        assert not words or words[0].startswith("-") or words[0] in HOMES


def test_a_command_that_does_not_exist_would_be_noticed() -> None:
    with pytest.raises(click.UsageError):
        parsed(["study", "burn"])
    with pytest.raises(click.UsageError):
        parsed(["export", "--to", "there", "--shape", "md"])


def test_every_command_of_the_program_is_shown() -> None:
    shown = {parsed(words) for words in calls(README)}

    assert paths_of_commands() - shown == set()


@pytest.mark.parametrize("heading", KEYS)
def test_a_table_of_keys_names_the_keys_of_its_screen_and_no_others(heading: str) -> None:
    shown = in_code(first_column(heading))

    assert {SPELT.get(key, key) for key in shown} == keys_of(KEYS[heading])


def test_the_table_of_lines_is_the_help_of_a_plain_session() -> None:
    known = {word for line in HELP.splitlines() for word in re.findall(r"(?:^|· )([a-z]+)", line)}
    shown = {line.split()[0] for line in in_code(first_column("A session by lines"))}

    assert shown == known | {"help"}


def test_the_table_of_events_names_every_event_that_is_printed() -> None:
    assert set(in_code(first_column("Events"))) == set(NAMES.values())


def test_the_formats_of_a_hand_over_are_all_named() -> None:
    assert set(FORMATS) <= set(re.findall(r"`(\w+)`", section("After the interview").rpartition("```")[2]))


def test_every_library_is_named_with_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split(r"[\[<>=!~ ]", line)[0] for line in project["dependencies"]}

    assert set(first_column("What it stands on")) == needed


@pytest.mark.parametrize("manual", MANUALS)
def test_every_file_that_is_named_is_there(manual: str) -> None:
    text = (ROOT / manual).read_text(encoding="utf-8")
    rooms = "guides|store|transcribe|tui|tests|tools|docs"
    named = re.findall(rf"`((?:{rooms})/[\w./-]*|[A-Z]+\.md|LICENSE|Makefile|[a-z]+\.toml)`", text)
    linked = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target]
    missing = [path for path in (*named, *linked) if not (ROOT / path).exists() and path != "mine.toml"]

    assert missing == []


def test_every_target_of_make_that_is_named_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"^\$ make ([a-z-]+)", README, re.MULTILINE)) | set(re.findall(r"`make ([a-z-]+)", README))

    assert named <= targets
    assert {"demo", "test", "test-slow"} <= named


def test_the_picture_asks_nothing_of_a_network() -> None:
    picture = (ROOT / "docs" / "interview.svg").read_text(encoding="utf-8")

    assert "REC" in picture
    assert "url(http" not in picture
