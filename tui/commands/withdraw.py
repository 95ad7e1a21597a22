"""``vivavoce withdraw``: a participant takes consent back after the interview."""

from __future__ import annotations

import click

from store import BadInput, Decision, Kind, ReceiptOwed, Session, Study
from store.localtime import local_day
from tui import receipts
from tui.asking import agree, also, yes_option
from tui.clock import world_now
from tui.commands.base import Command, opened_study
from tui.erasing import PATIENCE_S, TAKEN_BACK, erase_at_the_end
from tui.errors import WrongUse
from tui.printing import put, say
from tui.taking_back import (
    CONTACT,
    EVERYTHING,
    OF_USE,
    QUOTING,
    RECORDING,
    TAKING_PART,
    WORDS,
    Choice,
    beside,
    granted_elsewhere,
    take_back,
)

_ONCE_GIVEN = (Decision.GRANTED, Decision.WITHDRAWN)
_NEVER = {
    Kind.AUDIO: "was not recorded",
    Kind.TAKING_PART: "was never agreed to",
    Kind.QUOTING: "was never to be quoted",
    Kind.CONTACT: "allowed no further contact",
}


@click.command(cls=Command, example="vivavoce withdraw 50008-w2-1 --transcript\nvivavoce withdraw 50008-w2-1 --quoting")
@click.argument("session")
@click.option("--transcript", is_flag=True, help="Destroy the words of the transcript too.")
@click.option("--taking-part", is_flag=True, help="They no longer take part: recording and words go, the rest is shut.")
@click.option("--notes", is_flag=True, help="With --taking-part: destroy jottings, marks and memo too.")
@click.option("--quoting", is_flag=True, help="They are not to be quoted; nothing is destroyed, hand-overs say so.")
@click.option("--contact", is_flag=True, help="They are not to be contacted again; nothing is destroyed.")
@click.option("--others-too", is_flag=True, help="With --quoting or --contact: in their other sessions as well.")
@yes_option
@click.pass_context
def withdraw(ctx: click.Context, /, session: str, others_too: bool, yes: bool, **asked: bool) -> None:
    """Destroy a recording, and say what is left.

    What a participant may ask for after the interview: the recording of SESSION is gone, on wish its words too, or
    everything that they said; or they are not to be quoted, or contacted, after all. SESSION is a whole id. Where that
    was done before, the receipt is shown again.
    """
    choice = _chosen(**asked)
    if others_too and choice.kind not in OF_USE:
        raise WrongUse("--others-too is for --quoting or --contact: what is destroyed is named session by session.")
    with opened_study(ctx) as study:
        row = study.sessions.get(session)
        if study.consent.newest(row.id).get(choice.kind) not in _ONCE_GIVEN:
            raise BadInput(f"Session {row.id} {_NEVER[choice.kind]}: there is nothing to withdraw.")
        study.lock_for_session().release()  # refused while somebody conducts a session, before anything is asked
        what = (_about(row), f"{choice.what}. {choice.follows}", *beside(study, row.id, choice))
        undone = "" if choice.kind in OF_USE else " This can't be undone."
        agree(what, f"Withdraw {row.id}?{undone}", yes=yes, otherwise="Nothing was withdrawn")
        too = _others(study, row, choice, others_too=others_too, yes=yes)
        put("\n".join(_taken_back(study, row.id, choice, too)))


def _taken_back(study: Study, session: str, choice: Choice, too: tuple[str, ...]) -> tuple[str, ...]:
    """What was done, in lines; the receipt of what is destroyed comes when unused space is erased as well."""
    try:
        with study.lock_for_session():
            return take_back(study, session, choice, world_now(), too)
    except ReceiptOwed as owed:
        say(TAKEN_BACK)
        if why := erase_at_the_end(study, PATIENCE_S):
            raise ReceiptOwed(f"{owed} {why}") from None
        if study.receipt_owed(session):  # somebody has written to the study since
            raise
        return receipts.newest(study, session)


def _about(row: Session) -> str:
    held = local_day(row.started_at, row.utc_offset_min)
    return f"Session {row.id}: participant {row.participant}, wave {row.wave}, held on {held}, {row.state}."


def _others(study: Study, row: Session, choice: Choice, *, others_too: bool, yes: bool) -> tuple[str, ...]:
    """The other sessions in which the same is taken back: asked, or said how."""
    others = granted_elsewhere(study, row.id, choice)
    if not others or others_too:
        return others
    if not yes and also(f"In the other interviews too ({', '.join(others)})?"):
        return others
    say(f"Granted still in {', '.join(others)}; --others-too takes it back there as well.")
    return ()


def _chosen(*, transcript: bool, taking_part: bool, notes: bool, quoting: bool, contact: bool) -> Choice:
    if notes and not taking_part:
        raise WrongUse("Notes are the interviewer's own: --notes is only for somebody who withdraws --taking-part.")
    wished = [name for name, on in (("taking-part", taking_part), ("quoting", quoting), ("contact", contact)) if on]
    if len(wished) > 1 or (transcript and (quoting or contact)):
        raise WrongUse("Take one thing back at a time: --transcript, --taking-part, --quoting or --contact.")
    if taking_part:
        return EVERYTHING if notes else TAKING_PART
    if wished:
        return QUOTING if quoting else CONTACT
    return WORDS if transcript else RECORDING
