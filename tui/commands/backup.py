"""``vivavoce study backup`` and ``restore``: a whole study into one encrypted file, and out of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from store import RestoreReceipt
from store import restore as bring_back
from store.localtime import local_time
from store.opening import require_empty
from tui.clock import world_now
from tui.commands.base import Command, default_folder, opened_study, passphrase, study_folder
from tui.printing import put, say

_QUIET_S = 2.0
_BEFORE_A_WITHDRAWAL = (
    "Backups made before a withdrawal hold what was withdrawn: destroy those copies by hand, and after restoring one "
    "withdraw again with 'vivavoce withdraw SESSION'."
)


@click.command(cls=Command, example="vivavoce study backup /media/stick/peers.vivavoce")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--no-sound", is_flag=True, help="Leave the recordings out: a smaller file, without anybody's voice.")
@click.pass_context
def backup(ctx: click.Context, file: Path, no_sound: bool) -> None:
    """Copy everything into one encrypted FILE, which must not exist.

    It may be made while the app is open, and while a session is recorded: then it holds what was committed by then.
    """
    with opened_study(ctx) as opened:
        made = opened.back_up(file, world_now(), sound=not no_sound, told=progress("Copied"))
    put(f"file: {made.file}")
    put(f"size: {made.size_bytes} bytes")
    put(f"recordings: {_recordings(made.recordings, made.left_out)}")
    put(f"audit head: {made.audit_head}")
    say("It was read again and is whole. Today's passphrase or recovery key opens it, as long as it exists.")
    say(_BEFORE_A_WITHDRAWAL)


@click.command(cls=Command, example="vivavoce study restore /media/stick/peers.vivavoce --study ~/peers-again")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def restore(ctx: click.Context, file: Path) -> None:
    """Bring a study back from a backup, into a new or empty folder.

    The passphrase is the one that the study had when the backup was made; its recovery key opens it too.
    """
    folder = study_folder(ctx)
    require_empty(folder.absolute())
    places = (default_folder(),)
    made = bring_back(file, folder, passphrase(ctx, folder), progress("Brought back"), places=places, now=world_now())
    put(f"study: {made.folder}")
    put(f"backup made: {local_time(made.made_at)}")
    put(f"recordings: {_recordings(made.recordings, made.left_out)}")
    put(f"audit head: {made.audit_head}")
    for line in _compared(made):
        say(line)
    say(_BEFORE_A_WITHDRAWAL)


def _compared(made: RestoreReceipt) -> Iterator[str]:
    """What the study that the backup came from has told, or that it could not be asked."""
    since = local_time(made.made_at)
    if made.not_compared:
        yield f"What was taken back since {since} may be in it, for the study that it came from can't be read: " + (
            made.not_compared
        )
    elif made.compared is None:
        yield f"What was taken back since {since} is in it: the study that it came from is not at hand to tell."
    elif made.taken_back:
        names = ", ".join(dict.fromkeys(one.about for one in made.taken_back))
        yield f"In {made.compared} something was taken back since {since}, and so again here: {names}."


def progress(done_so_far: str) -> Callable[[int, int], None]:
    """Says every few seconds how many parts are done; nothing where it is soon over."""
    said = time.monotonic()

    def told(done: int, of: int) -> None:
        nonlocal said
        if time.monotonic() - said >= _QUIET_S:
            said = time.monotonic()
            say(f"{done_so_far} {done} of {of} parts ...")

    return told


def _recordings(held: int, left_out: int) -> str:
    return f"{held}" + (f", and {left_out} left out" if left_out else "")
