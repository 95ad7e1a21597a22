"""``vivavoce devices`` and ``vivavoce doctor``: what this machine can do, what is wrong, and how to mend it."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from transcribe.devices import microphones
from tui.commands.base import Command, offered_passphrase, study_folder
from tui.doctor import examine
from tui.printing import put


@click.command(cls=Command, example="vivavoce devices")
@click.option("--json", "as_json", is_flag=True, help="A JSON array.")
def devices(as_json: bool) -> None:
    """List the microphones."""
    found = microphones()
    if as_json:
        put(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        put(f"{'*' if one.default else ' '} {one.name}  {one.host}, {one.channels} channels, {one.rate_hz} Hz")
    if not found:
        put("There is no microphone; connect one, and see `vivavoce doctor`.")


@click.command(cls=Command, example="vivavoce doctor --json")
@click.option("--json", "as_json", is_flag=True, help="A JSON array.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Examine this machine and the study.

    The exit code is 1 when something has to be mended.
    """
    folder = study_folder(ctx)
    rows = examine(folder, offered_passphrase(ctx, folder))
    if as_json:
        put(json.dumps([asdict(row) for row in rows], ensure_ascii=False))
    else:
        for row in rows:
            put(f"{'ok ' if row.ok else 'BAD'} {row.check}: {row.text}")
    if not all(row.ok for row in rows):
        ctx.exit(1)
