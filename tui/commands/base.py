"""What every command shares: ``--study`` and ``--passphrase-file`` on either side of its name, and an example."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import platformdirs

from guides.texts import NotText, bare, is_text, text_in
from store import Study, WrongPassphrase, wait_s
from store.opening import require_study
from tui import keychain
from tui.clock import world_now
from tui.erasing import erase_at_the_end
from tui.errors import NoPassphrase
from tui.printing import say

APP = "vivavoce"
NEW_FILE = "--new-passphrase-file FILE"
TRIES = 3
"""How often a terminal is asked."""
LONGEST_LINE = 4_096
"""Bytes of a passphrase in a file."""
STUDY_KEY, PASSPHRASE_KEY = "vivavoce.study", "vivavoce.passphrase_file"


class Command(click.Command):
    """A command with an example in its help; knows ``--study`` and ``--passphrase-file``."""

    def __init__(self, *args: Any, example: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.example = example
        self.params += _common_options()

    def invoke(self, ctx: click.Context) -> Any:
        """Run it, with arguments that are text; names of files may be any bytes."""
        for name, value in ctx.params.items():
            given = value if isinstance(value, tuple) else (value,)
            if not all(is_text(one) for one in given if isinstance(one, str)):
                raise click.UsageError(f"{name.replace('_', '-')} is not UTF-8 text: give it as UTF-8", ctx)
        return super().invoke(ctx)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The example, after the options."""
        _write_example(self.example, formatter)


class Group(click.Group):
    """A group of such commands, with an example of its own."""

    command_class = Command
    group_class = type

    def __init__(self, *args: Any, example: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.example = example
        self.params += _common_options()

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The example, after the commands."""
        _write_example(self.example, formatter)


def study_folder(ctx: click.Context) -> Path:
    """Which study is meant: ``--study``, else ``$VIVAVOCE_STUDY``, else the platform's user data folder."""
    named = ctx.meta.get(STUDY_KEY)
    return Path(named) if named else default_folder()


def default_folder() -> Path:
    """Which study is meant where none is named: ``$VIVAVOCE_STUDY``, else the platform's user data folder."""
    named = os.environ.get("VIVAVOCE_STUDY")
    return Path(named) if named else Path(platformdirs.user_data_dir(APP)) / "study"


def offered_passphrase(ctx: click.Context, folder: Path) -> str | None:
    """The passphrase without asking anybody: the file, the environment, the keyring; None when none has it."""
    file = ctx.meta.get(PASSPHRASE_KEY)
    if file is not None:
        return from_file(Path(file))
    return bare(os.environ.get("VIVAVOCE_PASSPHRASE", "")) or keychain.ask(folder).passphrase


def passphrase(ctx: click.Context, folder: Path, *, twice: bool = False) -> str:
    """The passphrase, asked for on the terminal when nothing offers it; raises NoPassphrase without a terminal."""
    offered = offered_passphrase(ctx, folder)
    if offered is not None:
        return offered
    return prompt("Passphrase", twice=twice)


def prompt(what: str, *, twice: bool = False) -> str:
    """A passphrase asked for on the terminal; raises NoPassphrase without one."""
    if not sys.stdin.isatty():
        option = "--passphrase-file FILE, set VIVAVOCE_PASSPHRASE" if what == "Passphrase" else NEW_FILE
        raise NoPassphrase(f"There is no {what.lower()}: give {option}, or run this in a terminal.")
    try:
        asked: str = click.prompt(what, hide_input=True, confirmation_prompt=twice, err=True)
    except UnicodeDecodeError:
        raise NoPassphrase("What was typed is not UTF-8 text: set the terminal to UTF-8, and type it again.") from None
    return asked


@contextmanager
def opened_study(ctx: click.Context) -> Iterator[Study]:
    """The study that is meant, open, and closed afterwards; a recovery key opens it as the passphrase does.

    What was destroyed is erased at the end, where it says so if that lasts.
    """
    folder = study_folder(ctx)
    require_study(folder)
    offered = offered_passphrase(ctx, folder)
    with open_with(folder, offered) if offered is not None else _open_by_asking(folder) as study:
        study.erase_later()
        try:
            yield study
        except Exception:
            erase_at_the_end(study)
            raise
        erase_at_the_end(study)


def open_with(folder: Path, secret: str) -> Study:
    """The study with this passphrase or recovery key, after whatever wait; says what of it is gone, if anything is."""
    wait_out(folder)
    study = Study.open_with_either(folder, secret, world_now())
    if study.lost:
        say(study.lost)
    return study


def _open_by_asking(folder: Path) -> Study:
    for _ in range(TRIES - 1):
        try:
            return open_with(folder, prompt("Passphrase"))
        except WrongPassphrase as wrong:
            say(str(wrong))
    return open_with(folder, prompt("Passphrase"))


def wait_out(folder: Path) -> None:
    """Wait as long as the next passphrase has to, because the last ones were wrong; it says so once."""
    if seconds := wait_s(folder):
        say(f"Several passphrases were wrong: the next is tried in {seconds} s.")
    while seconds := wait_s(folder):  # once more where the clock has not quite got there
        time.sleep(seconds)


def _common_options() -> list[click.Parameter]:
    return [
        click.Option(
            ["--study"],
            metavar="DIR",
            expose_value=False,
            callback=_remember(STUDY_KEY),
            help="The study's folder (else $VIVAVOCE_STUDY, else the user data folder).",
        ),
        click.Option(
            ["--passphrase-file"],
            metavar="FILE",
            expose_value=False,
            callback=_remember(PASSPHRASE_KEY),
            help="A file whose first line is the passphrase (else $VIVAVOCE_PASSPHRASE, the keyring, a prompt).",
        ),
    ]


def _remember(key: str) -> Any:
    def callback(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
        if value is not None:
            ctx.meta[key] = value

    return callback


def _write_example(example: str, formatter: click.HelpFormatter) -> None:
    if example:
        with formatter.section("Example"):
            for line in example.splitlines():
                formatter.write(f"{'':>{formatter.current_indent}}{line}\n")


def from_file(file: Path) -> str:
    """A passphrase: the first line of a file, or of a pipe, of which no more is read; raises NoPassphrase."""
    try:
        with file.open("rb") as lines:
            line = bare(text_in(lines.readline(LONGEST_LINE))).rstrip("\r\n")
    except OSError:
        raise NoPassphrase(f"The passphrase file {file} can't be read; check its name.") from None
    except NotText as found:
        raise NoPassphrase(f"Line 1 of the passphrase file {file} is {found.what}: save it as UTF-8.") from None
    if not line:
        raise NoPassphrase(f"The first line of the passphrase file {file} is empty; write the passphrase there.")
    return line
