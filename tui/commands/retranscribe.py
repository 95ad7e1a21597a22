"""``vivavoce retranscribe``: a new version of a transcript out of the stored recording."""

from __future__ import annotations

import time
from collections.abc import Callable

import click

from store import Study
from tui import endings, outlets
from tui.commands.base import Command, opened_study
from tui.commands.choices import model_options
from tui.events import Event, UtteranceHeard
from tui.printing import Printer, say
from tui.reader import Choice
from tui.rereading import Outcome, named, to_read
from tui.rereading import retranscribe as read_again
from tui.writer import Worth

_LOOK_EVERY_S = 1.0


@click.command(cls=Command, example="vivavoce retranscribe 50008-w2-1 --model base")
@click.argument("session")
@model_options
@click.pass_context
def retranscribe(ctx: click.Context, session: str, choice: Choice) -> None:
    """Read SESSION once more out of its recording.

    Every utterance gets a new version; the ones before it are kept. A reading that was broken off goes on where it was,
    and it waits while an interview runs.
    """
    with opened_study(ctx) as study:
        study.lock_for_session().release()  # refused while somebody conducts a session
        choice = named(study, session, choice)
        count = to_read(study, session, choice.model)
        if not count:
            say(f"Session {session} was read once more by {choice.model} already; choose another with --model.")
            return
        say(f"Session {session}: {count} utterances to read with {choice.model} …")
        progress = _Progress(lambda: count - to_read(study, session, choice.model), count)
        outlets.never_wait()
        outcome = _read(study, session, choice, progress)
    if outcome is not Outcome.WHOLE:
        ctx.exit(1)


def _read(study: Study, session: str, choice: Choice, progress: _Progress) -> Outcome:
    """Read it, and let every interview that is begun meanwhile come first."""
    while True:
        outcome = endings.run(read_again(study, session, choice, progress, held_up=lambda: study.conducted))
        if outcome is not Outcome.HELD_UP:
            return outcome
        say("A session is conducted in this study; the reading goes on after it.")
        while study.conducted:
            time.sleep(_LOOK_EVERY_S)


class _Progress:
    """Prints each event, and how far the reading is."""

    def __init__(self, done: Callable[[], int], count: int) -> None:
        self._printer, self._done, self._count = Printer(), done, count

    def __call__(self, event: Event) -> None:
        self._printer(event)
        if isinstance(event, UtteranceHeard):
            say(f"{self._done()} of {self._count}", Worth.PASSING)
