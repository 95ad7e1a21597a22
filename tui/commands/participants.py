"""``vivavoce participants``: the people of the study, by number."""

from __future__ import annotations

import json

import click

from tui.clock import world_now
from tui.commands.base import Group, opened_study
from tui.printing import put


@click.group(cls=Group, example="vivavoce participants list")
def participants() -> None:
    """Add and list participants, by number."""


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
@click.pass_context
def set_(ctx: click.Context, number: str, attributes: tuple[str, ...]) -> None:
    """Change what is known of a participant; an empty value removes it."""
    given = _pairs(attributes)
    with opened_study(ctx) as study:
        study.participants.set(number, given, world_now())


@participants.command(name="list", example="vivavoce participants list --json")
@click.option("--json", "as_json", is_flag=True, help="A JSON array.")
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the participants."""
    with opened_study(ctx) as study:
        people = study.participants.list()
    if as_json:
        rows = [
            {"number": one.number, "attributes": one.attributes, "added_at": one.added_at.isoformat()} for one in people
        ]
        put(json.dumps(rows, ensure_ascii=False))
        return
    for one in people:
        put(" ".join([one.number, *(f"{key}={value}" for key, value in one.attributes.items())]))


def _pairs(attributes: tuple[str, ...]) -> dict[str, str]:
    pairs = [attribute.partition("=") for attribute in attributes]
    wrong = next((key for key, sign, _ in pairs if not sign or not key), None)
    if wrong is not None:
        raise click.UsageError(f"{wrong!r} is no KEY=VALUE", click.get_current_context())
    return {key: value for key, _, value in pairs}
