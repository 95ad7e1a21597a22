"""``vivavoce devices`` and ``vivavoce doctor``: what this machine can do, what is wrong, and how to mend it."""

from __future__ import annotations

from dataclasses import asdict

import click

from guides import plaintext
from transcribe.devices import microphones
from transcribe.errors import TranscribeError
from tui import endings, measuring
from tui.clock import world_now
from tui.commands.base import Command, offered_passphrase, study_folder
from tui.doctor import Verdict, examine
from tui.printing import put, say

_SIGNS = {Verdict.GOOD: "ok", Verdict.DOUBTFUL: "see", Verdict.BAD: "BAD", Verdict.UNSEEN: "--"}


@click.command(cls=Command, example="vivavoce devices")
@click.option("--json", "as_json", is_flag=True, help="A JSON array.")
def devices(as_json: bool) -> None:
    """List the microphones."""
    found = microphones()
    if as_json:
        put(plaintext.as_json([asdict(one) for one in found]))
        return
    for one in found:
        put(f"{'*' if one.default else ' '} {one.name}  {one.host}, {one.channels} channels, {one.rate_hz} Hz")
    if not found:
        put("There is no microphone; connect one, and see `vivavoce doctor`.")


@click.command(cls=Command, example="vivavoce doctor --json")
@click.option("--json", "as_json", is_flag=True, help="A JSON array.")
@click.option("--measure", "anew", is_flag=True, help="Measure this machine, also if that was done before.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool, anew: bool) -> None:
    """Examine this machine and the study.

    It measures how fast this machine reads speech, which takes some seconds the first time. 'ok' is well, 'see' wants a
    look, 'BAD' has to be mended (then the exit code is 1), and what has '--' was not looked at.
    """
    if anew or measuring.kept() is None:
        _measure()
    folder = study_folder(ctx)
    rows = examine(folder, offered_passphrase(ctx, folder))
    if as_json:
        put(plaintext.as_json([row.as_dict() for row in rows]))
    else:
        for row in rows:
            put(f"{_SIGNS[row.verdict]:4}{row.check}: {row.text}")
    if not all(row.ok for row in rows):
        ctx.exit(1)


def _measure() -> None:
    say("Measuring how fast this machine reads speech …")
    try:
        endings.run(measuring.measure(world_now()))
    except TranscribeError as error:
        say(str(error))
