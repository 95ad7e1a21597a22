"""Thirty files of speech with vowels, clicks and noise between, damaged on top: what is far from it keeps its words."""

import functools
import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pytest

from tests.transcribe import media
from tests.transcribe.media import KINDS, Kind
from transcribe.files import FileTranscript, transcribe_file
from transcribe.recording import RATE_HZ, Samples
from transcribe.whisper import Engine

CASES = 30
FAR_MS = 2_000
LEVELS_DB = (-40, -30, -20, -10, 0)
LENGTHS = 4

Said = list[tuple[str, int, int]]
"""Words without marks, each with its time in ms and the number of its utterance."""


def vowels(seconds: float, level_db: float, seed: int) -> Samples:
    """Bursts of a voice without words, as laughter is."""
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    voice = sum(np.sin(2 * np.pi * 170 * times * time) / times for times in (1, 2, 3, 4, 5, 8))
    return level(np.asarray(voice) * (np.sin(2 * np.pi * 4.5 * time + seed) > 0), level_db)


def clicks(seconds: float, level_db: float, seed: int) -> Samples:
    """Single samples and short bursts."""
    chance, whole = np.random.default_rng(seed), np.zeros(round(seconds * RATE_HZ))
    for at in chance.integers(0, len(whole) - 200, 12):
        whole[at : at + 80] += chance.normal(0, 1, 80) * np.exp(-np.arange(80) / 20)
    return level(whole, level_db)


def noise(seconds: float, level_db: float, seed: int) -> Samples:
    """White."""
    return level(np.random.default_rng(seed).normal(0, 1, round(seconds * RATE_HZ)), level_db)


def level(waves: np.ndarray, level_db: float) -> Samples:
    loud: Samples = (waves / np.abs(waves).max() * 32_767 * 10 ** (level_db / 20)).astype(np.int16)
    return loud


DISTURBERS: tuple[Callable[[float, float, int], Samples], ...] = (vowels, clicks, noise)
FILES = [kind for kind in KINDS if kind.codec not in {"pcm_s16le", "pcm_s24le", "libopencore_amrnb"}]


def words(found: FileTranscript) -> Said:
    return [
        (plain, word.start_ms, number)
        for number, one in enumerate(found.utterances)
        for word in one.words
        if (plain := re.sub(r"[^\w']", "", word.text.lower()))
    ]


def missing(before: Said, after: Said) -> Said:
    """The words that were there before and no longer are."""
    matched = SequenceMatcher(None, [one[0] for one in before], [one[0] for one in after], autojunk=False)
    kept = {at for block in matched.get_matching_blocks() for at in range(block.a, block.a + block.size)}
    return [one for at, one in enumerate(before) if at not in kept]


def disturbed(parts: Sequence[Samples], case: int, *, silent: bool = False) -> tuple[Samples, list[tuple[int, int]]]:
    """The parts with something between them, or nothing for as long, and where that is."""
    maker, level_db = DISTURBERS[case % len(DISTURBERS)], LEVELS_DB[case // len(DISTURBERS) % len(LEVELS_DB)]
    sound, places = parts[0], []
    for number, part in enumerate(parts[1:]):
        between = maker(1.5 + 0.5 * (case % LENGTHS), level_db, case + number) * (not silent)
        places.append((len(sound) // 16, (len(sound) + len(between)) // 16))
        sound = np.concatenate([sound, between, part])
    return sound, places


def damaged(path: Path, kind: Kind, sound: Samples, case: int) -> tuple[Path, tuple[int, int]]:
    """The file with a stretch wiped, and about when that is, a page or a cluster around it included."""
    media.made(path, kind, sound)
    size, length_ms = path.stat().st_size, len(sound) // 16
    share = 0.25 + 0.5 * (case * 7 % CASES) / CASES
    media.wiped(path, int(size * share), int(size * (share + 0.04)))
    return path, (int(length_ms * share) - 3_000, int(length_ms * (share + 0.04)) + 6_000)


@pytest.mark.slow
def test_of_words_far_from_disturbance_and_damage_few_are_missing_and_never_two_utterances(
    tmp_path: Path, engine: Engine, engine_sound: Samples
) -> None:
    parts = np.split(engine_sound[: 22 * RATE_HZ], [12 * RATE_HZ])  # and what is between them: one piece to the engine

    @functools.cache
    def undisturbed(case: int) -> Said:
        kind, (sound, _) = (
            Kind("flac", "flac", RATE_HZ, timed=False, layout="mono"),
            disturbed(parts, case, silent=True),
        )
        return words(transcribe_file(media.made(tmp_path / "whole", kind, sound), engine))

    lost = counted = 0
    for case in range(CASES):
        sound, places = disturbed(parts, case)
        path, torn = damaged(tmp_path / "damaged", FILES[case % len(FILES)], sound, case)
        found = transcribe_file(path, engine)
        far = [
            one
            for one in undisturbed(case % LENGTHS)
            if all(not first - FAR_MS < one[1] < last + FAR_MS for first, last in (*places, torn))
        ]
        gone = missing(far, words(found))
        lost, counted = lost + len(gone), counted + len(far)
        utterances = {number for _, _, number in far}
        silent = [
            number
            for number in utterances
            if sum(one[2] == number for one in gone) > sum(one[2] == number for one in far) / 2
        ]
        assert len(silent) <= 1, (case, found.notices)

    assert counted > 600
    assert lost <= 0.02 * counted
