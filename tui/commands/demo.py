"""``vivavoce demo``: the bundled two-voice interview plays as the microphone, in a throw-away study."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from store import Decision, Kind
from tui.clock import world_now
from tui.commands.base import Command
from tui.commands.choices import model_options, speed_option
from tui.demo.script import load, sound_path
from tui.printing import say
from tui.reader import Choice
from tui.source import Source
from tui.terminal import require_one

KEPT = "The demo study is in {folder}; its passphrase is demo."


@click.command(cls=Command, example="vivavoce demo --plain --speed 0 --keep demo-study")
@click.option("--plain", is_flag=True, help="Without a screen: prints the transcript as it comes.")
@click.option("--json", "as_json", is_flag=True, help="With --plain: events, one JSON object a line.")
@click.option("--keep", type=click.Path(path_type=Path), metavar="DIR", help="Leave the study in DIR (new or empty).")
@speed_option
@model_options
def demo(plain: bool, as_json: bool, keep: Path | None, speed: float, choice: Choice) -> None:
    """Run a whole interview on invented words.

    The bundled two-voice interview plays as the microphone, through guide, consent, recording, transcript and memo.
    """
    began = time.monotonic()
    if not (plain or as_json):
        require_one("`vivavoce demo --plain` works")
    source = Source(replay=sound_path(), speed=speed)
    with _folder(keep) as folder:
        if plain or as_json:
            _run_plain(folder, source, choice, as_json, began)
        else:
            _run_app(folder, source, choice)


def _run_plain(folder: Path, source: Source, choice: Choice, as_json: bool, began: float) -> None:
    from tui.demo.study import begin_second, make
    from tui.plain import Plan, run_demo

    with make(folder, world_now()) as study, study.lock_for_session():
        key = begin_second(study, world_now())
        consent = dict.fromkeys(Kind, Decision.GRANTED)
        asyncio.run(run_demo(study, Plan(key, consent, source, choice, as_json, began), load()))


def _run_app(folder: Path, source: Source, choice: Choice) -> None:
    from tui.demo.study import PASSPHRASE, make
    from tui.opening import Opening
    from tui.starting import run

    make(folder, world_now()).close()
    code = run(Opening(folder, PASSPHRASE, source, choice, load()))
    click.get_current_context().exit(code)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """The folder to keep, or one that is gone afterwards."""
    if keep is not None:
        yield keep
        say(KEPT.format(folder=keep))
        return
    folder = Path(tempfile.mkdtemp(prefix="vivavoce-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
