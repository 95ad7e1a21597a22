"""``vivavoce consent``: the blank form, and the signed one as an encrypted attachment."""

from __future__ import annotations

from pathlib import Path

import click

from guides import render_consent
from store import new_file
from tui import documents
from tui.clock import world_now
from tui.commands.base import Group, opened_study
from tui.printing import put, say


@click.group(cls=Group, example="vivavoce consent form > form.md")
def consent() -> None:
    """Print the blank form; keep the signed one."""


@consent.command(example="vivavoce consent form > form.md")
@click.pass_context
def form(ctx: click.Context) -> None:
    """Print the blank form of the study's guide."""
    with opened_study(ctx) as study:
        put(render_consent(study.guides.current()))


@consent.command(example="vivavoce consent attach 50008-w2-1 scan.pdf")
@click.argument("session")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def attach(ctx: click.Context, session: str, file: Path) -> None:
    """Keep the signed form of SESSION, encrypted, in the study."""
    data = documents.read(file)
    with opened_study(ctx) as study:
        kept = study.attachments.add(study.sessions.get(session).id, "signed consent", file.name, data, world_now())
    say(f"Kept, encrypted, as {kept.id}. Store or destroy {file} as your study's rules say.")


@consent.command(name="get", example="vivavoce consent get a1 --to copy.pdf")
@click.argument("attachment")
@click.option("--to", "target", required=True, type=click.Path(path_type=Path), help="Where the copy goes.")
@click.pass_context
def get_(ctx: click.Context, attachment: str, target: Path) -> None:
    """Write a copy of a kept form."""
    new_file.refuse(target)
    with opened_study(ctx) as study:
        _, data = study.attachments.get(attachment)
    new_file.write(target, data)
