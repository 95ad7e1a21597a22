"""What a run measures with: the options, the sounds, made once, and the book that the figures go into."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

from tests.bench import noises, prompts, sounds, tiling, ways
from tests.bench.held import Held, hold
from tests.bench.processes import BenchError
from tests.bench.results import Book, Figures, Row
from tests.bench.sounds import Sound
from transcribe import models, speaker_model

BEGINNINGS = (0, 48, 96, 144, 192)
"""Samples into a meeting at which it is begun: every 3 ms."""


@dataclass(frozen=True)
class Options:
    """What was asked for. ``speech`` and ``ggml`` are folders, or None; ``no_captions`` is an option of the session."""

    models: tuple[str, ...]
    quick: bool = False
    hour: bool = False
    runs: int = 3
    speech: Path | None = None
    ggml: Path | None = None
    no_captions: str = "--no-captions"


class Lab:
    """One run. Everything it writes but the book lies in ``folder``, which is thrown away."""

    def __init__(self, options: Options, folder: Path, book: Book) -> None:
        self.options, self.folder, self.book = options, folder, book
        self._held: dict[tuple[Path, str], Held] = {}

    # --- sounds -------------------------------------------------------------------------------------------------------

    @cached_property
    def sets(self) -> dict[str, list[Sound]]:
        """Sounds with a text, by the name of their set; sets that can't be had here are left out."""
        few = self.options.quick
        made = {
            "demo": [sounds.demo(self.folder, 45 if few else None)],
            "prompts": prompts.calls(self.folder, 60 if few else prompts.WORDS) if prompts.installed() else [],
            "speech": sounds.known(self.brought, meetings=False)[: 1 if few else None],
            "meetings": self._meetings[:1] if few else self._meetings,
        }
        return {name: its for name, its in made.items() if its}

    @cached_property
    def _meetings(self) -> list[Sound]:
        """Each from several beginnings: a few samples change what a beam decides, and they have few words."""
        each = sounds.known(self.brought, meetings=True)
        return [sounds.begun_later(one, samples, self.folder) for samples in BEGINNINGS for one in each]

    @cached_property
    def brought(self) -> list[Sound]:
        """Everything in ``$VIVAVOCE_SPEECH``, sound without a text too."""
        return sounds.speech(self.options.speech) if self.options.speech else []

    @cached_property
    def noises(self) -> list[Sound]:
        """Five minutes each of what is no speech."""
        return noises.all_noises(self.folder, 20 if self.options.quick else 300)

    def tiled(self, name: str, seconds: float, snr_db: float | None = None) -> Sound:
        """Long sound out of all sets; the nearly silent meeting is no part of it."""
        pieces: dict[str, Sound] = {}
        for sound in chain(*self.sets.values()):
            if not sound.is_nearly_silent:
                pieces.setdefault(sound.name, sound)
        return tiling.tiled(self.folder / f"{name}.wav", list(pieces.values()), seconds, snr_db)

    def broken_off(self, name: str, seconds: float) -> Sound:
        """The same, ending in mid-speech."""
        return tiling.broken_off(self.tiled(f"{name}-whole", seconds), self.folder / f"{name}.wav")

    # --- ways ---------------------------------------------------------------------------------------------------------

    def engines(self, model: str) -> Iterable[tuple[str, str]]:
        """The ways that have this model here, each with where it is."""
        for name in ways.ENGINES:
            if name != ways.FILES_LABELS or speaker_model.installed() is not None:
                yield name, str(models.find(model).path)
        ggml = self.options.ggml / f"ggml-{model}.bin" if self.options.ggml else None
        if ggml is not None and ggml.is_file():
            yield ways.CPP, str(ggml)

    def at_once(self, sound: Sound, model: str) -> Held:
        """A session at speed 0, held once in a run."""
        key = (sound.path, model)
        if key not in self._held:
            self._held[key] = hold(sound.path, model, 0)
        return self._held[key]

    # --- rows ---------------------------------------------------------------------------------------------------------

    def row(self, row: Row, measure: Callable[[], Figures]) -> None:
        """Measure what is not in the book, and say so; what fails is told and the rest goes on."""
        if any(kept.key == row.key for kept in self.book.rows):
            return
        said = " ".join([row.part, row.set, row.model, row.way, *([f"run {row.run}"] if row.run > 1 else [])])
        try:
            kept = self.book.add(Row(*row.key, figures=measure()))
        except BenchError as error:
            print(f"  {said}: FAILED, {error}", file=sys.stderr, flush=True)
            return
        print(f"  {said}: {_brief(kept.figures)}", flush=True)


def total_s(each: Sequence[Sound]) -> float:
    """Seconds of sound."""
    return sum(sound.seconds for sound in each)


def _brief(figures: Figures) -> str:
    plain = {name: value for name, value in figures.items() if isinstance(value, int | float | str)}
    return ", ".join(f"{name} {f'{it:.4g}' if isinstance(it, float) else it}" for name, it in plain.items())
