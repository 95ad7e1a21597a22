"""``vivavoce export``: hand-over files for analysis."""

from __future__ import annotations

from pathlib import Path

import click

from store.handover import FORMATS, ready
from store.handover import export as write_out
from tui.clock import world_now
from tui.commands.base import Command, opened_study
from tui.printing import put, say


@click.command(cls=Command, example="vivavoce export 50008-w2-1 --to ~/handover --format md,vtt")
@click.argument("sessions", nargs=-1, metavar="[SESSION]...")
@click.option("--to", "target", required=True, type=click.Path(path_type=Path), metavar="DIR", help="Where to.")
@click.option("--format", "formats", default="md", show_default=True, help=f"One or more of {','.join(FORMATS)}.")
@click.option("--unmask", is_flag=True, help="Leave masked names readable (this version masks none).")
@click.pass_context
def export(ctx: click.Context, sessions: tuple[str, ...], target: Path, formats: str, unmask: bool) -> None:
    """Write sessions as files for analysis.

    All that can be handed over, unless some are named. The files are plain: whoever has them can read them.
    """
    chosen = tuple(dict.fromkeys(name.strip() for name in formats.split(",") if name.strip()))
    unknown = [name for name in chosen if name not in FORMATS]
    if unknown or not chosen:
        wrong = unknown[0] if unknown else formats
        raise click.BadParameter(f"there is no format {wrong!r}, only {', '.join(FORMATS)}", ctx, param_hint="--format")
    with opened_study(ctx) as study:
        ids = [study.sessions.beginning_with(name).id for name in sessions]
        ids = ids or list(ready(study))
        if not ids:
            say("There is no session to hand over yet.")
            return
        done = write_out(study, ids, target, chosen, unmask=unmask, now=world_now())
    for file in done.files:
        put(str(file.path))
        if file.kept is not None:
            say(f"{file.kept} is not what was handed over last, so it stays; the new one is {file.path.name}.")
    for one in done.left_out:
        say(f"Left out, with nothing of it written: {one.why}")
    if done.files:
        say("These files are not encrypted: keep them where the study's rules allow it.")
    if done.left_out:
        ctx.exit(1)
