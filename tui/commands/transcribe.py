"""``vivavoce transcribe``: a sound or video file to a transcript."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from guides.plaintext import shown
from store import StoreError, new_file
from transcribe import verbatim
from transcribe.files import Progress as Tell
from tui.commands.base import Command
from tui.commands.choices import channel_option, model_options
from tui.errors import FaceError, WrongUse
from tui.file_transcripts import RENDERERS, legend
from tui.printing import put_text, say
from tui.reader import Choice, settled
from tui.terminal import WITH_A_CURSOR, put_right_at_last
from tui.terms import read_terms

if TYPE_CHECKING:
    from transcribe.whisper import Engine
    from transcribe.whose import Whose

_STANDARD_OUTPUT = Path("-")


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
@click.option("--track", type=click.IntRange(1), metavar="N", help="Which sound track of several, counted from 1.")
@click.option(
    "--terms",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Terms to spell, one a line.",
)
@click.option(
    "--verbatim",
    "kind",
    type=click.Choice([verbatim.CLEAN, verbatim.STRICT]),
    default=verbatim.CLEAN,
    show_default=True,
    help="strict looks for fillers and repeats as well; see `vivavoce study verbatim`.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Where to (- or nothing: standard output)."
)
def transcribe(file: Path, choice: Choice, form: str, out: Path | None, **asked: Any) -> None:
    """Transcribe a sound or video file.

    Any FILE that has sound in it, on this machine.
    """
    from transcribe import files, sound

    out = None if out == _STANDARD_OUTPUT else out
    if out is not None:
        new_file.refuse(out)  # an hour's work must not end at a place that can't be written
    terms = read_terms(asked["terms"]) if asked["terms"] is not None else ()
    whose = _whose(asked["speakers"], asked["interviewer_channel"])
    reading = sound.Reading(file, channels=1 if whose is None else whose.channels, track=asked["track"])
    reading.look()  # what can't be read is refused before a model is loaded
    with _progress(shown(file.name)) as tell:
        engine, notice = _engine(choice, terms, strict=asked["kind"] == verbatim.STRICT)
        transcript = files.transcribe_file(reading, engine, whose=whose, progress=tell)
    for sentence in filter(None, (notice, engine.notice, *transcript.notices)):
        say(sentence)
    text = shown(RENDERERS[form](transcript))
    if form == "srt" and transcript.utterances:  # it has no place for this
        say(legend(transcript))
    if out is None:
        put_text(text)
    else:
        _write(out, text)


def _engine(choice: Choice, terms: tuple[str, ...], *, strict: bool) -> tuple[Engine, str | None]:
    """What reads the file, and one sentence where no model here reads its language."""
    from transcribe import models
    from transcribe.compute import Compute, thread_count
    from transcribe.second import Manner
    from transcribe.whisper import Engine

    reader = settled(choice)
    way = Compute(reader.device, reader.compute_type) if reader.compute_type else reader.device
    model, manner = models.find(reader.model).path, Manner(terms, strict)
    return Engine(model, way, language=reader.language or None, manner=manner, workers=thread_count()), reader.notice


def _whose(speakers: bool, interviewer_channel: int | None) -> Whose | None:
    """Who tells speakers apart, if anybody is to; raises WrongUse for both ways, ModelError where there is no model."""
    from transcribe import speaker_model
    from transcribe.whose import ByChannel, ByVoice

    if speakers and interviewer_channel is not None:
        raise WrongUse(
            "Give --speakers or --interviewer-channel: voices are not needed where each person has a channel."
        )
    if interviewer_channel is not None:
        return ByChannel(interviewer_channel)
    return ByVoice(speaker_model.find()) if speakers else None


def _write(out: Path, text: str) -> None:
    """Into the file, or to standard output where that can't be written after all: an hour's work is not lost."""
    try:
        new_file.write(out, text.encode())
    except StoreError as fault:
        put_text(text)
        raise FaceError(f"The transcript went to standard output. {fault}") from fault


@contextmanager
def _progress(name: str) -> Iterator[Tell]:
    """A bar on stderr; where that is no terminal, nothing."""
    console = Console(stderr=True)
    if console.is_terminal:
        put_right_at_last(WITH_A_CURSOR)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(name, total=None)

        def tell(done_ms: int, total_ms: int | None) -> None:
            bar.update(task, completed=done_ms, total=total_ms)

        yield tell
