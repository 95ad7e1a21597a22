"""Asking before something is destroyed, decided or written over: at a terminal, or by ``--yes``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from guides.plaintext import shown
from tui.errors import WrongUse
from tui.printing import say

yes_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--yes", is_flag=True, help="Do it without asking; needed where there is no terminal."
)


def agree(what: tuple[str, ...], question: str, *, yes: bool, otherwise: str) -> None:
    """Says what it will do, line by line, and asks; ``otherwise`` says what did not happen where nobody can be asked.

    Raises WrongUse without a terminal, unless ``yes`` was given; ``click.Abort`` for a no.
    """
    for line in what:
        say(line)
    if yes:
        return
    if not sys.stdin.isatty():
        raise WrongUse(f"{otherwise}: run this in a terminal, or say --yes.")
    click.confirm(shown(question), abort=True, err=True)


def also(question: str) -> bool:
    """One question more at a terminal; no, where there is none."""
    return sys.stdin.isatty() and click.confirm(shown(question), err=True)
