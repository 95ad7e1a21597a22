"""``vivavoce retranscribe``: a new version of a transcript out of the stored recording."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import click

from tui.commands.base import Command, opened_study
from tui.commands.choices import model_options
from tui.events import Event, UtteranceHeard
from tui.hearing import Choice
from tui.printing import Printer, say
from tui.rereading import named, to_read
from tui.rereading import retranscribe as read_again


@click.command(cls=Command, example="vivavoce retranscribe 50008-w2-1 --model base")
@click.argument("session")
@model_options
@click.pass_context
def retranscribe(ctx: click.Context, session: str, choice: Choice) -> None:
    """Read SESSION once more out of its recording.

    Every utterance gets a new version; the ones before it are kept. A reading that was broken off goes on where it was.
    """
    with opened_study(ctx) as study, study.lock_for_session():
        choice = named(study, session, choice)
        count = to_read(study, session, choice.model)
        if not count:
            say(f"Session {session} was read once more by {choice.model} already; choose another with --model.")
            return
        say(f"Session {session}: {count} utterances to read with {choice.model} …")
        progress = _Progress(lambda: count - to_read(study, session, choice.model), count)
        whole = asyncio.run(read_again(study, session, choice, progress))
    if not whole:
        ctx.exit(1)


class _Progress:
    """Prints each event, and how far the reading is."""

    def __init__(self, done: Callable[[], int], count: int) -> None:
        self._printer, self._done, self._count = Printer(), done, count

    def __call__(self, event: Event) -> None:
        self._printer(event)
        if isinstance(event, UtteranceHeard):
            say(f"{self._done()} of {self._count}")
