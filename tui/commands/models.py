"""``vivavoce models``: what reads the words."""

from __future__ import annotations

from pathlib import Path

import click

from transcribe import models as shelf
from transcribe.errors import ModelError
from tui.commands.base import Group
from tui.printing import put, say


@click.group(cls=Group, example="vivavoce models list")
def models() -> None:
    """List, verify and add Whisper models."""


@models.command(name="list", example="vivavoce models list")
def list_() -> None:
    """List the models on this machine."""
    for model in shelf.installed():
        kind = "multilingual" if model.multilingual else "English"
        put(f"{model.name}  {model.size_bytes / 1e6:.0f} MB  {kind}{', bundled' if model.bundled else ''}")


@models.command(example="vivavoce models verify")
@click.pass_context
def verify(ctx: click.Context) -> None:
    """Hold each model against the checksum it came with."""
    damaged = False
    for model in shelf.installed():
        try:
            put(f"{model.name}  whole  {shelf.verify(model)}")
        except ModelError as error:
            damaged = True
            say(str(error))
    if damaged:
        ctx.exit(1)


@models.command(example="vivavoce models add ~/Downloads/faster-whisper-small")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--name", help="What it is called here (else the folder's name).")
def add(path: Path, name: str | None) -> None:
    """Add the model in the folder PATH (CTranslate2 layout)."""
    put(f"{shelf.add(path, name).name} is added.")


@models.command(example="vivavoce models get small.en")
@click.argument("name")
def get(name: str) -> None:
    """Fetch the model NAME; the only command that uses a network."""
    say(f"Fetching {name} …")
    put(f"{shelf.get(name).name} is added.")
