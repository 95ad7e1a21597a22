"""``vivavoce study distress``: the card that the interview shows in a moment of distress."""

from __future__ import annotations

from pathlib import Path

import click

from guides import Distress, load_distress, render_distress
from tui.asking import agree, yes_option
from tui.clock import world_now
from tui.commands.base import Command, opened_study
from tui.distress import as_lines, card_of, keep_card, own_card
from tui.errors import WrongUse
from tui.printing import put, say


@click.command(
    cls=Command,
    example="vivavoce study distress > card.toml\nvivavoce study distress set card.toml\nvivavoce study distress reset",
)
@click.argument("action", type=click.Choice(["show", "set", "reset"]), default="show")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@yes_option
@click.pass_context
def distress(ctx: click.Context, action: str, file: Path | None, yes: bool) -> None:
    """Show the card for a moment of distress, set it, or go back to the guide's.

    FILE is what `show` prints, edited: a [distress] table with `say` and `call`. The study's own card is shown, and
    asked about, before another one takes its place.
    """
    if (file is None) == (action == "set"):
        raise WrongUse("set needs FILE, a table as `vivavoce study distress` prints it; show and reset take none.")
    card = None if file is None else load_distress(file)
    with opened_study(ctx) as study:
        if action != "show":
            if (own := own_card(study)) != Distress("", ""):
                goes = ("This card goes:", *as_lines(own))
                agree(goes, "Put another one in its place?", yes=yes, otherwise="The card was kept")
            keep_card(study, card or Distress("", ""), world_now())
        shown = card_of(study, study.guides.current())
    if action == "show":
        put(render_distress(shown).rstrip("\n"))
    else:
        say("The card is kept." if card is not None else "The card is the guide's again.")
