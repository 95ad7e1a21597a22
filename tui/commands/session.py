"""``vivavoce session``: one real session; plain, driven by lines on standard input, or in the app."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import NamedTuple

import click

from store import BadInput, ConsentRequired, Decision, Kind, NotFound, Session, Study
from store.sessions import wave_fault
from tui import going_on
from tui.asking import also
from tui.beginning import Arrangement
from tui.clock import world_now
from tui.commands.base import Command, opened_study
from tui.commands.choices import captions_option, channel_option, model_options, speed_option
from tui.errors import WrongUse
from tui.orders import HELP
from tui.plain import Plan, run_session
from tui.printing import say
from tui.reader import Choice
from tui.source import Source
from tui.taking_back import QUOTING, take_back

GRANTED_OR_DECLINED = click.Choice([Decision.GRANTED.value, Decision.DECLINED.value])

QUESTIONS = {
    Kind.TAKING_PART: "Does the participant take part?",
    Kind.AUDIO: "May the interview be recorded?",
    Kind.QUOTING: "May they be quoted, by number?",
    Kind.CONTACT: "May they be contacted again?",
}

Decisions = dict[Kind, Decision]


class Settled(NamedTuple):
    """The session that is to be conducted, the decisions that are still to be kept with it, and those kept just now."""

    session: str
    to_keep: Decisions
    kept: Decisions


SETTLED = ("setting", "others_present")
"""The options that say what a session begins with, and that stay as they were when it goes on."""
NOT_ALL = "--go-on asks for consent anew where --audio is given: give that too, or leave out --{option}."
BROKE_OFF = (
    "Session {session} broke off more than two hours ago, or the clock was set since: its consent is asked anew. It "
    "stood so: {stood}."
)
UNASKED = (
    "Session {session} broke off more than two hours ago, or the clock was set since, so its consent has to be asked "
    "anew: run this in a terminal, or give --audio granted or --audio declined."
)
OTHERWISE = "Session {session} does not go on with what is decided now, and stays as it is: a new session begins."


@click.command(
    cls=Command,
    example="printf 'ask\\nwait 60\\nstop\\nmemo A calm start.\\n' | \\\n"
    "  vivavoce session --participant 50001 --wave 1 --plain --audio granted",
)
@click.option("--participant", required=True, metavar="NUMBER", help="Who is interviewed.")
@click.option("--wave", required=True, type=click.IntRange(1), help="Which interview this is.")
@click.option("--plain", is_flag=True, help="Line by line on standard input; `help` there lists the lines.")
@click.option("--replay", type=click.Path(path_type=Path), metavar="FILE", help="A sound file for a microphone.")
@speed_option
@click.option("--microphone", metavar="NAME", help="Which microphone (see `vivavoce devices`; else the default).")
@channel_option
@click.option("--audio", type=GRANTED_OR_DECLINED, help="Recording; given, taking part is granted too.")
@click.option("--quoting", type=GRANTED_OR_DECLINED, help="Being quoted (declined unless given).")
@click.option("--contact", type=GRANTED_OR_DECLINED, help="Being contacted again (declined unless given).")
@click.option("--setting", default="", help="Where the interview is held.")
@click.option("--others-present", default="", help="Who else is in the room.")
@click.option("--go-on", is_flag=True, help="Go on with what was interrupted; after two hours with --audio, too.")
@click.option("--json", "as_json", is_flag=True, help="Events, one JSON object a line.")
@captions_option
@model_options
@click.pass_context
def session(ctx: click.Context, /, plain: bool, choice: Choice, as_json: bool, **_: object) -> None:
    """Hold one session, from consent to memo."""
    began = time.monotonic()
    if not plain:
        raise WrongUse("Give --plain to be led by lines; without it, run `vivavoce` and press enter on the board.")
    _refuse_unasked(ctx)
    source = _source(ctx)
    with opened_study(ctx) as study, study.lock_for_session():
        settled = _taken_up(study, ctx) or _begun(study, ctx)
        plan = Plan(settled.session, settled.to_keep, source, choice, as_json, began, settled.kept)
        asyncio.run(run_session(study, plan))


def _refuse_unasked(ctx: click.Context) -> None:
    """Where consent can't be asked it has to be given; of a session that goes on the study says whether it has to."""
    given = ctx.params
    if not given["go_on"]:
        if given["audio"] is None and not sys.stdin.isatty():
            raise WrongUse(
                "Consent has to be asked: run this in a terminal, or give --audio granted or --audio declined."
            )
        return
    for name in SETTLED:
        if given[name]:
            option = name.replace("_", "-")
            raise WrongUse(f"--go-on takes everything as it was settled when the session began: leave out --{option}.")
    for option in ("quoting", "contact"):
        if given[option] and given["audio"] is None:
            raise WrongUse(NOT_ALL.format(option=option))


def _taken_up(study: Study, ctx: click.Context) -> Settled | None:
    """The interrupted session that is to go on, or what begins in its place; None for a new one."""
    number = study.participants.get(ctx.params["participant"]).number
    left = going_on.interrupted(study, number, ctx.params["wave"])
    if left is None:
        if ctx.params["go_on"]:
            raise NotFound("No session of this participant and wave was interrupted: begin one without --go-on.")
        return None
    if not ctx.params["go_on"] and not (_may_go_on(study, left) and _is_to_go_on(ctx, left)):
        return None
    going_on.require_consent(study, left.id)
    anew = _decided_anew(study, ctx, left)
    if anew is not None and not going_on.goes_on_with(study, left.id, anew.decisions):
        say(OTHERWISE.format(session=left.id))
        return _begun_with(study, ctx, anew)
    if anew is not None:
        _ask_of_earlier(study, ctx, anew, but=left.id)
    known = len(study.consent.history(left.id))
    going_on.reopen(study, left.id, world_now(), anew)
    if anew is None and sys.stdin.isatty():
        _show_orders()
    say(f"Session {left.id} goes on where it was left.")
    return Settled(left.id, {}, {one.kind: one.decision for one in study.consent.history(left.id)[known:]})


def _may_go_on(study: Study, left: Session) -> bool:
    try:
        going_on.require_consent(study, left.id)
    except ConsentRequired:
        return False
    return True


def _decided_anew(study: Study, ctx: click.Context, left: Session) -> Arrangement | None:
    """What is decided anew before a session goes on: from the options, or asked; None where what was decided holds."""
    given = ctx.params["audio"] is not None
    if not given:
        if not going_on.asks_anew(study, left.id, world_now()):
            return None
        if not sys.stdin.isatty():
            raise WrongUse(UNASKED.format(session=left.id))
        stood = ", ".join(f"{kind} {one}".replace("_", " ") for kind, one in study.consent.newest(left.id).items())
        say(BROKE_OFF.format(session=left.id, stood=stood))
    return Arrangement(left.participant, left.wave, _consent(ctx), left.setting, left.others_present)


def _is_to_go_on(ctx: click.Context, left: Session) -> bool:
    """Asked at a terminal; where everything is given a new one is meant, and it is said that one was left."""
    if ctx.params["audio"] is None:
        return click.confirm(f"Session {left.id} was interrupted. Go on with it?", default=None, err=True)
    say(f"Session {left.id} was interrupted; --go-on goes on with it, `vivavoce recover` finishes its transcript.")
    return False


def _source(ctx: click.Context) -> Source:
    """The sound that is meant; a file that can't be played is refused before the session exists."""
    replay: Path | None = ctx.params["replay"]
    if replay is not None:
        from transcribe.sound import Reading

        Reading(replay, channels=1 if ctx.params["interviewer_channel"] is None else 2).look()
    speed = ctx.params["speed"] if replay is not None else 1.0
    return Source(ctx.params["microphone"], replay, speed, ctx.params["interviewer_channel"])


def _begun(study: Study, ctx: click.Context) -> Settled:
    """A new session, and what is decided in it; it begins when everything was asked, so that who leaves keeps nothing.

    What can't be begun is refused before anything is asked.
    """
    if why := wave_fault(ctx.params["wave"], study.guides.current()):
        raise BadInput(why)
    number = study.participants.get(ctx.params["participant"]).number
    setting, others = ctx.params["setting"], ctx.params["others_present"]
    return _begun_with(study, ctx, Arrangement(number, ctx.params["wave"], _consent(ctx), setting, others))


def _begun_with(study: Study, ctx: click.Context, arranged: Arrangement) -> Settled:
    """A new session with what was arranged; its decisions are kept as it is prepared."""
    _ask_of_earlier(study, ctx, arranged)
    now = world_now()
    session = study.sessions.begin(
        arranged.participant,
        arranged.wave,
        guide_sha256=study.guides.keep(study.guides.current(), now),
        setting=arranged.setting,
        others_present=arranged.others_present,
        now=now,
    )
    return Settled(session.id, arranged.decisions, {})


def _ask_of_earlier(study: Study, ctx: click.Context, arranged: Arrangement, *, but: str = "") -> None:
    """Somebody who refuses quoting may mean the earlier interviews too: asked, or said how it is done."""
    refused = arranged.decisions.get(Kind.QUOTING) is Decision.DECLINED
    if not (refused and (ctx.params["quoting"] or ctx.params["audio"] is None)):
        return
    earlier = tuple(one.id for one in study.consent.still_granted(arranged.participant, Kind.QUOTING, but=but))
    if not earlier:
        return
    if also(f"Quoting is refused now; the earlier interviews too ({', '.join(earlier)})?"):
        for line in take_back(study, earlier[0], QUOTING, world_now(), earlier[1:]):
            say(line)
    else:
        say(f"Quoting is granted still in {', '.join(earlier)}; `vivavoce withdraw SESSION --quoting` takes it back.")


def _consent(ctx: click.Context) -> Decisions:
    """The four decisions: from the options, or asked on a terminal; refused where nobody can be asked."""
    audio = ctx.params["audio"]
    if audio is not None:
        return {
            Kind.TAKING_PART: Decision.GRANTED,
            Kind.AUDIO: Decision(audio),
            Kind.QUOTING: Decision(ctx.params["quoting"] or Decision.DECLINED),
            Kind.CONTACT: Decision(ctx.params["contact"] or Decision.DECLINED),
        }
    return _asked()


def _asked() -> Decisions:
    answers: Decisions = {}
    for kind, question in QUESTIONS.items():
        yes = click.confirm(question, default=None, err=True)
        answers[kind] = Decision.GRANTED if yes else Decision.DECLINED
        if kind is Kind.TAKING_PART and not yes:
            kept = "They do not take part: that is kept, and no interview is held. Is that so?"
            click.confirm(kept, abort=True, err=True)
            return answers
    _show_orders()
    return answers


def _show_orders() -> None:
    click.echo(f"\n{HELP}\n", err=True)
