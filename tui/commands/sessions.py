"""``vivavoce sessions``: what was held, and everything of one session."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click

from guides import plaintext
from store import Decision, Kind, Session, State, StateError
from store.annulment import as_reason
from store.dossier import Remains
from store.handed_over import sentence
from store.handover.as_json import as_dict, beside_dict, remains_dict, session_dict
from store.handover.md import render
from store.localtime import local_day, local_time
from tui import forms, receipts
from tui.asking import agree, yes_option
from tui.clock import world_now
from tui.commands.base import Group, opened_study
from tui.printing import put
from tui.taking_back import annulling
from tui.times import clock_time


@click.group(cls=Group, example="vivavoce sessions list")
def sessions() -> None:
    """List the sessions, show one whole, annul one that was begun by mistake."""


@sessions.command(name="list", example="vivavoce sessions list --json")
@click.option("--json", "as_json", is_flag=True, help="A JSON array.")
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the sessions, oldest first."""
    with opened_study(ctx) as study:
        rows = [(row, study.consent.newest(row.id)) for row in study.sessions.list()]
    if as_json:
        put(plaintext.as_json([session_dict(row) for row, _ in rows]))
        return
    for row, consent in rows:
        put(_line(row, consent))


@sessions.command(example="vivavoce sessions show 50008-w2-1 --json")
@click.argument("session", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def show(ctx: click.Context, session: str, as_json: bool) -> None:
    """Show one session: consent, cues, marks, jottings, transcript, memo, receipts.

    Where somebody does not take part (any more), only what was decided and what was destroyed.
    """
    with opened_study(ctx) as study:
        left = study.remains(study.sessions.beginning_with(session).id)
        dossier = None if study.gate.is_shut(left.session.id) else study.dossier(left.session.id)
    if as_json:
        whole = remains_dict(left) if dossier is None else as_dict(dossier)
        put(plaintext.as_json({**whole, **beside_dict(left)}))
        return
    for line in (*_annulled(left.session), *(_remains(left) if dossier is None else (render(dossier),))):
        put(line)
    for line in (*forms.lines(left.attachments), *map(sentence, left.handed_over)):
        put(line)
    for receipt in left.receipts:
        put("\n".join(receipts.lines(receipt)))


@sessions.command(example='vivavoce sessions annul 50008-w2-1 --reason "begun for the wrong participant" --yes')
@click.argument("session", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help="Why it does not count; kept with it.")
@yes_option
@click.pass_context
def annul(ctx: click.Context, session: str, reason: str, yes: bool) -> None:
    """Annul a session that was begun, or refused, by mistake.

    It stays in this list with its reason, and counts no more: not on the board, nor for the next wave, nor in a
    hand-over. Nothing is destroyed, and nothing is granted: the next sitting asks everything anew. ID is the whole id.
    """
    reason = as_reason(reason)
    with opened_study(ctx) as study:
        row = study.sessions.get(session)
        if why := study.annulment.why_not(row.id):
            raise StateError(why)
        what = (_line(row, study.consent.newest(row.id)), *annulling(row))
        agree(what, f"Annul {row.id}? This can't be undone.", yes=yes, otherwise="Nothing was annulled")
        study.annulment.annul(row.id, reason, world_now())
    put(f"Session {row.id} is annulled.")


def _line(row: Session, consent: Mapping[Kind, Decision]) -> str:
    """One session in a line; no figures of one that never took place."""
    held = f"{row.id}  wave {row.wave}  {local_time(row.started_at, row.utc_offset_min)}  "
    if row.annulled_at is not None:
        return f"{held}annulled"
    if row.destroyed_at is not None:
        return f"{held}destroyed, as it was to be kept no longer"
    match consent.get(Kind.TAKING_PART):
        case Decision.DECLINED:
            return f"{held}declined to take part"
        case Decision.WITHDRAWN:
            return f"{held}no longer takes part"
    audio = ", audio declined" if consent.get(Kind.AUDIO) is Decision.DECLINED else ""
    state = "audio withdrawn" if row.state is State.WITHDRAWN else row.state.value
    return f"{held}{clock_time(row.recording_ms)}  {row.mode.value}  {state}{audio}"


def _annulled(row: Session) -> Iterator[str]:
    if row.annulled_at is not None:
        reason = f": {row.annulled_reason}" if row.annulled_reason else ", for a reason that was destroyed"
        yield f"Annulled on {local_day(row.annulled_at)}{reason}"


def _remains(left: Remains) -> Iterator[str]:
    row = left.session
    began = local_time(row.started_at, row.utc_offset_min)
    yield f"{row.id}: participant {row.participant}, wave {row.wave}, {row.state}, {began}"
    for one in left.decisions:
        yield f"- {str(one.kind).replace('_', ' ')}: {one.decision} on {local_time(one.decided_at, row.utc_offset_min)}"
    if row.destroyed_at is not None:
        yield f"Destroyed on {local_day(row.destroyed_at)}: it was to be kept no longer."
    else:
        yield "This person does not take part: nothing more of this session is shown, found or handed over."
