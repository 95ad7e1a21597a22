"""``vivavoce sessions``: what was held, and everything of one session."""

from __future__ import annotations

import json

import click

from store.handover.as_json import as_dict, session_dict
from store.handover.md import render
from tui.commands.base import Group, opened_study
from tui.printing import put
from tui.times import clock_time


@click.group(cls=Group, example="vivavoce sessions list")
def sessions() -> None:
    """List the sessions, or show one whole."""


@sessions.command(name="list", example="vivavoce sessions list --json")
@click.option("--json", "as_json", is_flag=True, help="A JSON array.")
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the sessions, oldest first."""
    with opened_study(ctx) as study:
        rows = study.sessions.list()
    if as_json:
        put(json.dumps([session_dict(row) for row in rows], ensure_ascii=False))
        return
    for row in rows:
        length = clock_time(row.recording_ms)
        put(
            f"{row.id}  wave {row.wave}  {row.state.value}  {row.mode.value}  {row.started_at:%Y-%m-%d %H:%M}  {length}"
        )


@sessions.command(example="vivavoce sessions show 50008-w2-1 --json")
@click.argument("session", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def show(ctx: click.Context, session: str, as_json: bool) -> None:
    """Show one session: consent, cues, marks, jottings, transcript, memo."""
    with opened_study(ctx) as study:
        dossier = study.dossier(study.sessions.get(session).id)
    put(json.dumps(as_dict(dossier), ensure_ascii=False) if as_json else render(dossier))
