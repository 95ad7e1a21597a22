"""``vivavoce study rekey``: a new passphrase, and if wished a new recovery key, or new keys altogether."""

from __future__ import annotations

from pathlib import Path

import click

from store import Study, encrypt_anew
from store.opening import require_study
from tui.clock import world_now
from tui.commands.backup import progress
from tui.commands.base import Command, from_file, open_with, passphrase, prompt, study_folder
from tui.passphrase import strength
from tui.printing import put, say

_OLD_COPIES = (
    "Backups and copies made before still open with the old passphrase: make a new backup, destroy the old ones."
)


@click.command(
    cls=Command,
    example="vivavoce study rekey\nvivavoce study rekey --full --new-passphrase-file ~/new.txt",
)
@click.option("--new-passphrase-file", metavar="FILE", help="A file whose first line is the new passphrase.")
@click.option("--new-recovery-key", is_flag=True, help="Print a new recovery key, too; the old one opens nothing then.")
@click.option("--full", is_flag=True, help="Encrypt everything anew with new keys; with a new recovery key.")
@click.pass_context
def rekey(ctx: click.Context, new_passphrase_file: str | None, new_recovery_key: bool, full: bool) -> None:
    """Change the passphrase.

    The old passphrase or the recovery key opens the study first. --full is for when somebody may have got at the keys:
    it writes the study and every recording anew, takes as much room again while it works, and the study must be open
    nowhere else. If it is broken off, the study opens with the old passphrase or with the new one.
    """
    folder = study_folder(ctx)
    require_study(folder)
    old = passphrase(ctx, folder)
    with open_with(folder, old) as opened:
        new = from_file(Path(new_passphrase_file)) if new_passphrase_file else prompt("New passphrase", twice=True)
        say_strength(new)
        recovery_key = None if full else opened.rekey(old, new, world_now(), recovery=new_recovery_key)
    if full:
        recovery_key = encrypt_anew(folder, old, new, world_now(), progress("Encrypted"))
    say("The new passphrase opens the study.")
    if recovery_key is not None:
        show_recovery_key(folder, new, recovery_key)
    say(_OLD_COPIES)


def show_recovery_key(folder: Path, secret: str, recovery_key: str) -> None:
    """Prints it, once; and the study knows from then on that it was shown."""
    say("Write this new recovery key down: it is shown this once, and the old one opens nothing any more.")
    put(recovery_key)
    with Study.open(folder, secret, world_now()) as opened:
        opened.recovery_key_shown(world_now())


def say_strength(secret: str) -> None:
    """How good a passphrase is that was just chosen; none is refused for being weak."""
    if (verdict := strength(secret)) is not None:
        say(f"Passphrase: {verdict.text}")
