"""``vivavoce consent``: the blank form, and the signed one as an encrypted attachment."""

from __future__ import annotations

from pathlib import Path

import click

from guides import render_consent
from store import new_file
from store.handing_over import copy_form
from store.localtime import local_day
from tui import documents, forms
from tui.clock import world_now
from tui.commands.base import Group, opened_study
from tui.printing import put, say


@click.group(cls=Group, example="vivavoce consent form > form.md")
def consent() -> None:
    """Print the blank form; keep the signed one, list and copy what is kept."""


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
    """Keep the signed form of SESSION (its whole id), encrypted, in the study."""
    data = documents.read(file)
    with opened_study(ctx) as study:
        row = study.sessions.get(session)
        kept = study.attachments.add(row.id, forms.SIGNED_FORM, file.name, data, world_now())
    held = local_day(row.started_at, row.utc_offset_min)
    where = f"session {row.id}: participant {row.participant}, wave {row.wave}, {held}"
    say(f"Kept, encrypted, as {kept.id}, with {where}. Store or destroy {file} as your study's rules say.")


@consent.command(name="list", example="vivavoce consent list 50008-w2-1")
@click.argument("session", required=False)
@click.pass_context
def list_(ctx: click.Context, session: str | None) -> None:
    """List the forms that are kept, of SESSION or of all."""
    with opened_study(ctx) as study:
        rows = study.sessions.list() if session is None else (study.sessions.beginning_with(session),)
        kept = [(row.id, line) for row in rows for line in forms.lines(study.attachments.list(row.id))]
    for key, line in kept:
        put(f"{key}  {line}")
    if not kept:
        say("No form is kept.")


@consent.command(name="get", example="vivavoce consent get a1 --to copy.pdf")
@click.argument("attachment")
@click.option("--to", "target", required=True, type=click.Path(path_type=Path), help="Where the copy goes.")
@click.pass_context
def get_(ctx: click.Context, attachment: str, target: Path) -> None:
    """Write a copy of a kept form."""
    new_file.refuse(target)
    with opened_study(ctx) as study:
        copy_form(study, attachment, target, world_now())
