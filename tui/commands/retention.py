"""``vivavoce study retention`` and ``destroy-due``: how long sessions are kept, and what happens then."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import click

from store import BadInput, ReceiptOwed, Rule, Session, typed_rule
from store.localtime import local_day
from tui import receipts
from tui.asking import agree, yes_option
from tui.clock import world_now
from tui.commands.base import Command, opened_study
from tui.erasing import GONE, PATIENCE_S, erase_at_the_end
from tui.errors import WrongUse
from tui.printing import put, say


@click.command(cls=Command, example="vivavoce study retention 2035-04-30\nvivavoce study retention --months 120")
@click.argument("until", required=False)
@click.option("--months", type=click.IntRange(1, 1200), help="So many months after each session.")
@click.pass_context
def retention(ctx: click.Context, until: str | None, months: int | None) -> None:
    """Say or set how long sessions are kept.

    UNTIL is the last day for all of them, or `forever`. Nothing is destroyed by this: vivavoce tells when a session is
    due, and `vivavoce study destroy-due` destroys it.
    """
    if until is not None and months is not None:
        raise WrongUse("Give a day or --months, not both.")
    now = world_now()
    with opened_study(ctx) as study:
        if until is not None or months is not None:
            before = study.retention.rule
            study.retention.set(Rule(months=months) if until is None else rule_of(until, study.retention.earliest), now)
            say(f"Before, they were kept {_told(before)}.")
        put(f"Sessions are kept {_told(study.retention.rule)}.")
        if sentence := study.retention.look(now).sentence:
            put(sentence)


@click.command(name="destroy-due", cls=Command, example="vivavoce study destroy-due --yes")
@yes_option
@click.pass_context
def destroy_due(ctx: click.Context, yes: bool) -> None:
    """Destroy the sessions whose retention date has passed.

    Recording, key, transcript, jottings, marks, memo, signed forms and setting of each; a receipt says what is gone.
    That it was held, what was decided and the receipts stay.
    """
    with opened_study(ctx) as study:
        due = study.retention.look(world_now()).due
        if not due:
            say("No session is past its retention date.")
            return
        study.lock_for_session().release()  # refused while somebody conducts a session, before anything is asked
        for session in due:
            put(_line(session))
        question = f"Destroy everything of these {len(due)}? This can't be undone."
        agree((), question, yes=yes, otherwise="Nothing was destroyed")
        with study.lock_for_session(), study.lock_for_reading():
            for session in due:
                with suppress(ReceiptOwed):
                    study.retention.destroy(session.id, world_now())
        why = erase_at_the_end(study, PATIENCE_S)
        for session in due:
            if not study.receipt_owed(session.id):
                put("\n".join(receipts.newest(study, session.id)))
        if why:
            raise ReceiptOwed(f"{GONE} {why}")


def rule_of(text: str, earliest: date) -> Rule:
    """A day, months or ``forever``, as it stands on the command line; raises WrongUse."""
    try:
        return typed_rule(text, earliest)
    except BadInput as wrong:
        raise WrongUse(str(wrong)) from None


def _line(session: Session) -> str:
    return f"{session.id}  {session.state}  held on {local_day(session.started_at, session.utc_offset_min)}"


def _told(rule: Rule) -> str:
    if rule.months is not None:
        return f"for {rule.months} months after each was held"
    return "until somebody destroys them" if rule.until is None else f"to {rule.until}"
