"""Debian's telephone prompts joined to calls of about a minute: clean speech that anybody can install."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.bench.sounds import Sound, read, written
from transcribe.recording import RATE_HZ, Samples

SOUNDS = Path("/usr/share/asterisk/sounds/en")
TEXTS = Path("/usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz")
HOW = "Install Debian's packages asterisk-core-sounds-en and asterisk-core-sounds-en-wav for the prompts."

WORDS = 1_800  # enough for a rate: what all of them together say is about 2,500

_CALL_S = 60.0
_LEAST_WORDS = 4
_QUIET_S = (0.6, 1.2)
_SEED = 11
_NO_SENTENCES = {"silence", "digits", "letters", "phonetic"}


def installed() -> bool:
    """Whether there are prompts with texts on this machine."""
    return SOUNDS.is_dir() and TEXTS.is_file()


def calls(folder: Path, words: int = WORDS) -> list[Sound]:
    """Calls in seeded order until they hold so many words; ``prompts01``, ``prompts02``, …"""
    chance = np.random.default_rng(_SEED)
    texts = dict(_texts())
    names = chance.permutation(sorted(texts))
    made: list[Sound] = []
    while len(names) and sum(len((call.text or "").split()) for call in made) < words:
        taken, names = _taken(names)
        made.append(_call(folder / f"prompts{len(made) + 1:02}.wav", [(name, texts[name]) for name in taken], chance))
    return made


def calls_of(folder: Path, most: int) -> list[Samples]:
    """Up to so many calls of about a minute of the prompts in a folder, in whatever language, in seeded order."""
    chance = np.random.default_rng(_SEED)
    names = [path for path in sorted(folder.rglob("*.wav")) if path.parent.name not in _NO_SENTENCES]
    made: list[Samples] = []
    parts: list[Samples] = []
    for at in chance.permutation(len(names)):
        parts += [read(names[at]), np.zeros(round(chance.uniform(*_QUIET_S) * RATE_HZ), np.int16)]
        if sum(map(len, parts)) >= _CALL_S * RATE_HZ:
            made.append(np.concatenate(parts))
            parts = []
        if len(made) == most:
            break
    return made


def _texts() -> Iterator[tuple[str, str]]:
    with gzip.open(TEXTS, "rt", encoding="utf-8") as lines:
        for line in lines:
            name, _, text = line.strip().partition(": ")
            plain = not name.startswith(";") and not set("[(") & set(text) and (SOUNDS / f"{name}.wav").is_file()
            if plain and len(text.split()) >= _LEAST_WORDS:
                yield name, text.strip()


def _taken(names: np.ndarray) -> tuple[list[str], np.ndarray]:
    """The next names that make up a call, and those left."""
    length_s, count = 0.0, 0
    while count < len(names) and length_s < _CALL_S:
        length_s += len(read(SOUNDS / f"{names[count]}.wav")) / RATE_HZ + sum(_QUIET_S) / 2
        count += 1
    return [str(name) for name in names[:count]], names[count:]


def _call(path: Path, prompts: list[tuple[str, str]], chance: np.random.Generator) -> Sound:
    quiet = [np.zeros(round(chance.uniform(*_QUIET_S) * RATE_HZ), np.int16) for _ in range(len(prompts) + 1)]
    spoken = [piece for (name, _), rest in zip(prompts, quiet[1:], strict=True) for piece in (_prompt(name), rest)]
    seconds = written(path, np.concatenate([quiet[0], *spoken]))
    return Sound(path.stem, path, seconds, " ".join(text for _, text in prompts))


def _prompt(name: str) -> np.ndarray:
    return read(SOUNDS / f"{name}.wav")
