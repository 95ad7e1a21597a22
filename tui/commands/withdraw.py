"""``vivavoce withdraw``: a participant takes audio consent back after the interview."""

from __future__ import annotations

import sys

import click

from store import BadInput, Decision, Kind
from tui.clock import world_now
from tui.commands.base import Command, opened_study
from tui.printing import put


@click.command(cls=Command, example="vivavoce withdraw 50008-w2-1 --transcript")
@click.argument("session")
@click.option("--transcript", is_flag=True, help="Destroy the words of the transcript too.")
@click.pass_context
def withdraw(ctx: click.Context, session: str, transcript: bool) -> None:
    """Destroy a recording, and say what is left.

    What a participant may ask for after the interview: the recording of SESSION is gone, on wish its words too.
    """
    with opened_study(ctx) as study:
        row = study.sessions.get(session)
        if study.consent.newest(row.id).get(Kind.AUDIO) not in (Decision.GRANTED, Decision.WITHDRAWN):
            raise BadInput(f"Session {row.id} was not recorded: there is nothing to withdraw.")
        what = "recording and transcript" if transcript else "recording"
        if sys.stdin.isatty():
            click.confirm(f"Destroy the {what} of {row.id}? This can't be undone.", abort=True, err=True)
        with study.lock_for_session():
            receipt = study.withdraw_audio(
                row.id,
                transcript=transcript,
                recorded_by=study.setting("interviewer") or "interviewer",
                now=world_now(),
            )
    put(f"Destroyed on {receipt.at:%Y-%m-%d %H:%M} UTC, session {receipt.session}:")
    for line in receipt.destroyed or ("nothing: it was destroyed before",):
        put(f"- {line}")
    put("Out of reach:")
    for line in receipt.out_of_reach:
        put(f"- {line}")
    put(f"Audit log head: {receipt.audit_head}")
