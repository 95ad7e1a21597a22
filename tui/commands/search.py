"""``vivavoce search``: every word of every transcript, memo and jotting."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from tui.commands.base import Command, opened_study
from tui.printing import put, say
from tui.times import clock_time


@click.command(cls=Command, example="vivavoce search winter coat")
@click.argument("words", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="A JSON array.")
@click.pass_context
def search(ctx: click.Context, words: tuple[str, ...], as_json: bool) -> None:
    """Find WORDS everywhere in the study."""
    with opened_study(ctx) as study:
        hits = study.search(" ".join(words))
    if as_json:
        put(json.dumps([asdict(hit) for hit in hits], ensure_ascii=False))
        return
    for hit in hits:
        place = "" if hit.at_ms is None else f" {clock_time(hit.at_ms)}"
        put(f"{hit.session} {hit.kind}{place}  {' '.join(hit.excerpt.split())}")
    if not hits:
        say("Nothing found.")
