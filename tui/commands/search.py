"""``vivavoce search``: every word of every transcript, memo and jotting.

Words on a command line stay in the history of the shell, and other programs can read them while it runs: hence ``-``.
"""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from guides import plaintext
from guides.texts import NotText, bare, text_in
from tui.commands.base import Command, opened_study
from tui.errors import FaceError
from tui.printing import put, say
from tui.times import clock_time

LONGEST = 10_000
"""Bytes of a line that is searched for."""


@click.command(cls=Command, example="vivavoce search winter coat\nvivavoce search -")
@click.argument("words", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="A JSON array.")
@click.pass_context
def search(ctx: click.Context, words: tuple[str, ...], as_json: bool) -> None:
    """Find WORDS everywhere in the study.

    - asks for them, or reads them from standard input, so that they stand in no history of your shell.
    """
    with opened_study(ctx) as study:
        hits = study.search(_asked() if words == ("-",) else " ".join(words))
    if as_json:
        put(plaintext.as_json([asdict(hit) for hit in hits]))
        return
    for hit in hits:
        place = "" if hit.at_ms is None else f" {clock_time(hit.at_ms)}"
        put(f"{hit.session} {hit.kind}{place}  {' '.join(hit.excerpt.split())}")
    if not hits:
        say("Nothing found.")


def _asked() -> str:
    if sys.stdin.isatty():
        say("Which words?")
    try:
        return bare(text_in(sys.stdin.buffer.readline(LONGEST))).strip()
    except NotText as found:
        raise FaceError(f"What is to be searched for is {found.what}: give it as UTF-8.") from None
