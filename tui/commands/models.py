"""``vivavoce models``: what reads the words, and what tells voices apart."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from transcribe import models as shelf
from transcribe import speaker_model
from transcribe.errors import ModelError
from tui.commands.base import Group
from tui.printing import put, say


@click.group(cls=Group, example="vivavoce models list")
def models() -> None:
    """List, verify and add models: Whisper's, and the one that tells speakers apart."""


@models.command(name="list", example="vivavoce models list")
def list_() -> None:
    """List the models on this machine."""
    for model in shelf.installed():
        kind = "multilingual" if model.multilingual else "English"
        put(f"{model.name}  {model.size_bytes / 1e6:.0f} MB  {kind}{', bundled' if model.bundled else ''}")
    speakers = speaker_model.installed()
    if speakers is None:
        say(speaker_model.MISSING)
    else:
        put(f"{speakers.name}  {speakers.size_bytes / 1e6:.0f} MB  speakers")


@models.command(example="vivavoce models verify")
@click.pass_context
def verify(ctx: click.Context) -> None:
    """Hold each model against the checksum it came with."""
    checks: dict[str, Callable[[], str]] = {model.name: partial(shelf.verify, model) for model in shelf.installed()}
    if speaker_model.installed() is not None:
        checks[speaker_model.NAME] = speaker_model.verify
    damaged = False
    for name, check in checks.items():
        try:
            put(f"{name}  whole  {check()}")
        except ModelError as error:
            damaged = True
            say(str(error))
    if damaged:
        ctx.exit(1)


@models.command(example="vivavoce models add ~/Downloads/faster-whisper-small")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--name", help="What a folder's model is called here (else as the folder).")
def add(path: Path, name: str | None) -> None:
    """Add the model at PATH: a folder in CTranslate2 layout, or the wheel that holds the speaker model."""
    added = speaker_model.add(path) if speaker_model.is_source(path) else shelf.add(path, name)
    put(f"{added.name} is added.")


@models.command(example="vivavoce models get small.en")
@click.argument("name")
def get(name: str) -> None:
    """Fetch the model NAME; the only command that uses a network."""
    say(f"Fetching {name} …")
    put(f"{shelf.get(name).name} is added.")
