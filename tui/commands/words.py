"""``vivavoce study glossary`` and ``vivavoce study verbatim``: how the words of a study are to be read."""

from __future__ import annotations

from pathlib import Path

import click

from store import Verbatim
from transcribe.verbatim import MEASURED
from tui.asking import agree, yes_option
from tui.clock import world_now
from tui.commands.base import Command, opened_study
from tui.errors import WrongUse
from tui.printing import put, say
from tui.terms import read_terms


@click.command(
    cls=Command,
    example="vivavoce study glossary add terms.txt\nvivavoce study glossary remove - --yes\nvivavoce study glossary",
)
@click.argument("action", type=click.Choice(["list", "add", "remove"]), default="list")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), required=False)
@yes_option
@click.pass_context
def glossary(ctx: click.Context, action: str, file: Path | None, yes: bool) -> None:
    """List the names and terms that transcripts shall spell right, add some, or remove some.

    What goes is shown, and asked about, first.

    FILE has one term a line; - is standard input. They lie encrypted in the study.
    """
    if (file is None) == (action != "list"):
        raise WrongUse("add and remove need FILE, one term a line (- is standard input); list takes none.")
    with opened_study(ctx) as study:
        if file is None:
            for term in study.glossary.terms:
                put(term)
            return
        terms = read_terms(file)
        if goes := study.glossary.lost(terms, added=action == "add"):
            agree(goes, "Change the glossary?", yes=yes, otherwise="The glossary was not changed")
        change = study.glossary.add if action == "add" else study.glossary.remove
        changed = change(terms, world_now())
        total = len(study.glossary.terms)
    say(f"{changed} {'added' if action == 'add' else 'removed'}; the glossary holds {total}.")


@click.command(cls=Command, example="vivavoce study verbatim strict")
@click.argument("kind", type=click.Choice([kind.value for kind in Verbatim]), required=False)
@click.pass_context
def verbatim(ctx: click.Context, kind: str | None) -> None:
    """Say or choose how verbatim transcripts are read from now on.

    clean is what the transcriber writes by itself. strict looks for fillers ("um", "hmm") and repeats as well, at a
    price that is printed. What was read stays as it is; `vivavoce retranscribe` reads a session anew.
    """
    with opened_study(ctx) as study:
        if kind is not None:
            study.set_verbatim(Verbatim(kind), world_now())
        chosen = study.verbatim
    put(chosen.value)
    say(MEASURED)
