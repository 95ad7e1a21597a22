"""``vivavoce recover``: the rest of a transcript out of the recording."""

from __future__ import annotations

import click

from store import State, StateError
from tui import endings, outlets
from tui.asking import agree, yes_option
from tui.commands.base import Command, opened_study
from tui.commands.choices import model_options
from tui.errors import WrongUse
from tui.printing import Printer, say
from tui.reader import Choice
from tui.recovery import close_as_it_is, unfinished
from tui.recovery import recover as finish


@click.command(cls=Command, example="vivavoce recover 50008-w2-1")
@click.argument("session", required=False)
@click.option("--as-it-is", is_flag=True, help="Close SESSION unfinished; the app does not offer it again.")
@yes_option
@model_options
@click.pass_context
def recover(ctx: click.Context, session: str | None, as_it_is: bool, yes: bool, choice: Choice) -> None:
    """Finish what was interrupted.

    The rest of the transcript of SESSION (its whole id), or of every session that is not whole, out of its recording.
    --as-it-is asks first; --yes is for that.
    """
    if as_it_is:
        if session is None:
            raise WrongUse("Say which SESSION is to be closed as it is; `vivavoce sessions list` names them.")
        with opened_study(ctx) as study:
            study.lock_for_session().release()  # refused while somebody conducts a session, before anything is asked
            row = study.sessions.get(session)
            if row.state not in (State.INTERRUPTED, State.STOPPED):
                raise StateError(f"Session {row.id} is {row.state}: there is nothing to close.")
            what = f"Session {row.id}, which is {row.state}, is closed with its transcript unfinished."
            agree((what,), f"Close {row.id} as it is?", yes=yes, otherwise="Nothing was closed")
            with study.lock_for_session():
                row = close_as_it_is(study, row.id)
        say(f"Session {row.id} is {row.state}; `vivavoce recover {row.id}` can still finish it.")
        return
    whole = True
    with opened_study(ctx) as study, study.lock_for_session():
        rows = unfinished(study) if session is None else (study.sessions.get(session),)
        printer = Printer()
        outlets.never_wait()
        for row in rows:
            say(f"Session {row.id} …")
            whole = endings.run(finish(study, row.id, choice, printer)) and whole
        if not rows:
            say("Every session is whole.")
    if not whole:
        ctx.exit(1)
