"""``vivavoce withdraw``: a participant takes consent back after the interview, to the recording or to taking part."""

from __future__ import annotations

import sys

import click

from store import BadInput, Decision, Kind, Receipt, Study
from tui.clock import world_now
from tui.commands.base import Command, opened_study
from tui.commands.receipts import put_receipt
from tui.errors import WrongUse
from tui.printing import put

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
    with opened_study(ctx) as study:
        key = study.sessions.get(session).id
        kind = Kind.TAKING_PART if taking_part else Kind.AUDIO
        if study.consent.newest(key).get(kind) not in _ONCE_GIVEN:
            raise BadInput(f"Session {key} {_NEVER[kind]}: there is nothing to withdraw.")
        if sys.stdin.isatty():
            what = _named(transcript or taking_part, taking_part, notes)
            click.confirm(f"Destroy the {what} of {key}? This can't be undone.", abort=True, err=True)
        with study.lock_for_session():
            receipt = _withdrawn(study, key, transcript=transcript, taking_part=taking_part, notes=notes)
        before = study.receipts.list(key)
    if not receipt.destroyed and before:
        put("Nothing was left to destroy. What was destroyed before:")
    for one in before if not receipt.destroyed else (receipt,):
        put_receipt(one)


_NEVER = {Kind.AUDIO: "was not recorded", Kind.TAKING_PART: "was never agreed to"}


def _withdrawn(study: Study, key: str, *, transcript: bool, taking_part: bool, notes: bool) -> Receipt:
    by, now = study.setting("interviewer") or "interviewer", world_now()
    if taking_part:
        return study.withdraw_taking_part(key, notes=notes, recorded_by=by, now=now)
    return study.withdraw_audio(key, transcript=transcript, recorded_by=by, now=now)


def _named(words: bool, all_of_it: bool, notes: bool) -> str:
    what = "recording and transcript" if words else "recording"
    if not all_of_it:
        return what
    return f"{what}, jottings, marks and memo" if notes else f"{what}, and shut the notes away,"
