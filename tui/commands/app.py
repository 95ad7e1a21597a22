"""``vivavoce`` alone: the app."""

from __future__ import annotations

import click

from tui.commands.base import offered_passphrase, study_folder
from tui.commands.choices import DEFAULT
from tui.source import Source
from tui.terminal import require_one


def open_app(ctx: click.Context) -> int:
    """Open the app on the study that is meant; its exit code."""
    require_one("`vivavoce --help` lists the commands that work")
    from tui.opening import Opening
    from tui.starting import run

    folder = study_folder(ctx)
    return run(Opening(folder, offered_passphrase(ctx, folder), Source(), DEFAULT))
