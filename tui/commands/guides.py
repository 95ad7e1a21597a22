"""``vivavoce guides``: those that come along, one whole, and checking one that somebody wrote."""

from __future__ import annotations

from pathlib import Path

import click

from guides import bundled, bundled_guide
from guides import check as faults_of
from tui.commands.base import Group
from tui.commands.study import named_guide
from tui.printing import put, say


@click.group(cls=Group, example="vivavoce guides list")
def guides() -> None:
    """List, show and check interview guides."""


@guides.command(name="list", example="vivavoce guides list")
def list_() -> None:
    """List the guides that come with the program."""
    for name in bundled():
        guide = bundled_guide(name)
        put(f"{name}  {guide.title}, version {guide.version}, {sum(1 for _ in guide.questions())} questions")


@guides.command(example="vivavoce guides show open-interview > mine.toml")
@click.argument("name")
def show(name: str) -> None:
    """Print the guide NAME (or a file) as it is written: a start for one of your own."""
    put(named_guide(name).text.rstrip("\n"))


@guides.command(example="vivavoce guides check mine.toml")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def check(ctx: click.Context, file: Path) -> None:
    """Name every fault of the guide in FILE, by line and key."""
    faults = faults_of(file)
    for fault in faults:
        say(str(fault))
    if faults:
        ctx.exit(1)
    say(f"{file} is a sound guide.")
