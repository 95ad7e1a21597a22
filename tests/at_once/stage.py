"""The study on which things happen at once: made once, copied for each pair, and looked through afterwards."""

from __future__ import annotations

import copy
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import soundfile

from guides import bundled_guide
from store import Study
from tests.store.lived import NOW, PASSPHRASE, Held, Lived
from tests.studies import cheap_keys
from transcribe import measurement, models, wire
from transcribe.recording import RATE_HZ
from tui.demo.script import sound_path

NEWCOMERS = {"first": "50001", "second": "50002"}
"""With whom a session is begun, the first and the second."""
NEW_PASSPHRASE = "another room, two other chairs"
CACHE = ".cache"
MEMORY, ROOM_BYTES = Path("/dev/shm"), 2**30
SECONDS, LONG_SECONDS = 4, 15
UTTERANCES = 6
_LONG_AGO = "1950-01-02T09:00:00+00:00"
_KEPT_MONTHS = 900


@dataclass
class Stage:
    """A study with four sessions: ``subject`` is what most is done to, ``other`` is let alone."""

    lived: Lived
    subject: Held
    other: Held
    broken_off: Held
    """Interrupted, to be gone on with, or recovered."""
    past_its_day: Held
    sound: Path
    """What a new session plays to its end, and"""
    long_sound: Path
    """one that is stopped before."""

    @property
    def study(self) -> Path:
        """Its folder."""
        return self.lived.folder

    @property
    def beside(self) -> Path:
        """Where whatever leaves the study goes."""
        return self.study.parent

    def copied_to(self, folder: Path) -> Stage:
        """The same in a folder of its own, with an earlier backup and a new passphrase beside it."""
        made = copy.copy(self)
        made.lived = copy.copy(self.lived)
        made.lived.folder = Path(shutil.copytree(self.study, folder / "study"))
        shutil.copytree(self.beside / CACHE, folder / CACHE)
        shutil.copy(self.beside / "earlier.vivavoce", folder)
        (folder / "new").write_text(NEW_PASSPHRASE + "\n")
        return made

    def number_of(self, held: Held) -> str:
        """The participant of a session."""
        return held.id.partition("-")[0]


class LivedOnce(Lived):
    """Whose sessions nobody has read once more."""

    def _read(self, utterance: str, words: list[str], reading: str) -> None:
        if reading != "again":
            super()._read(utterance, words, reading)


def make(folder: Path) -> Stage:
    """The study and the sound that a new session plays, in an empty folder."""
    sound, long_sound = folder / "short.wav", folder / "long.wav"
    for file, seconds in ((sound, SECONDS), (long_sound, LONG_SECONDS)):
        samples, _ = soundfile.read(sound_path(), frames=seconds * RATE_HZ, dtype="int16")
        soundfile.write(file, samples, RATE_HZ)
    _measure(folder)
    guide = bundled_guide("peer-specialist-fidelity")
    with cheap_keys():
        study, _ = Study.create(folder / "study", PASSPHRASE, name="At once", guide=guide, now=NOW)
    with study:
        for number in NEWCOMERS.values():
            study.participants.add(number, {}, NOW)
        lived = LivedOnce(study)
        subject, other, past_its_day = (lived.hold(UTTERANCES) for _ in range(3))
        broken_off = lived.hold(1, open_still=True)
        study._database.run("UPDATE session SET started_at = ? WHERE id = ?", (_LONG_AGO, past_its_day.id))
        study._settings.set("retention", f"{_KEPT_MONTHS} months", NOW)
        study.back_up(folder / "earlier.vivavoce", NOW)
    return Stage(lived, subject, other, broken_off, past_its_day, sound, long_sound)


def _measure(home: Path) -> None:
    """As if this machine had been measured: else the doctor does it, for seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(home / CACHE))
        patch.setenv("VIVAVOCE_MODELS", str(home / "models"))
        there_are = models.installed()
        timings = tuple(wire.Timing(one.name, "cpu", "int8", 1, 300.0, 10.0, 20.0) for one in there_are)
        measurement.keep(wire.Measurement(NOW.isoformat(), measurement.state(there_are), 0.0, timings, ()))


def memory() -> Path | None:
    """A folder on a memory file system, where there is one with room: how long a disk takes is not judged."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM_BYTES:
        return MEMORY
    return None


def open_study(folder: Path, *passphrases: str) -> Study:
    """With whichever of these opens it."""
    for passphrase in passphrases[:-1]:
        with suppress(Exception):
            return Study.open(folder, passphrase, NOW)
    return Study.open(folder, passphrases[-1], NOW)
