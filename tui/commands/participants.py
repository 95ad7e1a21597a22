"""``vivavoce participants``: the people of the study, by number."""

from __future__ import annotations

from collections.abc import Mapping

import click

from guides import plaintext
from store import BadInput, Participant, StateError
from tui.asking import agree, yes_option
from tui.clock import world_now
from tui.commands.base import Group, opened_study
from tui.printing import put
from tui.renaming import left_of


@click.group(cls=Group, example="vivavoce participants list")
def participants() -> None:
    """Add and list participants, by number; mend what was typed by mistake."""


@participants.command(example="vivavoce participants add 50001 age=41 setting=ward")
@click.argument("number")
@click.argument("attributes", nargs=-1, metavar="[KEY=VALUE]...")
@click.pass_context
def add(ctx: click.Context, number: str, attributes: tuple[str, ...]) -> None:
    """Add a participant."""
    given = _pairs(attributes)
    with opened_study(ctx) as study:
        study.participants.add(number, given, world_now())


@participants.command(name="set", example="vivavoce participants set 50001 setting=outpatients")
@click.argument("number")
@click.argument("attributes", nargs=-1, required=True, metavar="KEY=VALUE...")
@yes_option
@click.pass_context
def set_(ctx: click.Context, number: str, attributes: tuple[str, ...], yes: bool) -> None:
    """Change what is known of a participant; an empty value removes it.

    What takes the place of something that was known is asked first.
    """
    given = _pairs(attributes)
    with opened_study(ctx) as study:
        known = study.participants.get(number)
        if lost := _lost(known.attributes, given):
            agree(lost, f"Change participant {known.number}?", yes=yes, otherwise="Nothing was changed")
        study.participants.set(known.number, given, world_now())


@participants.command(example="vivavoce participants rename 50011 50012 --yes")
@click.argument("old")
@click.argument("new")
@yes_option
@click.pass_context
def rename(ctx: click.Context, old: str, new: str, yes: bool) -> None:
    """Give participant OLD the number NEW, where the old one was typed by mistake.

    Sessions stay theirs. The ids of sessions that were held, their files and older lines of the audit log keep the old
    number.
    """
    with opened_study(ctx) as study:
        known = study.participants.get(old)
        if why := study.participants.why_not(new, now_called=known.number):
            raise BadInput(why)
        what = (f"Participant {known.number} becomes {new}.", *left_of(study, known.number))
        agree(what, f"Rename {known.number}?", yes=yes, otherwise="Nobody was renamed")
        study.participants.rename(known.number, new, world_now())
    put(f"Participant {known.number} is {new} now.")


@participants.command(example="vivavoce participants remove 50011 --yes")
@click.argument("number")
@yes_option
@click.pass_context
def remove(ctx: click.Context, number: str, yes: bool) -> None:
    """Take somebody without a session out of the study, with what was noted about them."""
    with opened_study(ctx) as study:
        known = study.participants.get(number)
        if held := study.participants.sessions_of(known.number):
            has = "a session" if held == 1 else f"{held} sessions"
            raise StateError(
                f"Participant {known.number} has {has}: only somebody without one can be removed; "
                "`vivavoce sessions annul` takes a session held by mistake out of the counts."
            )
        noted = tuple(f"{key}: {value}" for key, value in known.attributes.items())
        what = (f"Participant {known.number} is removed.", *noted, *left_of(study, known.number))
        agree(what, f"Remove {known.number}? This can't be undone.", yes=yes, otherwise="Nobody was removed")
        study.participants.remove(known.number, world_now())
    put(f"Participant {known.number} is removed.")


@participants.command(name="list", example="vivavoce participants list --json")
@click.option("--json", "as_json", is_flag=True, help="A JSON array.")
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the participants; the audit log calls each by the `id` that --json shows."""
    with opened_study(ctx) as study:
        people = study.participants.list()
    if as_json:
        put(plaintext.as_json([_row(one) for one in people]))
        return
    for one in people:
        put(" ".join([one.number, *(f"{key}={value}" for key, value in one.attributes.items())]))


def _row(one: Participant) -> dict[str, object]:
    return {
        "number": one.number,
        "attributes": one.attributes,
        "added_at": one.added_at.isoformat(),
        "id": one.id,
    }


def _lost(known: Mapping[str, str], given: Mapping[str, str]) -> tuple[str, ...]:
    """What was known and is not any more, with what takes its place."""
    changed = ((key, known[key], value) for key, value in given.items() if known.get(key, value) != value)
    return tuple(f"{key}: {before} becomes {after or 'nothing'}" for key, before, after in changed)


def _pairs(attributes: tuple[str, ...]) -> dict[str, str]:
    pairs = [attribute.partition("=") for attribute in attributes]
    wrong = next((key for key, sign, _ in pairs if not sign or not key), None)
    if wrong is not None:
        raise click.UsageError(f"{wrong!r} is no KEY=VALUE", click.get_current_context())
    return {key: value for key, _, value in pairs}
