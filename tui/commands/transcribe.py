"""``vivavoce transcribe``: a sound or video file to a transcript."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from transcribe.files import Progress as Tell
from tui.commands.base import Command
from tui.commands.choices import channel_option, model_options
from tui.errors import FaceError
from tui.file_transcripts import RENDERERS
from tui.printing import say
from tui.reader import Choice, settled

if TYPE_CHECKING:
    from transcribe.whose import Whose


@click.command(
    cls=Command,
    example="vivavoce transcribe interview.mp3 --format vtt --out interview.vtt\n"
    "vivavoce transcribe two-microphones.wav --interviewer-channel left",
)
@click.argument("file", type=click.Path(path_type=Path))
@model_options
@click.option(
    "--format", "form", type=click.Choice(list(RENDERERS)), default="txt", show_default=True, help="What comes out."
)
@click.option("--speakers", is_flag=True, help="Tell interviewer and participant apart by their voices.")
@channel_option
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Where to (else standard output).")
def transcribe(
    file: Path, choice: Choice, form: str, speakers: bool, interviewer_channel: int | None, out: Path | None
) -> None:
    """Transcribe a sound or video file.

    Any FILE that has sound in it, on this machine.
    """
    from transcribe import files, models, sound
    from transcribe.compute import Compute
    from transcribe.whisper import Engine

    _refuse_target(out)
    sound.duration_ms(file)  # what is no sound is refused before a model is loaded
    whose = _whose(speakers, interviewer_channel)
    with _progress(file.name) as tell:
        reader = settled(choice)
        way = Compute(reader.device, reader.compute_type) if reader.compute_type else reader.device
        engine = Engine(models.find(reader.model).path, way, reader.threads, reader.language or None)
        transcript = files.transcribe_file(file, engine, whose=whose, progress=tell)
    for notice in filter(None, (reader.notice, engine.notice)):
        say(notice)
    text = RENDERERS[form](transcript)
    if out is None:
        sys.stdout.write(text)
    else:
        _write(out, text)


def _whose(speakers: bool, interviewer_channel: int | None) -> Whose | None:
    """Who tells speakers apart, if anybody is to; raises ModelError when voices are to and there is no model."""
    from transcribe import speaker_model
    from transcribe.whose import ByChannel, ByVoice

    if interviewer_channel is not None:
        return ByChannel(interviewer_channel)
    return ByVoice(speaker_model.find()) if speakers else None


def _refuse_target(out: Path | None) -> None:
    """An hour's work must not end at a folder that is not there."""
    if out is not None and (out.is_dir() or not out.absolute().parent.is_dir()):
        raise FaceError(f"{out} can't be written: name a file in a folder that exists.")


def _write(out: Path, text: str) -> None:
    passing = out.with_name(f".{out.name}.part")
    descriptor = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as target:
        target.write(text)
    passing.replace(out)


@contextmanager
def _progress(name: str) -> Iterator[Tell]:
    """A bar on stderr; where that is no terminal, nothing."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(name, total=None)

        def tell(done_ms: int, total_ms: int | None) -> None:
            bar.update(task, completed=done_ms, total=total_ms)

        yield tell
