"""``vivavoce withdraw``: a participant takes consent back after the interview, to the recording or to taking part."""

from __future__ import annotations

import sys

import click

from store import BadInput, Decision, Kind
from tui import receipts
from tui.clock import world_now
from tui.commands.base import Command, opened_study
from tui.errors import WrongUse
from tui.printing import put
from tui.taking_back import EVERYTHING, RECORDING, TAKING_PART, WORDS, Choice, take_back

_ONCE_GIVEN = (Decision.GRANTED, Decision.WITHDRAWN)


@click.command(cls=Command, example="vivavoce withdraw 50008-w2-1 --transcript")
@click.argument("session")
@click.option("--transcript", is_flag=True, help="Destroy the words of the transcript too.")
@click.option("--taking-part", is_flag=True, help="They no longer take part: recording and words go, the rest is shut.")
@click.option("--notes", is_flag=True, help="With --taking-part: destroy jottings, marks and memo too.")
@click.pass_context
def withdraw(ctx: click.Context, session: str, transcript: bool, taking_part: bool, notes: bool) -> None:
    """Destroy a recording, and say what is left.

    What a participant may ask for after the interview: the recording of SESSION is gone, on wish its words too, or
    everything that they said. Where that was done before, the receipt is shown again.
    """
    if notes and not taking_part:
        raise WrongUse("Notes are the interviewer's own: --notes is only for somebody who withdraws --taking-part.")
    choice = _chosen(transcript, taking_part, notes)
    with opened_study(ctx) as study:
        key = study.sessions.get(session).id
        if study.consent.newest(key).get(choice.kind) not in _ONCE_GIVEN:
            raise BadInput(f"Session {key} {_NEVER[choice.kind]}: there is nothing to withdraw.")
        if sys.stdin.isatty():
            ask = f"{choice.what}. {choice.follows} This can't be undone. Withdraw {key}?"
            click.confirm(ask, abort=True, err=True)
        with study.lock_for_session():
            receipt = take_back(study, key, choice, world_now())
        put("\n".join(receipts.told(study, receipt)))


_NEVER = {Kind.AUDIO: "was not recorded", Kind.TAKING_PART: "was never agreed to"}


def _chosen(transcript: bool, taking_part: bool, notes: bool) -> Choice:
    if taking_part:
        return EVERYTHING if notes else TAKING_PART
    return WORDS if transcript else RECORDING
