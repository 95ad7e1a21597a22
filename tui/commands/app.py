"""``vivavoce`` alone: the app."""

from __future__ import annotations

import sys

import click

from tui.commands.base import offered_passphrase, study_folder
from tui.commands.choices import DEFAULT
from tui.errors import WrongUse
from tui.source import Source


def open_app(ctx: click.Context) -> int:
    """Open the app on the study that is meant; its exit code."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise WrongUse("The app needs a terminal; `vivavoce --help` lists the commands that work without one.")
    from tui.opening import Opening
    from tui.starting import run

    folder = study_folder(ctx)
    return run(Opening(folder, offered_passphrase(ctx, folder), Source(), DEFAULT))
